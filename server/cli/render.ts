/**
 * `posecast render`: a sound file and an avatar become a file, without a server and faster than
 * real time where it can be.
 */
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Config } from '../config.ts';
import { AppError } from '../core/errors.ts';
import { createLog } from '../core/log.ts';
import { AvatarLibrary } from '../inference/avatar-library.ts';
import { prepareScript, scriptOfTrack } from '../motion/play-script.ts';
import { compileTemplate } from '../motion/template/compile.ts';
import { TemplateLibrary } from '../motion/template-library.ts';
import { TextCompiler } from '../motion/text/compile-text.ts';
import { CastMember } from '../protocol/index.ts';
import { probe } from '../outputs/ffmpeg.ts';
import { openDatabase } from '../store/sqlite.ts';
import { render, type RenderJob, type RenderProgress } from '../studio/render.ts';
import { TakeFile } from '../studio/take/take-file.ts';
import type { TakeHead } from '../studio/take/take-format.ts';
import { MAX_TIMELINE_BYTES, readTimeline } from '../studio/timeline.ts';
import type { Cue } from '../studio/virtual-session.ts';
import { openPoseFile } from './pose-file.ts';

export type RenderFlags = {
  /** A sound or a take; one of them is needed. */
  readonly source: string | undefined;
  readonly audio?: string;
  readonly avatar?: string;
  readonly out: string;
  readonly pose?: string;
  readonly script?: string;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly background: string;
  readonly seed?: number;
  readonly loudness?: number;
  readonly json?: boolean;
};

const BAR_CELLS = 30;

export async function renderCommandLine(config: Config, flags: RenderFlags): Promise<void> {
  const stop = new AbortController();
  const abort = (): void => stop.abort(new AppError('session_closed', 'Stopped; nothing is left'));
  process.once('SIGINT', abort).once('SIGTERM', abort);
  const { audio, take } = await sourceOf(flags);
  const say = flags.json ? sayJson : sayBar;
  const result = await render(
    {
      ...flags,
      audio,
      seed: flags.seed ?? take?.seed ?? 1,
      target: resolve(flags.out),
      cast: await castOf(config, flags.avatar, take),
      cues: [
        ...(flags.pose === undefined ? [] : [await poseCue(flags.pose)]),
        ...(flags.script === undefined ? [] : await readCues(config, flags.script)),
      ],
    },
    {
      ffmpeg: config.ffmpeg,
      lipsDir: join(config.modelsDir, 'lipsync'),
      signal: stop.signal,
      onProgress: (progress) => say.progress(progress),
    },
  );
  say.end({ ...result, xRealTime: result.seconds / result.workSeconds });
}

async function sourceOf(flags: RenderFlags): Promise<{ audio: string; take?: TakeHead }> {
  const audio = flags.source ?? flags.audio;
  if (audio === undefined) {
    throw new AppError('bad_request', 'Say what to render: --audio FILE, or a recorded take');
  }
  if (await TakeFile.is(audio).catch(() => false)) {
    return { audio, take: (await TakeFile.open(audio)).head };
  }
  await probe(audio);
  return { audio };
}

/** Who was asked for; else who was in the take; else mira. */
async function castOf(
  config: Config,
  avatar: string | undefined,
  take: TakeHead | undefined,
): Promise<RenderJob['cast']> {
  const avatars = new AvatarLibrary(join(config.modelsDir, 'avatars'));
  const asked = [CastMember.parse({ avatar: avatar ?? 'mira' })];
  const cast = avatar === undefined && take ? take.cast : asked;
  return Promise.all(
    cast.map(async (member) => ({ ...member, packDir: await avatars.folder(member.avatar) })),
  );
}

/** The file's motion from the beginning on, under what the script asks for. */
async function poseCue(path: string): Promise<Cue> {
  const track = compileTemplate(await openPoseFile(path));
  return { seconds: 0, script: scriptOfTrack(track, { id: 0, priority: 'trigger', when: 'now' }) };
}

async function readCues(config: Config, path: string): Promise<Cue[]> {
  const { size } = await stat(path).catch(() => {
    throw new AppError('bad_request', `There is no script ${path}`);
  });
  if (size > MAX_TIMELINE_BYTES) {
    throw new AppError('too_large', `${path} has ${size} bytes; at most ${MAX_TIMELINE_BYTES}`);
  }
  const text = await readFile(path, 'utf8');
  const database = await openDatabase(config.dataDir);
  try {
    const folder = join(config.modelsDir, 'motions');
    const log = createLog(config.logLevel);
    const library = await TemplateLibrary.open({ folder, database, log });
    const timed = readTimeline(text, new TextCompiler(library.list()));
    return await Promise.all(
      timed.map(async ({ seconds, script }, index) => {
        const options = { id: index + 1, priority: 'hand', when: 'now' } as const;
        const prepared = prepareScript(script, options, (id) => library.compiled(id));
        return { seconds, script: await prepared };
      }),
    );
  } finally {
    await database.destroy();
  }
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
    if (damage !== '') process.stderr.write(`The take was not whole. ${damage}\n`);
  },
};
