/** `posecast models`: the avatars and models of this installation, and how to get more of them. */
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { AppError, toAppError } from '../core/errors.ts';
import { listPacks, loadAvatar } from '../inference/pack.ts';
import { ModelStore } from '../models/model-store.ts';
import { ModelName, type ModelStatus } from '../protocol/index.ts';
import { LipModel } from '../speech/lip-sync.ts';

type Row = {
  readonly name: string;
  readonly kind: 'avatar' | 'lip-sync' | ModelStatus['purpose'];
  readonly licence: string;
  readonly ok: boolean;
  readonly detail: string;
};

export const MODEL_ACTIONS = ['list', 'verify', 'pull', 'remove'] as const;
type Action = (typeof MODEL_ACTIONS)[number];

export type ModelsRequest = {
  readonly action: string;
  /** Models to pull or remove, by name or purpose; none means all that the panel uses by itself. */
  readonly names: readonly string[];
  readonly json: boolean;
};

/**
 * `list` names them, `verify` also loads each and checks its sums and fails when one is broken;
 * `pull` downloads what is missing, `remove` deletes what was downloaded.
 */
export async function models(config: Config, request: ModelsRequest): Promise<void> {
  const action = MODEL_ACTIONS.find((each) => each === request.action);
  if (!action) {
    const legal = MODEL_ACTIONS.join(', ');
    throw new AppError('bad_request', `'${request.action}' is no action; there are ${legal}`);
  }
  const store = await ModelStore.open({
    manifest: config.modelManifest,
    folder: join(config.dataDir, 'models'),
    mirror: config.modelMirror,
  });
  try {
    const rows = await perform({ config, store, action, names: request.names });
    if (request.json) process.stdout.write(`${JSON.stringify(rows)}\n`);
    else for (const row of rows) process.stdout.write(`${line(row)}\n`);
    if (rows.some((row) => !row.ok)) process.exitCode = 1;
  } finally {
    await store.close();
  }
}

type Job = {
  readonly config: Config;
  readonly store: ModelStore;
  readonly action: Action;
  readonly names: readonly string[];
};

async function perform({ config, store, action, names }: Job): Promise<Row[]> {
  switch (action) {
    case 'list':
    case 'verify': {
      const embedded = await embeddedRows(config, action === 'verify');
      return [...embedded, ...(await downloadRows(store, action === 'verify'))];
    }
    case 'pull':
      return eachModel(store, names, async (name) => {
        await pull(store, name);
        return 'here';
      });
    case 'remove':
      return eachModel(store, names, async (name) => {
        await store.remove(name);
        return 'removed';
      });
    default:
      return action satisfies never;
  }
}

async function embeddedRows(config: Config, verify: boolean): Promise<Row[]> {
  const avatars = join(config.modelsDir, 'avatars');
  const rows: Row[] = [];
  for (const { name, licence, body, lips } of await listPacks(avatars)) {
    const problem = verify ? await problemOf(() => loadAvatar(avatars, name)) : undefined;
    const detail = problem ?? `${body} body, ${lips} lips`;
    rows.push({ name, kind: 'avatar', licence, ok: !problem, detail });
  }
  const problem = verify ? await problemOf(() => openLips(config)) : undefined;
  rows.push({
    name: 'lipsync',
    kind: 'lip-sync',
    licence: 'Apache-2.0',
    ok: !problem,
    detail: problem ?? 'streaming network, 15 visemes',
  });
  return rows;
}

/** A model that is not here is no fault: nothing but the webcam needs one. */
async function downloadRows(store: ModelStore, verify: boolean): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { name, purpose, licence, commercial, state, sizeBytes } of await store.list()) {
    const problem = verify && state === 'ready' ? await store.verify(name) : undefined;
    const here = state === 'ready' ? 'here' : 'not here';
    const terms = commercial ? '' : ', not for earning money';
    const detail = problem ?? `${megabytes(sizeBytes)}, ${here}${terms}`;
    rows.push({ name, kind: purpose, licence, ok: !problem, detail });
  }
  return rows;
}

async function eachModel(
  store: ModelStore,
  names: readonly string[],
  act: (name: ModelName) => Promise<string>,
): Promise<Row[]> {
  const all = await store.list();
  const wanted =
    names.length > 0
      ? names.flatMap((text) => namedBy(text, all))
      : all.filter(({ purpose }) => purpose !== 'captions').map(({ name }) => name);
  const rows: Row[] = [];
  for (const name of wanted) {
    const { purpose, licence } = await store.status(name);
    let detail = '';
    const problem = await problemOf(async () => (detail = await act(name)));
    rows.push({ name, kind: purpose, licence, ok: !problem, detail: problem ?? detail });
  }
  return rows;
}

const PROGRESS_MS = 200;

/** Progress goes to stderr, on one line where that is a terminal. */
async function pull(store: ModelStore, name: ModelName): Promise<void> {
  const work = store.pull(name);
  const timer = setInterval(() => {
    if (!process.stderr.isTTY) return;
    void store.status(name).then(({ receivedBytes, sizeBytes }) => {
      const share = Math.floor((100 * receivedBytes) / sizeBytes);
      process.stderr.write(`\r${name} ${share} % of ${megabytes(sizeBytes)} `);
    });
  }, PROGRESS_MS);
  try {
    await work;
  } finally {
    clearInterval(timer);
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  }
}

/** A model's name, or all of a purpose. */
function namedBy(text: string, all: readonly ModelStatus[]): ModelName[] {
  const ofPurpose = all.filter(({ purpose }) => purpose === text);
  return ofPurpose.length > 0 ? ofPurpose.map(({ name }) => name) : [modelName(text)];
}

function modelName(text: string): ModelName {
  const parsed = ModelName.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new AppError('bad_request', `'${text}' is no model's name; see posecast models list`);
}

async function openLips(config: Config): Promise<void> {
  const model = await LipModel.open(join(config.modelsDir, 'lipsync'));
  await model.close();
}

async function problemOf(work: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return toAppError(error).message;
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function line({ name, kind, licence, ok, detail }: Row): string {
  return `${ok ? 'ok ' : 'BAD'} ${name.padEnd(21)} ${kind.padEnd(9)} ${licence.padEnd(12)} ${detail}`;
}
