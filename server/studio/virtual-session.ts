/**
 * The live steps under a virtual clock: input in, poses out, as fast as they can be made and the
 * same for the same input and seed. What an engine session does at its ticks before it draws,
 * without threads, packets and deadlines. One task at a time; owned by the render.
 */
import { Durations } from '../core/percentiles.ts';
import { TICK_US } from '../core/time.ts';
import { Ensemble, type EnsembleOptions } from '../inference/ensemble.ts';
import { ModelShelf } from '../inference/model-shelf.ts';
import { Tempo } from '../motion/dance/tempo.ts';
import type { PlayScript } from '../motion/play-script.ts';
import { Music } from '../music/music.ts';
import type { Gesture } from '../protocol/motion-state.ts';
import type { DiffusionChange } from '../protocol/diffusion.ts';
import type { Pose } from '../protocol/pose.ts';
import type { SceneStanding } from '../protocol/scene.ts';
import type { LipModel } from '../speech/lip-sync.ts';
import { Ear } from '../speech/ear.ts';
import { Speech, type SpeechMeter } from '../speech/speech.ts';
import { DanceFloor } from './dance-floor.ts';

const US_PER_SECOND = 1_000_000;

/**
 * A frame is due this long after the sound it needs: what a quiet network's packets are waited for.
 * What comes in between belongs to that frame.
 */
export const GUARD_US = 25_000;

/** A cue: a script that begins at a time of the result. */
export type Cue = { readonly seconds: number; readonly script: PlayScript };

export type VirtualParts = {
  readonly speech: Speech;
  readonly music: Music;
  readonly tempo: Tempo;
  readonly ensemble: Ensemble;
  readonly meter: SpeechMeter;
  /** Another prompt, strength or seed of whoever draws. */
  readonly restyle: (change: DiffusionChange) => void;
};

/** What an avatar hears and is told: a sound file, a take. */
export interface VirtualInput {
  /** Lets them hear up to `neededUs` and know what the frame at `frameUs` knows; times only grow. */
  before(frameUs: number, neededUs: number, parts: VirtualParts): Promise<void>;
  /** Whether more than idle and lips may move the avatar from the beginning on. */
  readonly moves: boolean;
}

export type VirtualOptions = {
  readonly input: VirtualInput;
  readonly cues: readonly Cue[];
  /** Steps to dance while there is a beat. */
  readonly dance?: PlayScript | undefined;
  /** Hears what changes of avatars that are told in words, before the next pose. */
  readonly onStyle?: (change: DiffusionChange) => void;
};

export class VirtualSession {
  readonly #parts: VirtualParts;
  readonly #input: VirtualInput;
  readonly #cues: readonly Cue[];
  readonly #ear: Ear;
  readonly #dance: DanceFloor | undefined;
  #nextCue = 0;

  private constructor(parts: VirtualParts, { input, cues, dance }: VirtualOptions) {
    this.#parts = parts;
    this.#input = input;
    this.#ear = new Ear(parts.speech, parts.ensemble.hearing);
    this.#cues = [...cues].sort((a, b) => a.seconds - b.seconds);
    this.#dance = dance && new DanceFloor(dance, parts.ensemble);
    // Without cues there is only what the body does by itself: pose control stays off.
    parts.ensemble.tier = cues.length > 0 || dance || input.moves ? 'full' : 'basic';
  }

  /** Throws `bad_pack`. */
  static async open(
    options: EnsembleOptions & VirtualOptions & { readonly lips: LipModel },
  ): Promise<VirtualSession> {
    const shelf = new ModelShelf();
    const ensemble = await Ensemble.open(options, { shelf, pace: 'offline' });
    const meter = { stages: { decode: new Durations(1), lips: new Durations(1) } };
    const speech = await Speech.open(options.lips);
    const restyle = options.onStyle ?? ((change: DiffusionChange) => ensemble.restyle(change));
    const music = await Music.open();
    const parts = { ensemble, speech, music, tempo: new Tempo(), meter, restyle };
    return new VirtualSession(parts, options);
  }

  /** What everybody does at `timeUs`, valid until the next call; times only grow. */
  async pose(timeUs: number): Promise<readonly Pose[]> {
    const { speech, music, tempo, ensemble } = this.#parts;
    await this.#input.before(timeUs, timeUs + this.#ear.aheadUs, this.#parts);
    music.hear(timeUs + TICK_US);
    const heard = tempo.at(timeUs, music.beatAt(timeUs));
    ensemble.beat = heard;
    const seconds = timeUs / US_PER_SECOND;
    this.#dance?.follow(heard, seconds);
    this.#startCues(seconds);
    ensemble.update(seconds, speech.show(timeUs), this.#applyMouth);
    return ensemble.poses;
  }

  /** What everybody plays since the last `pose`; undefined where no body has pictures of it. */
  get gestures(): Gesture[][] | undefined {
    const { ensemble } = this.#parts;
    return ensemble.performs ? ensemble.gestures : undefined;
  }

  /** What the frame at `timeUs` knows of: all that a live engine has heard of when it is due. */
  knownUs(timeUs: number): number {
    return timeUs + this.#ear.aheadUs + GUARD_US;
  }

  /** What the bodies listen to at `timeUs`, after its `pose`; valid until the next call. */
  sound(timeUs: number): Float32Array | undefined {
    return this.#ear.listen(timeUs);
  }

  /** Where everybody stands in the scene from now on, so that places lie where they are seen. */
  rearrange(standing: readonly SceneStanding[]): Promise<void> {
    return this.#parts.ensemble.rearrange(standing);
  }

  close(): void {
    this.#parts.speech.close();
    this.#parts.music.close();
    this.#parts.ensemble.close();
  }

  readonly #applyMouth = (face: Float32Array): void => this.#parts.speech.applyMouth(face);

  #startCues(seconds: number): void {
    for (; (this.#cues[this.#nextCue]?.seconds ?? Infinity) <= seconds; this.#nextCue += 1) {
      const cue = this.#cues[this.#nextCue]!;
      this.#parts.ensemble.play(cue.script, cue.seconds);
    }
  }
}
