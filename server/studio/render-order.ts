/**
 * From what was ordered (names, paths, texts) to what the render needs: the take's head, the packs'
 * folders, the compiled script. For the command line and for background jobs.
 */
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { createLog } from '../core/log.ts';
import { AvatarLibrary, avatarFolders } from '../inference/avatar-library.ts';
import { prepareScript, scriptOfTrack } from '../motion/play-script.ts';
import type { CompiledTemplate } from '../motion/template/compiled-template.ts';
import { TemplateLibrary } from '../motion/template-library.ts';
import { TextCompiler } from '../motion/text/compile-text.ts';
import { probe } from '../outputs/ffmpeg.ts';
import { CastMember } from '../protocol/session.ts';
import { openDatabase } from '../store/sqlite.ts';
import type { RenderJob } from './render.ts';
import { TakeFile } from './take/take-file.ts';
import type { TakeHead } from './take/take-format.ts';
import { readyScenes } from './scene-order.ts';
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
  /** A preset's name or a .json file, a .cube file, and whether transparent results get overlays. */
  readonly scene?: string | undefined;
  readonly lut?: string | undefined;
  readonly overlays?: boolean | undefined;
  /** The text of a script. */
  readonly script?: string | undefined;
  /** Motion from the beginning on, under what the script asks for. */
  readonly track?: CompiledTemplate | undefined;
};

export type OrderHouse = Pick<Config, 'modelsDir' | 'dataDir' | 'logLevel' | 'ffmpeg'>;

const EMPTY_SCRIPT = '{"format":"posecast-script","version":1,"cues":[]}';

/** Throws what is wrong with the source, the avatar or the script. */
export async function readyOrder(house: OrderHouse, order: RenderOrder): Promise<RenderJob> {
  const take = await headOf(order.source);
  if (!take) await probe(order.source);
  const { target, width, height, fps, background, loudness, track } = order;
  const { moved, shown } = readScript(order.script ?? EMPTY_SCRIPT);
  const { scenes, placesAt } = await readyScenes(house, { ...order, shown });
  const script = moved.length === 0 ? [] : await readCues(house, order.script!, placesAt);
  return {
    ...{ target, width, height, fps, background, scenes },
    audio: order.source,
    seed: order.seed ?? take?.seed ?? 1,
    cast: await castOf(house, order.avatar, take),
    cues: track ? [cueOf(track), ...script] : script,
    ...(loudness === undefined ? {} : { loudness }),
    noise: order.denoise ? 'reduced' : 'kept',
  };
}

async function headOf(source: string): Promise<TakeHead | undefined> {
  // What can't be read is told by the probe.
  const isTake = await TakeFile.is(source).catch(() => false);
  return isTake ? (await TakeFile.open(source)).head : undefined;
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

async function readCues(house: OrderHouse, text: string, placesAt: PlacesAt): Promise<Cue[]> {
  const database = await openDatabase(house.dataDir);
  try {
    const folder = join(house.modelsDir, 'motions');
    const log = createLog(house.logLevel);
    const library = await TemplateLibrary.open({ folder, database, log });
    const timed = readTimeline(text, new TextCompiler(library.list()), placesAt);
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
