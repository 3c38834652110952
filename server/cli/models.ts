/** `posecast models`: the embedded avatars and the lip-sync model, and whether they are intact. */
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { AppError, toAppError } from '../core/errors.ts';
import { listPacks, loadAvatar } from '../inference/pack.ts';
import { LipModel } from '../speech/lip-sync.ts';

type Row = {
  readonly name: string;
  readonly kind: 'avatar' | 'lip-sync';
  readonly licence: string;
  readonly ok: boolean;
  readonly detail: string;
};

/** `list` names them, `verify` also loads each and checks its sums; it fails when one is broken. */
export async function models(config: Config, action: string, json: boolean): Promise<void> {
  if (action !== 'list' && action !== 'verify') {
    throw new AppError('bad_request', `'${action}' is no action; there are list and verify`);
  }
  const rows = await allRows(config, action === 'verify');
  if (json) process.stdout.write(`${JSON.stringify(rows)}\n`);
  else for (const row of rows) process.stdout.write(`${line(row)}\n`);
  if (rows.some((row) => !row.ok)) process.exitCode = 1;
}

async function allRows(config: Config, verify: boolean): Promise<Row[]> {
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

function line({ name, kind, licence, ok, detail }: Row): string {
  return `${ok ? 'ok ' : 'BAD'} ${name.padEnd(12)} ${kind.padEnd(9)} ${licence.padEnd(12)} ${detail}`;
}
