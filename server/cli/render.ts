/**
 * `posecast render`: a sound file and an avatar become a file, without a server and faster than
 * real time where it can be.
 */
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Config } from '../config.ts';
import { AppError } from '../core/errors.ts';
import { computeOf } from '../inference/providers.ts';
import { compileTemplate } from '../motion/template/compile.ts';
import { render, type RenderProgress } from '../studio/render.ts';
import { readyOrder } from '../studio/render-order.ts';
import { MAX_TIMELINE_BYTES } from '../studio/timeline.ts';
import { openPoseFile } from './pose-file.ts';

export type RenderFlags = {
  /** A sound or a take; one of them is needed. */
  readonly source: string | undefined;
  readonly audio?: string;
  readonly avatar?: string;
  readonly out?: string;
  readonly pose?: string;
  readonly script?: string;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly background: string;
  readonly scene?: string;
  readonly lut?: string;
  readonly overlays?: boolean;
  readonly seed?: number;
  readonly loudness?: number;
  readonly denoise?: boolean;
  readonly music?: string;
  readonly steps?: number;
  readonly dance?: boolean;
  readonly json?: boolean;
};

const BAR_CELLS = 30;

export async function renderCommandLine(config: Config, flags: RenderFlags): Promise<void> {
  const stop = new AbortController();
  const abort = (): void => stop.abort(new AppError('session_closed', 'Stopped; nothing is left'));
  process.once('SIGINT', abort).once('SIGTERM', abort);
  const source = flags.source ?? flags.audio;
  if (source === undefined) {
    throw new AppError('bad_request', 'Say what to render: --audio FILE, or a recorded take');
  }
  const { pose, script, out } = flags;
  if (out === undefined) throw new AppError('bad_request', 'Say where it goes: --out FILE');
  const track = pose === undefined ? undefined : compileTemplate(await openPoseFile(pose));
  const text = script === undefined ? undefined : await readScript(script);
  const say = flags.json ? sayJson : sayBar;
  const result = await render(
    await readyOrder(config, { ...flags, source, target: resolve(out), track, script: text }),
    {
      ffmpeg: config.ffmpeg,
      compute: computeOf(config),
      lipsDir: join(config.modelsDir, 'lipsync'),
      signal: stop.signal,
      onProgress: (progress) => say.progress(progress),
    },
  );
  say.end({ ...result, xRealTime: result.seconds / result.workSeconds });
}

/** Throws `bad_request` and `too_large`. */
export async function readScript(path: string): Promise<string> {
  const { size } = await stat(path).catch(() => {
    throw new AppError('bad_request', `There is no script ${path}`);
  });
  if (size <= MAX_TIMELINE_BYTES) return readFile(path, 'utf8');
  throw new AppError('too_large', `${path} has ${size} bytes; at most ${MAX_TIMELINE_BYTES}`);
}

type End = Record<string, number | string>;

const sayJson = {
  progress: (progress: RenderProgress): void => {
    process.stdout.write(`${JSON.stringify({ event: 'progress', ...progress })}\n`);
  },
  end: (result: End): void => {
    process.stdout.write(`${JSON.stringify({ event: 'end', ...result })}\n`);
  },
};

const sayBar = {
  progress: ({ frame, frames, speed, etaSeconds }: RenderProgress): void => {
    const filled = Math.round((frame / frames) * BAR_CELLS);
    const bar = '█'.repeat(filled) + '░'.repeat(BAR_CELLS - filled);
    const eta = etaSeconds < 1 ? 'done' : `${Math.ceil(etaSeconds)} s left`;
    const line = `${bar} ${frame}/${frames} frames, ${speed.toFixed(1)}x real time, ${eta}   `;
    process.stderr.write(process.stderr.isTTY ? `\r${line}` : `${line.trimEnd()}\n`);
  },
  end: ({ target, frames, workSeconds, xRealTime, damage }: End): void => {
    if (process.stderr.isTTY) process.stderr.write('\n');
    const speed = `${Number(xRealTime).toFixed(1)}x real time`;
    process.stdout.write(
      `${target}: ${frames} frames in ${Number(workSeconds).toFixed(1)} s, ${speed}\n`,
    );
    if (damage !== '') process.stderr.write(`The source was not whole. ${damage}\n`);
  },
};
