/** What set-up has put in place: mediasoup's worker, onnxruntime, models, panel, browser. */
import { access, constants, readdir, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { ProviderProbe } from './onnx-probe.ts';
import type { DoctorItem } from './report.ts';
import { lastLine, probeProgram } from './probe.ts';

const RUN_SETUP = 'run `node setup.mjs`';

const CUDA_HINT = 'with an NVIDIA GPU: `POSECAST_CUDA=1 node setup.mjs` downloads its libraries';

/** Exit code of a worker started without MEDIASOUP_VERSION: the binary runs on this machine. */
const WORKER_STARTED = 41;

export async function examineMediasoup(root: string, workerBin?: string): Promise<DoctorItem> {
  const folder = join(root, 'node_modules', 'mediasoup');
  const path = workerBin ?? join(folder, 'worker', 'out', 'Release', 'mediasoup-worker');
  const probe = await probeProgram(path, [], { env: {}, timeoutMs: 5000 });
  const item = { name: 'mediasoup', required: true };
  const version = await packageVersion(folder);
  if (probe.code === WORKER_STARTED)
    return { ...item, ok: true, detail: `${version}, worker runs` };
  const detail = `${version}, worker doesn't start (${lastLine(probe.stderr)})`;
  return { ...item, ok: false, detail, hint: RUN_SETUP };
}

/** @param model ONNX file to try; where it is missing a built-in model of one node takes its place */
export async function examineInference(root: string, model: string): Promise<DoctorItem[]> {
  const version = await packageVersion(join(root, 'node_modules', 'onnxruntime-node'));
  const name = 'onnxruntime';
  const script = join(import.meta.dirname, 'onnx-probe.ts');
  const args = (await exists(model)) ? [script, model] : [script];
  const probe = await probeProgram(process.execPath, args, { timeoutMs: 60_000 });
  if (probe.code !== 0) {
    const detail = `${version}: ${lastLine(probe.stderr)}`;
    return [{ name, ok: false, required: true, detail, hint: RUN_SETUP }];
  }
  const providers = JSON.parse(probe.stdout) as ProviderProbe[];
  return [
    { name, ok: true, required: true, detail: version },
    ...providers.map(({ provider, ok, detail }) => ({
      name: `inference ${provider}`,
      ok,
      required: provider === 'cpu',
      detail,
      ...(provider === 'cuda' && !ok && { hint: CUDA_HINT }),
    })),
  ];
}

export async function examineModels(modelsDir: string): Promise<DoctorItem[]> {
  const avatars = await avatarNames(join(modelsDir, 'avatars'));
  const hasLips = await exists(join(modelsDir, 'lipsync', 'lipsync.onnx'));
  return [
    {
      name: 'avatars',
      ok: avatars.length > 0,
      required: true,
      detail: avatars.length > 0 ? avatars.join(', ') : `none in ${join(modelsDir, 'avatars')}`,
    },
    {
      name: 'lip-sync model',
      ok: hasLips,
      required: true,
      detail: hasLips ? 'present' : 'models/lipsync/lipsync.onnx is missing',
    },
  ];
}

export async function examinePanel(webDir: string): Promise<DoctorItem> {
  const ok = await exists(join(webDir, 'index.html'));
  const item = { name: 'panel', ok, required: true, detail: ok ? 'built' : 'not built' };
  return ok ? item : { ...item, hint: RUN_SETUP };
}

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** @param path the programs' search path, as in the environment */
export async function examineBrowser(path: string, chosen?: string): Promise<DoctorItem> {
  const name = 'chromium';
  const command = chosen ?? (await findBrowser(path));
  const probe = command === undefined ? undefined : await probeProgram(command, ['--version']);
  if (probe?.code === 0) {
    return { name, ok: true, required: false, detail: probe.stdout.trim() };
  }
  const detail = probe === undefined ? 'not found' : lastLine(probe.stderr);
  const hint = 'only the end-to-end tests and the latency measurement need it';
  return { name, ok: false, required: false, detail, hint };
}

/** Chromium or its like on the programs' search path. */
export function findBrowser(path: string): Promise<string | undefined> {
  return findProgram(BROWSERS, path);
}

async function findProgram(names: readonly string[], path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter)) {
    for (const name of names) {
      const candidate = join(folder || '.', name);
      if (await exists(candidate, constants.X_OK)) return candidate;
    }
  }
  return undefined;
}

async function avatarNames(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder);
    const packed = await Promise.all(
      entries.map((name) => exists(join(folder, name, 'avatar.json'))),
    );
    return entries.filter((_, index) => packed[index]).sort();
  } catch {
    // No folder, no avatars: the item says so.
    return [];
  }
}

async function packageVersion(folder: string): Promise<string> {
  try {
    const parsed: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    if (typeof parsed === 'object' && parsed !== null && 'version' in parsed) {
      return String(parsed.version);
    }
  } catch {
    // Said by the caller's item: the package isn't there.
  }
  return 'not installed';
}

async function exists(path: string, mode: number = constants.R_OK): Promise<boolean> {
  try {
    await access(path, mode);
    return true;
  } catch {
    return false;
  }
}
