/** Services people push to, from `streams/`. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../core/errors.ts';
import { StreamPreset } from '../protocol/target.ts';

const CUSTOM = 'custom';

/** Throws `bad_request` when one of the files is wrong: better at the start than on air. */
export async function readPresets(folder: string): Promise<readonly StreamPreset[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const presets = await Promise.all(names.map((name) => readPreset(folder, name)));
  // Known services first.
  return presets.sort((a, b) => Number(a.id === CUSTOM) - Number(b.id === CUSTOM));
}

async function readPreset(folder: string, name: string): Promise<StreamPreset> {
  const path = join(folder, name);
  const parsed = StreamPreset.safeParse(parse(await readFile(path, 'utf8')));
  if (!parsed.success) {
    const reasons = parsed.error.issues.map(
      ({ path: at, message }) => `${at.join('.')}: ${message}`,
    );
    throw new AppError('bad_request', `${path} is no stream preset: ${reasons.join('; ')}`);
  }
  if (`${parsed.data.id}.json` === name) return parsed.data;
  throw new AppError('bad_request', `${path} names itself '${parsed.data.id}'`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
