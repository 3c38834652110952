/**
 * The avatars of one session and what moves each: one Motion per avatar on one template clock, one
 * stage that draws them all. Engine thread; owned by the engine's session.
 */
import { Motion } from '../motion/motion.ts';
import type { Speech as SpeechState } from '../motion/idle.ts';
import type { HeardBeat } from '../motion/dance/dance-lock.ts';
import { LivePose } from '../motion/live-pose.ts';
import { MouthFusion } from '../motion/mouth-fusion.ts';
import type { PlayScript } from '../motion/play-script.ts';
import type { PlayingStep } from '../motion/channel.ts';
import type { DiffusionChange } from '../protocol/diffusion.ts';
import type { Gesture } from '../protocol/motion-state.ts';
import { createPose, type Pose } from '../protocol/pose.ts';
import type { SceneStanding } from '../protocol/scene.ts';
import type { CastMember } from '../protocol/session.ts';
import type { Tier } from '../protocol/motion.ts';
import type { Hearing } from '../render/body.ts';
import type { BodyHealth } from '../render/body.ts';
import { Stage } from '../render/stage.ts';
import type { LiveSource } from '../session/pose-ring.ts';
import type { ModelShelf } from './model-shelf.ts';
import { loadPack } from './pack.ts';
import { CPU_COMPUTE, type Compute } from './providers.ts';

export type EnsembleOptions = {
  readonly cast: readonly (CastMember & { readonly packDir: string })[];
  readonly width: number;
  readonly height: number;
  readonly seed: number;
};

/** What is shared with other ensembles of the thread. */
export type EnsembleHouse = {
  readonly shelf: ModelShelf;
  readonly compute?: Compute;
  /** See BodyPlace. */
  readonly pace?: 'live' | 'offline';
};

type Player = {
  readonly member: CastMember;
  readonly motion: Motion;
  readonly mouth: MouthFusion;
  readonly pose: Pose;
};

export type EnsembleState = {
  readonly playing: readonly (PlayingStep & { readonly avatar: number })[];
  /** Scripts that wait for others to end, of the avatar that has the most. */
  readonly waiting: number;
};

/** A beat's length while no tempo is known: 120 beats a minute. */
const BEAT_SECONDS = 0.5;

/** Those on their own listen: their mouths rest. */
const SILENT = { voice: 0, stress: 0 };

export class Ensemble {
  readonly live: Readonly<Record<LiveSource, LivePose>> = {
    webcam: new LivePose(),
    vmc: new LivePose(),
  };
  readonly #stage: Stage;
  readonly #players: readonly Player[];
  #beatSeconds = BEAT_SECONDS;
  /** What everybody does since the last update; written in place. */
  readonly poses: readonly Pose[];

