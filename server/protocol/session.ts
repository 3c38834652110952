/** What a session looks like from outside: the panel, REST and the CLI all read these shapes. */
import { z } from 'zod';
import { Device, PROVIDERS } from './device.ts';
import { DiffusionChange, DiffusionLook } from './diffusion.ts';
import { AvatarName, SessionId } from './ids.ts';
import { InputOrigin } from './input.ts';
import { Tier } from './motion.ts';
import { SceneId, SessionScene } from './scene.ts';
import { SlateChoice } from './slate.ts';
import { MAX_CAST, SYNCS } from './words.ts';

export const SESSION_STATES = ['starting', 'live', 'degraded', 'stopping', 'stopped'] as const;
export const MICROPHONE_STATES = ['absent', 'connected', 'silent'] as const;

/** What a session hears: the voice moves lips and body, the music only gives the beat to dance to. */
export const AUDIO_ROLES = ['voice', 'music'] as const;
export const AudioRole = z.enum(AUDIO_ROLES);
export type AudioRole = z.infer<typeof AudioRole>;

/** Even sizes only: 4:2:0 video halves both sides. */
const side = z
  .number()
  .int()
  .min(128)
  .max(1920)
  .refine((value) => value % 2 === 0, 'must be even');

export { MAX_CAST, SYNCS };

/** One of a session's avatars, from 0. */
export const AvatarNumber = z
  .number()
  .int()
  .min(0)
  .max(MAX_CAST - 1);

/**
 * How an avatar of several goes along: `unison` does what is played when it is played, `canon` the
 * same `offsetSeconds` or `offsetBeats` later, `own` only what is played to it by its number; it
 * listens and doesn't speak. Everybody breathes, blinks and glances on their own.
 */
export const CastMember = z.object({
  avatar: AvatarName,
  /** Where its middle stands, 0..1 of the picture's width. */
  x: z.number().min(0).max(1).default(0.5),
  /** Its height as a share of the picture's. */
  scale: z.number().min(0.2).max(1.5).default(1),
  /** Drawn as in a mirror: what it does with its left is at the viewer's left. */
  mirrored: z.boolean().default(false),
  sync: z.enum(SYNCS).default('unison'),
  offsetSeconds: z.number().min(0).max(10).default(0),
  /** Instead of seconds: beats of the tempo when the script is asked for, 0.5 s each without one. */
  offsetBeats: z.number().min(0).max(16).optional(),
});
export type CastMember = z.infer<typeof CastMember>;

export const SessionRequest = z.object({
  avatar: AvatarName.default('mira'),
  width: side.default(512),
  height: side.default(512),
  fps: z.literal([25]).default(25),
  background: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/)
    .default('#e4e0d6'),
  /** Pose control: see TIERS. It can be changed while the session runs. */
  tier: Tier.default('basic'),
  /** What is shown when the avatar can't be drawn, its name by default; it can be changed. */
  slate: SlateChoice.optional(),
  /** What the avatars' networks run on; the server's own choice when absent. */
  device: Device.optional(),
  /** For avatars that are drawn from a prompt: what differs from the pack's own. */
  style: DiffusionChange.optional(),
  /** Several avatars in one picture, drawn first to last; without it there is `avatar` alone. */
  cast: z.array(CastMember).min(1).max(MAX_CAST).optional(),
  /** The scene it begins with, whose canvas then is the picture's size. */
  scene: SceneId.optional(),
});
export type SessionRequest = z.infer<typeof SessionRequest>;

export const SessionSnapshot = z.object({
  id: SessionId,
  state: z.enum(SESSION_STATES),
  /** Why the session is degraded or stopped, as a sentence; empty while all is well. */
  reason: z.string(),
  avatar: AvatarName,
  width: z.number(),
  height: z.number(),
  fps: z.number(),
  background: z.string(),
  tier: Tier,
  cast: z.array(CastMember),
  /** What the avatars' networks were asked to run on; null: the server's own choice. */
  device: Device.nullable(),
  /** What was changed of avatars that are drawn from a prompt. */
  style: DiffusionChange,
  /** What is shown around the avatars. */
  scene: SessionScene,
  slate: SlateChoice,
  /** Whether it is shown now. */
  slateShown: z.boolean(),
  microphone: z.enum(MICROPHONE_STATES),
  /** Where the voice comes from; null: from nowhere, or from a take that is played. */
  voice: InputOrigin.nullable(),
  /** Whether music comes in. */
  music: z.boolean(),
  viewers: z.number(),
  /** Since when a take of it is being recorded; null: none is. */
  takeSince: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
  /** Path of the viewer page on this server. */
  watchPath: z.string(),
  /** Path of the transparent page for OBS. */
  overlayPath: z.string(),
  /** Full URL for RTMP players; `rtmpLive` says whether it plays right now. */
  rtmpUrl: z.string(),
  rtmpLive: z.boolean(),
});
export type SessionSnapshot = z.infer<typeof SessionSnapshot>;

