/**
 * From what was ordered (names, paths, texts) to what the render needs: the take's head, the packs'
 * folders, the compiled script. For the command line and for background jobs.
 */
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { AppError } from '../core/errors.ts';
import { US_PER_SECOND } from '../core/time.ts';
import { createLog } from '../core/log.ts';
import { AvatarLibrary, avatarFolders } from '../inference/avatar-library.ts';
import type { Compute } from '../inference/providers.ts';
import { prepareScript, scriptOfTrack, type PlayScript } from '../motion/play-script.ts';
import { seededRandom } from '../motion/random.ts';
import type { CompiledTemplate } from '../motion/template/compiled-template.ts';
import { TemplateLibrary } from '../motion/template-library.ts';
import { TextCompiler } from '../motion/text/compile-text.ts';
import { probe } from '../outputs/probe.ts';
import { CastMember } from '../protocol/session.ts';
import { DANCE_RANK, danceScript } from '../session/dancer.ts';
import { openDatabase } from '../store/sqlite.ts';
import type { RenderJob } from './render.ts';
import { TakeFile } from './take/take-file.ts';
import type { TakeHead } from './take/take-format.ts';
import { readyScenes } from './scene-order.ts';
import type { SceneCue } from './scene-track.ts';
import { readScript, readTimeline, type PlacesAt } from './timeline.ts';
import type { Cue } from './virtual-session.ts';

export type RenderOrder = {
  /** A file with sound in it, or a take. */
  readonly source: string;
  /** Without one, who was in the take; else mira. */
  readonly avatar?: string | undefined;
  readonly target: string;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly background: string;
  /** Without one, the take's, so that it moves as it did; else 1. */
  readonly seed?: number | undefined;
  readonly loudness?: number | undefined;
  /** Takes steady noise out of the sound. */
  readonly denoise?: boolean | undefined;
  /** A file that plays beneath the voice, round and round, and whether it is danced to. */
  readonly music?: string | undefined;
  readonly dance?: boolean | undefined;
  /** A preset's name or a .json file, a .cube file, and whether transparent results get overlays. */
  readonly scene?: string | undefined;
  readonly lut?: string | undefined;
  readonly overlays?: boolean | undefined;
  /** The text of a script. */
  readonly script?: string | undefined;
  /** Of diffusion, a frame: more than real time allows. */
  readonly steps?: number | undefined;
  /** Motion from the beginning on, under what the script asks for. */
  readonly track?: CompiledTemplate | undefined;
};

export type OrderHouse = Pick<Config, 'modelsDir' | 'dataDir' | 'logLevel' | 'ffmpeg'> & {
  /** What networks run on; the CPU alone when absent. */
  readonly compute?: Compute;
};

/** No script of a timeline has it. */
const DANCE_ID = -1;
const EMPTY_SCRIPT = '{"format":"posecast-script","version":1,"cues":[]}';

/** Throws what is wrong with the source, the avatar or the script. */
export async function readyOrder(house: OrderHouse, order: RenderOrder): Promise<RenderJob> {
  const take = await headOf(order.source);
  await checkSounds(order, take);
  const { target, width, height, fps, background, loudness, track, music, steps } = order;
  const { moved, shown } = readScript(order.script ?? EMPTY_SCRIPT);
  const { scenes, placesAt } = await readyScenes(house, {
    ...{ ...order, shown },
    recorded: take ? await recordedScenes(order.source) : [],
  });
  const seed = order.seed ?? take?.seed ?? 1;
  const motion = { text: moved.length === 0 ? undefined : order.script, placesAt, seed };
  const { script, dance } = await readMotion(house, { ...motion, dance: order.dance ?? false });
  return {
    ...{ target, width, height, fps, background, scenes, music, dance, seed, steps },
    audio: order.source,
    cast: await castOf(house, order.avatar, take),
    cues: track ? [cueOf(track), ...script] : script,
    ...(loudness === undefined ? {} : { loudness }),
    noise: order.denoise ? 'reduced' : 'kept',
  };
}