  private constructor(stage: Stage, { cast, seed }: EnsembleOptions) {
    this.#stage = stage;
    this.#players = cast.map((member, index) => ({
      member,
      motion: new Motion({
        seed: seed + index,
        placeOf: (at) => stage.poseAt(index, at),
        // Who is on their own doesn't follow the webcam either.
        live: member.sync === 'own' && index > 0 ? [] : [this.live.webcam, this.live.vmc],
      }),
      mouth: new MouthFusion(),
      pose: createPose(),
    }));
    this.poses = this.#players.map(({ pose }) => pose);
  }

  /** Throws `bad_pack`. */
  static async open(options: EnsembleOptions, house: EnsembleHouse): Promise<Ensemble> {
    const packs = await Promise.all(options.cast.map(({ packDir }) => loadPack(packDir)));
    const cast = options.cast.map((member, i) => ({
      ...{ ...member, pack: packs[i]! },
      silent: isSilent(member, i),
    }));
    const { width, height } = options;
    const { shelf, compute = CPU_COMPUTE, pace = 'live' } = house;
    const place = { width, height, shelf, compute, pace };
    return new Ensemble(await Stage.open(cast, place), options);
  }

  set tier(tier: Tier) {
    for (const { motion } of this.#players) motion.tier = tier;
  }

  /** What dance steps of the next frame go by. */
  set beat(beat: HeardBeat) {
    this.#beatSeconds = beat.bpm > 0 ? 60 / beat.bpm : BEAT_SECONDS;
    for (const { motion } of this.#players) motion.player.beat = beat;
  }

  /**
   * Plays a script from `nowSeconds` on: by avatar `index`, or by all that move together, those in
   * canon later by their offset.
   */
  play(script: PlayScript, nowSeconds: number, index?: number): void {
    for (const [i, { member, motion }] of this.#players.entries()) {
      const meant = index === undefined ? member.sync !== 'own' || i === 0 : i === index;
      if (!meant) continue;
      const late = index === undefined ? this.#lateSeconds(member) : 0;
      motion.player.play(script, nowSeconds, late);
    }
  }

  /** Another prompt, strength or seed of those that are told in words. */
  restyle(change: DiffusionChange): void {
    this.#stage.restyle(change);
  }

  /** How the bodies' networks fare; undefined without any. */
  get health(): BodyHealth | undefined {
    return this.#stage.health;
  }

  stop(script?: number): void {
    for (const { motion } of this.#players) motion.player.stop(script);
  }

  /** What everybody does at this time; `applyMouth` writes the mouth that the voice asks for. */
  update(timeSeconds: number, mood: SpeechState, applyMouth: (face: Float32Array) => void): void {
    for (const [i, { member, motion, pose }] of this.#players.entries()) {
      motion.update(timeSeconds, isSilent(member, i) ? SILENT : mood, pose);
    }
    for (const [i, { member, motion, mouth, pose }] of this.#players.entries()) {
      if (!isSilent(member, i)) {
        const said = { seen: motion.mouthSeen, voice: mood.voice };
        mouth.apply(pose.face, said, applyMouth);
      }
    }
    if (this.#stage.performs) this.#stage.perform(this.gestures, timeSeconds);
  }

  /** What everybody plays since the last update, first to last, where a body has pictures of it. */
  get gestures(): Gesture[][] {
    return this.#players.map(({ motion }) => motion.player.gestures);
  }

  /** Whether `gestures` change what is drawn. */
  get performs(): boolean {
    return this.#stage.performs;
  }

  /** See Stage. */
  wouldMove(wanted: readonly SceneStanding[]): boolean {
    return this.#stage.wouldMove(wanted);
  }

  rearrange(wanted: readonly SceneStanding[]): Promise<void> {
    return this.#stage.rearrange(wanted);
  }

  /** What the bodies listen to; undefined when none does. */
  get hearing(): Hearing | undefined {
    return this.#stage.hearing;
  }

  /** Whether mouths can be drawn over the last picture. */
  get canDrawLips(): boolean {
    return this.#stage.canDrawLips;
  }

  /** Only the mouths anew; takes and returns what `draw` does. */
  drawLips(timeSeconds: number, sound?: Float32Array): Promise<Uint8Array> {
    return this.#stage.drawLips(this.poses, timeSeconds, sound);
  }

  /** Premultiplied RGBA; valid until the next call. `sound`: what `hearing` asks for. */
  draw(timeSeconds: number, sound?: Float32Array): Promise<Uint8Array> {
    return this.#stage.draw(this.poses, timeSeconds, sound);
  }

  /** What plays; a script that several play is told of the first of them. */
  state(timeSeconds: number): EnsembleState {
    const told = new Set<number>();
    let most = 0;
    const playing = this.#players.flatMap(({ motion }, avatar) => {
      const state = motion.player.state(timeSeconds);
      most = Math.max(most, state.waiting);
      const own = state.playing.filter(({ script }) => !told.has(script));
      for (const { script } of own) told.add(script);
      return own.map((step) => ({ ...step, avatar }));
    });
    return { playing, waiting: most };
  }

  close(): void {
    this.#stage.close();
  }

  #lateSeconds({ sync, offsetSeconds, offsetBeats }: CastMember): number {
    if (sync !== 'canon') return 0;
    return offsetBeats === undefined ? offsetSeconds : offsetBeats * this.#beatSeconds;
  }
}

/** Who goes their own way listens; the first one always speaks. */
export function isSilent({ sync }: CastMember, index: number): boolean {
  return index > 0 && sync === 'own';
}
