/**
 * `posecast render --batch FILE`: one render after another, each in a process of its own. A row that
 * fails costs that row alone. What is there already was finished before and is passed over, so a
 * batch that was stopped goes on where it was.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { z } from 'zod';
import type { Config } from '../config.ts';
import { computeOf } from '../inference/providers.ts';
import { AppError, toAppError } from '../core/errors.ts';
import { readManifest } from '../studio/batch-manifest.ts';
import { expandRows, PLAIN_SCENE } from '../studio/batch-rows.ts';
import { JobRunner } from '../studio/job-runner.ts';
import { dropPartial } from '../studio/result-place.ts';
import type { RenderOrder } from '../studio/render-order.ts';
import { compileTemplate } from '../motion/template/compile.ts';
import { openPoseFile } from './pose-file.ts';
import { readScript } from './render.ts';

/** In a CSV everything is text. */
const Flag = z.union([z.boolean(), z.stringbool()]);

/** A row, with the command line's options for what it leaves out. */
const Row = z.object({
  audio: z.string().min(1),
  out: z.string().min(1),
  avatar: z.string().optional(),
  script: z.string().optional(),
  width: z.coerce.number().int(),
  height: z.coerce.number().int(),
  fps: z.coerce.number().int(),
  background: z.string(),
  seed: z.coerce.number().int().optional(),
  loudness: z.coerce.number().optional(),
  denoise: Flag.optional(),
  music: z.string().optional(),
  pose: z.string().optional(),
  steps: z.coerce.number().int().optional(),
  dance: Flag.optional(),
  scene: z.string().optional(),
  lut: z.string().optional(),
  overlays: Flag.optional(),
});
type Row = z.infer<typeof Row>;

export type BatchFlags = Omit<Row, 'audio' | 'out' | 'script'> & {
  readonly batch: string;
  readonly json?: boolean;
};

export async function renderBatch(config: Config, flags: BatchFlags): Promise<void> {
  const rows = await readRows(flags);
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  process.once('SIGINT', abort).once('SIGTERM', abort);
  let failed = 0;
  for (const [index, row] of rows.entries()) {
    if (stop.signal.aborted) throw new AppError('session_closed', 'Stopped; begun files are gone');
    const say = sayer(flags, { index, of: rows.length, out: row.out });
    if (existsSync(finalOf(row.out))) say('skipped', { why: 'it is there already' });
    else if (!(await renderRow(config, { row, signal: stop.signal, say }))) failed += 1;
  }
  if (failed > 0) throw new AppError('unreadable_media', `${failed} of ${rows.length} failed`);
}

type Say = (event: 'skipped' | 'progress' | 'done' | 'failed', details: object) => void;

async function renderRow(
  config: Config,
  { row, signal, say }: { readonly row: Row; readonly signal: AbortSignal; readonly say: Say },
): Promise<boolean> {
  try {
    const { modelsDir, dataDir, logLevel, ffmpeg } = config;
    const compute = computeOf(config);
    const house = { modelsDir, dataDir, logLevel, ffmpeg, compute, priority: 'normal' } as const;
    const runner = new JobRunner(await orderOf(row), house, (progress) =>
      say('progress', progress),
    );
    const cancel = (): void => void runner.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      const result = await runner.result;
      say('done', { ...result, xRealTime: result.seconds / result.workSeconds });
    } finally {
      signal.removeEventListener('abort', cancel);
    }
    return true;
  } catch (error) {
    const { code, message } = toAppError(error);
    await dropPartial(row.out);
    say('failed', { code, message });
    return false;
  }
}

async function orderOf({ audio, out, script, pose, ...row }: Row): Promise<RenderOrder> {
  const text = script === undefined ? undefined : await readScript(script);
  const track = pose === undefined ? undefined : compileTemplate(await openPoseFile(pose));
  return { ...row, source: audio, target: out, script: text, track };
}

/** Paths count from the manifest's folder. Throws `bad_request` with the row that is wrong. */
async function readRows(flags: BatchFlags): Promise<Row[]> {
  const text = await readFile(flags.batch, 'utf8').catch((cause: unknown) => {
    throw new AppError('bad_request', `There is no manifest ${flags.batch}`, cause);
  });
  const folder = dirname(resolve(flags.batch));
  const { batch: _, json: __, ...defaults } = flags;
  return expandRows(readManifest(text)).map(({ number, cells }) => {
    const row = Row.safeParse({ ...defaults, ...given(cells) });
    if (!row.success) {
      const issue = row.error.issues[0]!;
      const place = `row ${number}, ${issue.path.join('.')}`;
      throw new AppError('bad_request', `${flags.batch}, ${place}: ${issue.message}`);
    }
    return pathsFrom(folder, row.data);
  });
}

/** An empty cell leaves the command line's option as it is. */
function given(cells: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(cells).filter(([, cell]) => cell !== undefined));
}

function pathsFrom(folder: string, row: Row): Row {
  const { audio, out, script, music, pose, lut, scene } = row;
  const at = (path: string | undefined): string | undefined =>
    path === undefined ? undefined : resolve(folder, path);
  return {
    ...{ ...row, audio: resolve(folder, audio), out: resolve(folder, out) },
    ...{ script: at(script), music: at(music), pose: at(pose), lut: at(lut) },
    scene: scene === PLAIN_SCENE ? undefined : scene?.endsWith('.json') ? at(scene) : scene,
  };
}

/** Pictures are a folder without the ending. */
function finalOf(out: string): string {
  return extname(out) === '.png' ? out.slice(0, -'.png'.length) : out;
}

function sayer(
  { json }: BatchFlags,
  place: { readonly index: number; readonly of: number; readonly out: string },
): Say {
  return (event, details) => {
    if (json) process.stdout.write(`${JSON.stringify({ event, ...place, ...details })}\n`);
    else if (event !== 'progress') {
      const told = details as {
        message?: string;
        why?: string;
        xRealTime?: number;
        damage?: string;
      };
      const damage = told.damage ? `. ${told.damage}` : '';
      const speed = told.xRealTime && `${told.xRealTime.toFixed(1)}x real time${damage}`;
      const why = told.message ?? told.why ?? speed ?? '';
      process.stdout.write(`${place.index + 1}/${place.of} ${place.out}: ${event}, ${why}\n`);
    }
  };
}
