/**
 * What the chunks of a take say. They come from outside: everything is checked, and what this
 * version doesn't know is undefined.
 */
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import { AppError } from '../../core/errors.ts';
import type { HandTempo } from '../../motion/dance/tempo.ts';
import type { PlayScript } from '../../motion/play-script.ts';
import type { DiffusionChange } from '../../protocol/diffusion.ts';
import type { ShownScene } from '../../session/input-tap.ts';
import { FRAME_FLOATS, type CompiledTemplate } from '../../motion/template/compiled-template.ts';
import { PARTS } from '../../motion/template/layer.ts';
import { ARKIT_COUNT } from '../../protocol/arkit.ts';
import type { Tier } from '../../protocol/motion.ts';
import { decodePose, type PosePacket } from '../../protocol/pose-packet.ts';
import { LIVE_SOURCES, type LiveSource } from '../../session/pose-ring.ts';
import {
  CHUNK,
  COMMAND_HEAD_BYTES,
  PACKET_HEAD_BYTES,
  POSE_HEAD_BYTES,
  TakeCommand,
  TrackHead,
  type Chunk,
} from './take-format.ts';

/** What happened, in the order in which it came; times are microseconds after the start. */
export type TakeRecord =
  | ({ readonly type: 'packet' } & SoundRecord)
  | ({ readonly type: 'music' } & SoundRecord)
  | {
      readonly type: 'pose';
      readonly timeUs: number;
      readonly arrivalUs: number;
      readonly source: LiveSource;
      readonly pose: PosePacket;
    }
  | ({ readonly type: 'play'; readonly arrivalUs: number } & PlayRecord)
  | { readonly type: 'stop'; readonly arrivalUs: number; readonly script: number | undefined }
  | { readonly type: 'tier'; readonly arrivalUs: number; readonly tier: Tier }
  | ({ readonly type: 'scene'; readonly arrivalUs: number } & ShownScene)
  | { readonly type: 'style'; readonly arrivalUs: number; readonly style: DiffusionChange }
  | {
      readonly type: 'tempo';
      readonly arrivalUs: number;
      /** By hand; undefined gives it back to the music. */
      readonly tempo: HandTempo | undefined;
    };

/** A packet of the voice or of the music. */
type SoundRecord = {
  /** Of its first sample. */
  readonly timeUs: number;
  readonly arrivalUs: number;
  /** PACKET_DISCONTINUITY or 0. */
  readonly flags: number;
  readonly rtp: Buffer;
};
type PlayRecord = { readonly script: PlayScript; readonly avatar: number | undefined };

const inflate = promisify(inflateRaw);
/** An hour at 30 Hz. */
const MOST_TRACK_BYTES = 108_001 * FRAME_FLOATS * 4 + 65_536;

/** Undefined for what is no JSON or doesn't follow the schema. */
export function readJson<T>(
  payload: Buffer,
  schema: { safeParse(value: unknown): Parsed<T> },
): T | undefined {
  try {
    return schema.safeParse(JSON.parse(payload.toString('utf8'))).data;
  } catch {
    // Its checksum was right, so somebody wrote it so: it counts as unknown.
    return undefined;
  }
}

type Parsed<T> = { readonly data?: T | undefined };

/** Throws `unreadable_media`. */
export async function readTrack(payload: Buffer): Promise<CompiledTemplate> {
  const plain = await inflate(payload, { maxOutputLength: MOST_TRACK_BYTES }).catch(
    (cause: unknown) => {
      throw new AppError('unreadable_media', 'The take has a track that is none', cause);
    },
  );
  const headBytes = plain.length >= 4 ? plain.readUInt32LE(0) : 0;
  const head = readJson(plain.subarray(4, 4 + headBytes), TrackHead);
  const floats = plain.subarray(4 + headBytes);
  const counts = [PARTS.length, ARKIT_COUNT, (head?.frames ?? 0) * FRAME_FLOATS] as const;
  if (!head || floats.length !== (counts[0] + counts[1] + counts[2]) * 4) {
    throw new AppError('unreadable_media', 'The take has a track that is none');
  }
  let at = 0;
  const take = (count: number): Float32Array => {
    // The player keeps them, so they are copied; a buffer's own offset may be odd.
    const values = new Float32Array(new SharedArrayBuffer(count * 4));
    for (let i = 0; i < count; i += 1) {
      const value = floats.readFloatLE(at + i * 4);
      values[i] = Number.isFinite(value) ? Math.max(-64, Math.min(64, value)) : 0;
    }
    at += count * 4;
    return values;
  };
  const { frames: _, ...rest } = head;
  const [parts, face, frames] = [take(counts[0]), take(counts[1]), take(counts[2])];
  return { ...rest, beats: rest.beats, aim: rest.aim, parts, face, frames };
}

/** Throws `unreadable_media` for a track that is not in the file. */
export function readRecord(
  { kind, payload }: Chunk,
  tracks: readonly CompiledTemplate[],
): TakeRecord | undefined {
  const sound = kind === CHUNK.packet ? 'packet' : kind === CHUNK.music ? 'music' : undefined;
  if (sound && payload.length > PACKET_HEAD_BYTES) {
    const rtp = Buffer.from(payload.subarray(PACKET_HEAD_BYTES));
    return { type: sound, ...stamps(payload), flags: payload[16]! & 1, rtp };
  }
  if (kind === CHUNK.pose && payload.length > POSE_HEAD_BYTES) {
    const decoded = decodePose(payload.subarray(POSE_HEAD_BYTES));
    if (!decoded.ok) return undefined;
    const source = LIVE_SOURCES[payload[16]!] ?? 'webcam';
    return { type: 'pose', ...stamps(payload), source, pose: decoded.packet };
  }
  if (kind === CHUNK.command && payload.length > COMMAND_HEAD_BYTES) {
    const arrivalUs = finite(payload.readDoubleLE(0));
    const command = readJson(payload.subarray(COMMAND_HEAD_BYTES), TakeCommand);
    return command && { arrivalUs, ...played(command, tracks) };
  }
  return undefined;
}

function stamps(payload: Buffer): { timeUs: number; arrivalUs: number } {
  return { timeUs: finite(payload.readDoubleLE(0)), arrivalUs: finite(payload.readDoubleLE(8)) };
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}

type Told =
  | ({ readonly type: 'play' } & PlayRecord)
  | { readonly type: 'stop'; readonly script: number | undefined }
  | { readonly type: 'tier'; readonly tier: Tier }
  | ({ readonly type: 'scene' } & ShownScene)
  | { readonly type: 'style'; readonly style: DiffusionChange }
  | { readonly type: 'tempo'; readonly tempo: HandTempo | undefined };

function played(command: TakeCommand, tracks: readonly CompiledTemplate[]): Told {
  if (command.type === 'tier' || command.type === 'style') return command;
  if (command.type === 'scene') return { ...command, scene: command.scene ?? undefined };
  if (command.type === 'tempo') return { type: 'tempo', tempo: command.tempo ?? undefined };
  if (command.type === 'stop') return { type: 'stop', script: command.script };
  const { script, avatar } = command;
  const moments = script.moments.map((steps) =>
    steps.map(({ track, at, ...step }) => {
      const template = tracks[track];
      if (!template) throw new AppError('unreadable_media', `The take has no track ${track}`);
      return { ...step, at, template };
    }),
  );
  return { type: 'play', avatar, script: { ...script, emotion: script.emotion, moments } };
}