const percentiles = z.object({ p50: z.number(), p95: z.number(), p99: z.number() });

/** Stages of one frame's way, in order; each a duration in milliseconds. */
export const STAGES = [
  'jitter',
  'decode',
  'lips',
  'motion',
  'draw',
  'convert',
  'encode',
  'send',
] as const;
export type Stage = (typeof STAGES)[number];

/** Sent once a second while somebody listens. Percentiles are over the last 10 seconds. */
export const SessionStats = z.object({
  sessionId: SessionId,
  /** Seconds since the session started. */
  uptimeSeconds: z.number(),
  stages: z.record(z.enum(STAGES), percentiles),
  /**
   * Server's part of the mic-to-viewer latency: from the moment a sound's packet arrived to the
   * moment its frame (picture) or packet (sound) was handed to the network, ms.
   */
  pictureLatencyMs: percentiles,
  soundLatencyMs: z.number(),
  lookaheadMs: z.number(),
  fps: z.number(),
  frames: z.number(),
  lateFrames: z.number(),
  repeatedFrames: z.number(),
  droppedFrames: z.number(),
  packetsReceived: z.number(),
  packetsLost: z.number(),
  packetsLate: z.number(),
  ringDrops: z.number(),
  /** Poses of webcam or VMC that were used; refused (damaged, too large, too many); out of order. */
  poses: z.number(),
  badPoses: z.number(),
  latePoses: z.number(),
  /** From a pose's arrival to the drawn frame that shows it, ms. */
  poseToFrameMs: percentiles,
  encoderRestarts: z.number(),
  /** Of the transparent overlay, while somebody watches it: sent; longer than a tick or left out. */
  overlayFrames: z.number(),
  overlayLateFrames: z.number(),
  videoKbps: z.number(),
  /** Whole server process tree, in cores (1 = one core busy). */
  cpuCores: z.number(),
  memoryMb: z.number(),
  /** The machine it runs on, with everything else that runs there. */
  machine: z.object({
    /** Of all cores together, 0..1. */
    cpuShare: z.number(),
    cores: z.number(),
    /** The first NVIDIA GPU; null where there is none. Of it, null is what it doesn't tell. */
    gpu: z
      .object({
        busyShare: z.number().nullable(),
        memoryUsedMb: z.number().nullable(),
        memoryTotalMb: z.number().nullable(),
      })
      .nullable(),
  }),
  /**
   * What there is time to draw: everything; the body every second frame; the mouth over a still
   * body; nothing. And how often less was drawn than before.
   */
  quality: z.enum(['full', 'half-rate', 'lips-only', 'held']),
  qualityDowns: z.number(),
  /** How the avatars' networks fare; null without any. */
  body: z
    .object({
      /** What they run on. */
      device: z.enum(PROVIDERS),
      /** Whether `avatar:restyle` is there for it. */
      styled: z.boolean(),
      /** Why the last frame failed, as a sentence; empty while all is well. */
      problem: z.string(),
      /** Frames whose numbers were no picture, whose run failed, that were left out as alike. */
      broken: z.number(),
      failed: z.number(),
      skipped: z.number(),
      /** Milliseconds of a frame's parts. */
      stages: z.record(z.string(), percentiles),
    })
    .nullable(),
});
export type SessionStats = z.infer<typeof SessionStats>;

/** Sent ten times a second: microphone level in dBFS (-100..0), speech activity 0..1. */
export const SessionLevel = z.object({
  sessionId: SessionId,
  levelDb: z.number(),
  voice: z.number(),
});
export type SessionLevel = z.infer<typeof SessionLevel>;

export const AvatarSummary = z.object({
  name: AvatarName,
  title: z.object({ en: z.string(), zh: z.string() }),
  description: z.object({ en: z.string(), zh: z.string() }),
  body: z.string(),
  lips: z.string(),
  licence: z.string(),
  /** Of an avatar that is drawn from a prompt: how it is drawn at first; null for others. */
  style: DiffusionLook.extend({
    /** Whether it can read another prompt than its own. */
    promptChanges: z.boolean(),
  }).nullable(),
  author: z.string(),
  /** Whether its licence lets it earn money. */
  commercial: z.boolean(),
  /** Made or imported here, not part of the program: it can be deleted. */
  own: z.boolean(),
  /** Path of a still picture (PNG, transparent). */
  previewPath: z.string(),
});
export type AvatarSummary = z.infer<typeof AvatarSummary>;

export const ServerInfo = z.object({
  version: z.string(),
  protocol: z.number(),
  maxSessions: z.number(),
  needsToken: z.boolean(),
});
export type ServerInfo = z.infer<typeof ServerInfo>;
