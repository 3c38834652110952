/**
 * The take file: what came into a live session, byte by byte. Specified in docs/take.md. Chunks are
 * only ever appended, each with its length and checksum, so a file whose writer was killed is whole
 * up to its last chunk. Pure.
 */
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { EMOTIONS, TemplateId } from '../../protocol/template.ts';
import { CastMember, SessionRequest } from '../../protocol/session.ts';
import { DiffusionChange } from '../../protocol/diffusion.ts';
import { Tier } from '../../protocol/motion.ts';
import { MAX_SLIDES, Scene } from '../../protocol/scene.ts';

/** `PTAKE`, version 1, CR LF: a transfer as text would show. */
export const TAKE_MAGIC = Buffer.from([0x50, 0x54, 0x41, 0x4b, 0x45, 0x01, 0x0d, 0x0a]);
export const TAKE_VERSION = 1;

/** kind u8, three reserved zeros, payload bytes u32, CRC-32 of head (without it) and payload u32. */
export const CHUNK_HEAD_BYTES = 12;
/** A track of a minute at 30 Hz has 1.7 MB before it is deflated. */
export const MAX_CHUNK_BYTES = 4 * 1024 * 1024;

export const CHUNK = {
  head: 1,
  packet: 2,
  pose: 3,
  track: 4,
  command: 5,
  end: 6,
  music: 7,
} as const;
export type ChunkKind = (typeof CHUNK)[keyof typeof CHUNK];

export type Chunk = { readonly kind: number; readonly payload: Buffer };

/** The first chunk. Times in the file are microseconds after the take's start. */
export const TakeHead = z.object({
  format: z.literal('posecast-take'),
  version: z.literal(TAKE_VERSION),
  recordedAt: z.iso.datetime(),
  /** Of the server that recorded it. */
  posecast: z.string().max(40),
  seed: z.number().int(),
  session: SessionRequest,
  cast: z.array(CastMember).min(1),
});
export type TakeHead = z.infer<typeof TakeHead>;

/** The last chunk of a take that was ended in order. */
export const TakeEnd = z.object({
  seconds: z.number().min(0).max(864_000),
  /** Records left out because the disk was too slow. */
  dropped: z.number().int().min(0),
});
export type TakeEnd = z.infer<typeof TakeEnd>;

const finite = z.number();
const PlayStep = z.object({
  /** Which track of the file, from 0. */
  track: z.number().int().min(0),
  mirrored: z.boolean(),
  speed: finite.min(0.1).max(10),
  repeat: z.number().int().min(1).max(1000).optional(),
  size: finite.min(0).max(2),
  at: z.object({ x: finite.min(0).max(1), y: finite.min(0).max(1) }).optional(),
});

/** What the engine was told, with tracks in place of templates. */
export const TakeCommand = z.discriminatedUnion('type', [
  z.object({ type: z.literal('tier'), tier: Tier }),
  z.object({
    type: z.literal('tempo'),
    /** By hand; null gives it back to the music. `beatUs`: one of its beats, after the start. */
    tempo: z.object({ bpm: finite.min(20).max(400), beatUs: finite }).nullable(),
  }),
  z.object({ type: z.literal('stop'), script: z.number().int().optional() }),
  z.object({
    type: z.literal('scene'),
    /** Null is the plain background. */
    scene: Scene.nullable(),
    slide: z.number().int().min(0).max(MAX_SLIDES),
    fadeMs: finite.min(0).max(5000),
  }),
  z.object({ type: z.literal('style'), style: DiffusionChange }),
  z.object({
    type: z.literal('play'),
    avatar: z.number().int().min(0).optional(),
    script: z.object({
      id: z.number().int(),
      rank: z.number().int().min(0).max(9),
      when: z.enum(['now', 'after']),
      emotion: z.enum(EMOTIONS).optional(),
      moments: z.array(z.array(PlayStep).min(1)).min(1),
      round: z.boolean(),
    }),
  }),
]);
export type TakeCommand = z.infer<typeof TakeCommand>;

/** What stands before a track's floats (parts, face, frames), which are deflated with it. */
export const TrackHead = z.object({
  id: TemplateId,
  seconds: z.number().min(0.01).max(3600),
  loop: z.boolean(),
  beats: z.number().optional(),
  aim: z.enum(['leftHand', 'rightHand']).optional(),
  frames: z.number().int().min(1).max(108_001),
});
export type TrackHead = z.infer<typeof TrackHead>;

export function encodeChunk(kind: ChunkKind, ...parts: readonly Uint8Array[]): Buffer {
  const bytes = parts.reduce((sum, part) => sum + part.length, 0);
  const chunk = Buffer.alloc(CHUNK_HEAD_BYTES + bytes);
  chunk.writeUInt8(kind, 0);
  chunk.writeUInt32LE(bytes, 4);
  let at = CHUNK_HEAD_BYTES;
  for (const part of parts) {
    chunk.set(part, at);
    at += part.length;
  }
  chunk.writeUInt32LE(checksum(chunk), 8);
  return chunk;
}

/** What the chunk's checksum must be. */
export function checksum(chunk: Buffer): number {
  return crc32(chunk.subarray(CHUNK_HEAD_BYTES), crc32(chunk.subarray(0, 8)));
}

/** time f64, arrival f64 (both us after the start), flags u8, then the RTP packet. */
export const PACKET_HEAD_BYTES = 17;
/** time f64, arrival f64, source u8, then the pose packet (see pose-packet.ts). */
export const POSE_HEAD_BYTES = 17;
/** time f64, then JSON. */
export const COMMAND_HEAD_BYTES = 8;

export function stampedHead(timeUs: number, arrivalUs: number, byte: number): Buffer {
  const head = Buffer.alloc(PACKET_HEAD_BYTES);
  head.writeDoubleLE(timeUs, 0);
  head.writeDoubleLE(arrivalUs, 8);
  head.writeUInt8(byte, 16);
  return head;
}
