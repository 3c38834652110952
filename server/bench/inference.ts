/**
 * How long a frame of one avatar takes on one device, and where the time goes: the networks' own
 * runs against everything around them, which provider computes how many operators, and the GPU's
 * memory. Works for every kind of body. With a Python that has PyTorch, the same networks are timed
 * there in the same run.
 */
import { execFile } from 'node:child_process';
import { isAbsolute, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { AppError } from '../core/errors.ts';
import { Durations, type Percentiles } from '../core/percentiles.ts';
import { ModelShelf } from '../inference/model-shelf.ts';
import { listPacks, loadAvatar, loadPack, type AvatarPack } from '../inference/pack.ts';
import { placementSummary } from '../inference/placement.ts';
import type { Compute } from '../inference/providers.ts';
import { gpuMemory } from '../inference/vram.ts';
import { IdleMotion } from '../motion/idle.ts';
import { ARKIT } from '../protocol/arkit.ts';
import type { Provider } from '../protocol/device.ts';
import { createPose } from '../protocol/pose.ts';
import type { Body } from '../render/body.ts';
import { openBody } from '../render/open-body.ts';

export type InferenceOrder = {
  /** An avatar's name, or a pack's folder. */
  readonly pack: string;
  /** Where avatars are looked for by name. */
  readonly folders: readonly string[];
  readonly compute: Compute;
  readonly seconds: number;
  /** Sessions of the pack at once, which share runs where its graphs have a free batch. */
  readonly sessions: number;
  readonly torch: { readonly python: string; readonly script: string } | undefined;
};

export type InferenceBench = {
  readonly pack: string;
  readonly device: string;
  /** What it ran on; the CPU for a body without networks. */
  readonly provider: Provider;
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  /** Of each of the sessions. */
  readonly fps: number;
  /** Sessions at once, and how many of their frames' runs were one run with another's. */
  readonly batch: number;
  readonly sharedRuns: number;
  readonly msP50: number;
  readonly msP95: number;
  /** What a frame takes outside the networks' runs, ms. */
  readonly glueMs: number;
  /** MB of the GPU's memory that it takes; null where nobody tells. */
  readonly vramMb: number | null;
  /** Operators and milliseconds of the trial run by provider, of all networks. */
  readonly providers: Readonly<Record<string, { readonly nodes: number; readonly ms: number }>>;
  readonly stages: Readonly<Record<string, Percentiles>>;
  readonly torch: TorchBench | null;
};

const TorchBench = z.object({
  version: z.string(),
  device: z.string(),
  type: z.string(),
  compiled: z.boolean(),
  msP50: z.number(),
  msP95: z.number(),
  fps: z.number(),
});
type TorchBench = z.infer<typeof TorchBench>;

const WARM_UP_FRAMES = 5;
const FRAME_SECONDS = 0.04;
const TORCH_TIMEOUT_MS = 600_000;

/** Throws what opening the pack throws. */
export async function benchInference(order: InferenceOrder): Promise<InferenceBench> {
  const pack = await findPack(order);
  const { name, width, height } = pack.manifest;
  const shelf = new ModelShelf();
  const before = await gpuMemory(order.compute.searchPath);
  const compute = { ...order.compute, profile: true, batchOnCpu: order.sessions > 1 };
  const bodies: Body[] = [];
  try {
    for (let i = 0; i < order.sessions; i += 1) {
      bodies.push(await openBody(pack, { width, height, shelf, compute, pace: 'offline' }));
    }
    const [body] = bodies as [Body, ...Body[]];
    const measured = await measure(bodies, shelf, order.seconds);
    const after = await gpuMemory(order.compute.searchPath);
    const models = await shelf.models();
    const torch = await timeTorch(pack, order.torch);
    return {
      ...{ pack: name, device: order.compute.device, provider: models.at(-1)?.provider ?? 'cpu' },
      ...{ width, height, ...measured, batch: bodies.length },
      sharedRuns: models.reduce((sum, { shared = 0 }) => sum + shared, 0),
      vramMb: before && after ? Math.max(0, before.freeMb - after.freeMb) : null,
      providers: placementSummary(models.flatMap(({ placement }) => placement)),
      stages: body.health?.stages ?? {},
      torch,
    };
  } finally {
    for (const body of bodies) body.close();
    await shelf.close();
  }
}

async function findPack({ pack, folders }: InferenceOrder): Promise<AvatarPack> {
  if (isAbsolute(pack) || pack.includes('/')) return loadPack(resolve(pack));
  for (const folder of folders) {
    const names = await listPacks(folder).catch(() => []);
    if (names.some(({ name }) => name === pack)) return loadPack(join(folder, pack));
  }
  return loadAvatar(folders[0] ?? '', pack);
}

async function measure(
  bodies: readonly Body[],
  shelf: ModelShelf,
  seconds: number,
): Promise<Pick<InferenceBench, 'frames' | 'fps' | 'msP50' | 'msP95' | 'glueMs'>> {
  const idle = new IdleMotion(1);
  const pose = createPose();
  const times = new Durations(100_000);
  const voices = bodies.map(voiceFor);
  const draw = async (frame: number): Promise<void> => {
    const time = frame * FRAME_SECONDS;
    idle.update(time, { voice: 1, stress: frame % 20 < 3 ? 1 : 0 }, pose);
    pose.face[ARKIT.jawOpen] = 0.3 + 0.3 * Math.sin(frame);
    await Promise.all(bodies.map(async (body, i) => body.draw(pose, time, voices[i])));
  };
  for (let frame = 0; frame < WARM_UP_FRAMES; frame += 1) await draw(frame);
  bodies.forEach(requireHealth);
  const models = await shelf.models();
  const inRuns = (): number => models.reduce((sum, { runMs = 0 }) => sum + runMs, 0);
  const runsBefore = inRuns();
  const startedMs = performance.now();
  const endMs = startedMs + seconds * 1000;
  let frames = 0;
  while (performance.now() < endMs) {
    const beforeMs = performance.now();
    await draw(WARM_UP_FRAMES + frames);
    times.add(performance.now() - beforeMs);
    frames += 1;
  }
  const totalMs = performance.now() - startedMs;
  bodies.forEach(requireHealth);
  const { p50, p95 } = times.summary();
  return {
    frames,
    fps: (1000 * frames) / totalMs,
    ...{ msP50: p50, msP95: p95, glueMs: (totalMs - (inRuns() - runsBefore)) / frames },
  };
}

/** Half a voice: a tone, so that lips that listen have something to do. */
function voiceFor({ hearing }: Body): Float32Array | undefined {
  if (!hearing) return undefined;
  const samples = (hearing.beforeMs + hearing.afterMs) * 16;
  return Float32Array.from({ length: samples }, (_, i) => 0.3 * Math.sin(i * 0.2));
}

/** Frames that failed are quick: they must not be measured. */
function requireHealth({ health }: Body): void {
  if (!health || (health.problem === '' && health.failed === 0 && health.broken === 0)) return;
  throw new AppError(
    'engine_failed',
    `${health.failed} frames failed and ${health.broken} were no picture: ${health.problem}`,
  );
}

/** The networks that models/export made with random weights, once more in PyTorch. */
async function timeTorch(
  pack: AvatarPack,
  torch: InferenceOrder['torch'],
): Promise<TorchBench | null> {
  if (!torch) return null;
  const { source } = z.object({ source: z.string() }).parse(pack.json('diffusion.json'));
  const args = [torch.script, '--networks', source, '--size', String(pack.manifest.height)];
  try {
    const { stdout } = await promisify(execFile)(torch.python, args, { timeout: TORCH_TIMEOUT_MS });
    return TorchBench.parse(JSON.parse(stdout));
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new AppError('missing_dependency', `PyTorch could not be timed: ${words}`, error);
  }
}

/** A few lines for people. */
export function formatInference(bench: InferenceBench): string {
  const { pack, provider, width, height, fps, msP50, msP95, glueMs, vramMb, torch } = bench;
  const stages = Object.entries(bench.stages).map(([name, { p50, p95 }]) => {
    return `  ${name.padEnd(9)} ${p50.toFixed(2)} / ${p95.toFixed(2)} ms (p50 / p95)`;
  });
  const providers = Object.entries(bench.providers).map(
    ([name, { nodes, ms }]) => `  ${name}: ${nodes} operators, ${ms.toFixed(2)} ms`,
  );
  return [
    `${pack} ${width}x${height} on ${provider}: ${fps.toFixed(1)} fps, ` +
      `${msP50.toFixed(2)} / ${msP95.toFixed(2)} ms (p50 / p95), ${glueMs.toFixed(2)} ms of it around the networks`,
    ...(bench.batch > 1
      ? [`  ${bench.batch} sessions at once, ${bench.sharedRuns} runs saved by sharing`]
      : []),
    ...stages,
    ...providers,
    vramMb === null ? '  no GPU whose memory is known' : `  ${vramMb} MB of the GPU's memory`,
    ...(torch
      ? [
          `  PyTorch ${torch.version} on ${torch.device} (${torch.type}${torch.compiled ? ', compiled' : ''}): ` +
            `${torch.fps.toFixed(1)} fps, ${torch.msP50.toFixed(2)} ms; we have ${(fps / torch.fps).toFixed(2)} of it`,
        ]
      : []),
  ].join('\n');
}