/** Throws `unreadable_media`, and `bad_request` for dancing to nothing. */
async function checkSounds(order: RenderOrder, take: TakeHead | undefined): Promise<void> {
  const { source, music, dance } = order;
  if (!take) await requireSound(source);
  if (music !== undefined) await requireSound(music);
  else if (dance && !take) {
    throw new AppError('bad_request', 'There is nothing to dance to: give music too');
  }
}

async function requireSound(path: string): Promise<void> {
  const { streams } = await probe(path);
  if (streams.some((stream) => stream.codec_type === 'audio')) return;
  throw new AppError('unreadable_media', `${path} has no sound in it`);
}

async function headOf(source: string): Promise<TakeHead | undefined> {
  // What can't be read is told by the probe.
  const isTake = await TakeFile.is(source).catch(() => false);
  return isTake ? (await TakeFile.open(source)).head : undefined;
}

/** What was shown around the avatars while a take was recorded. */
async function recordedScenes(path: string): Promise<SceneCue[]> {
  const cues: SceneCue[] = [];
  for await (const record of (await TakeFile.open(path)).records()) {
    if (record.type !== 'scene') continue;
    const { scene, slide, fadeMs, arrivalUs } = record;
    cues.push({ seconds: arrivalUs / US_PER_SECOND, scene, slide, fadeMs, clock: 'arrival' });
  }
  return cues;
}

/** Who was asked for; else who was in the take; else mira. */
async function castOf(
  { modelsDir, dataDir }: OrderHouse,
  avatar: string | undefined,
  take: TakeHead | undefined,
): Promise<RenderJob['cast']> {
  const avatars = new AvatarLibrary(avatarFolders({ modelsDir, dataDir }));
  const asked = [CastMember.parse({ avatar: avatar ?? 'mira' })];
  const cast = avatar === undefined && take ? take.cast : asked;
  return Promise.all(
    cast.map(async (member) => ({ ...member, packDir: await avatars.folder(member.avatar) })),
  );
}

function cueOf(track: CompiledTemplate): Cue {
  return { seconds: 0, script: scriptOfTrack(track, { id: 0, priority: 'trigger', when: 'now' }) };
}

type MotionOrder = {
  /** Of a script that moves somebody. */
  readonly text: string | undefined;
  readonly placesAt: PlacesAt;
  readonly dance: boolean;
  readonly seed: number;
};

type ReadyMotion = { readonly script: readonly Cue[]; readonly dance?: PlayScript | undefined };

/** What of an order needs the library of motions; it is opened for nothing else. */
async function readMotion(house: OrderHouse, order: MotionOrder): Promise<ReadyMotion> {
  if (order.text === undefined && !order.dance) return { script: [] };
  const database = await openDatabase(house.dataDir);
  try {
    const folder = join(house.modelsDir, 'motions');
    const log = createLog(house.logLevel);
    const library = await TemplateLibrary.open({ folder, database, log });
    const script = order.text === undefined ? [] : await readCues(library, order.text, order);
    return { script, dance: order.dance ? await danceSteps(library, order.seed) : undefined };
  } finally {
    await database.destroy();
  }
}

function readCues(
  library: TemplateLibrary,
  text: string,
  { placesAt }: MotionOrder,
): Promise<Cue[]> {
  const timed = readTimeline(text, new TextCompiler(library.list()), placesAt);
  return Promise.all(
    timed.map(async ({ seconds, script }, index) => {
      const options = { id: index + 1, priority: 'hand', when: 'now' } as const;
      const prepared = prepareScript(script, options, (id) => library.compiled(id));
      return { seconds, script: await prepared };
    }),
  );
}

/** All steps in an order that follows from the seed. Throws `template_not_found`. */
async function danceSteps(library: TemplateLibrary, seed: number): Promise<PlayScript> {
  const steps = library.list().filter(({ beats }) => beats !== undefined);
  const script = danceScript(steps, seededRandom(seed));
  if (!script) throw new AppError('template_not_found', 'There are no dance steps in the library');
  const options = { id: DANCE_ID, priority: 'trigger', when: 'now' } as const;
  const prepared = await prepareScript(script, options, (id) => library.compiled(id));
  return { ...prepared, rank: DANCE_RANK, round: true };
}
