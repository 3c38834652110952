/**
 * Where a recording listens to what comes into a session, after it was checked and placed in time.
 * Costs a comparison while nobody records. Main thread; owned by the pipeline.
 */
import type { HandTempo } from '../motion/dance/tempo.ts';
import type { DiffusionChange } from '../protocol/diffusion.ts';
import type { PosePacket } from '../protocol/pose-packet.ts';
import type { Tier } from '../protocol/motion.ts';
import type { Scene } from '../protocol/scene.ts';
import type { LiveSource } from './pose-ring.ts';
import type { MotionCommand } from './wires.ts';

/** What is around the avatars, as whoever looks at it later needs it: the scene itself, not its name. */
export type ShownScene = {
  /** Undefined: the session's own plain background. */
  readonly scene: Scene | undefined;
  /** From 1; 0 without slides. */
  readonly slide: number;
  readonly fadeMs: number;
};

/** Times are microseconds on the session's MediaTime. */
export interface InputListener {
  /** An RTP packet of the microphone: its first sample's time, and when it came. */
  packet(rtp: Uint8Array, timeUs: number, arrivalUs: number, flags: number): void;
  /** The same of the music. */
  music(rtp: Uint8Array, timeUs: number, arrivalUs: number, flags: number): void;
  pose(packet: PosePacket, source: LiveSource, timeUs: number, arrivalUs: number): void;
  command(command: MotionCommand, arrivalUs: number): void;
  tier(tier: Tier, arrivalUs: number): void;
  /** What is danced to by hand; undefined gives it back to the music. */
  tempo(tempo: HandTempo | undefined, arrivalUs: number): void;
  scene(shown: ShownScene, arrivalUs: number): void;
  /** Another prompt, strength or seed of avatars that are told in words. */
  style(change: DiffusionChange, arrivalUs: number): void;
}

export class InputTap {
  listener: InputListener | undefined;
}
