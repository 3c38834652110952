/**
 * The live steps under a virtual clock: sound in, poses out, as fast as they can be made and the
 * same for the same input and seed. What an engine session does at its ticks before it draws,
 * without threads, packets and deadlines. One task at a time; owned by the render.
 */
import { Durations } from '../core/percentiles.ts';
import { US_PER_MS } from '../core/time.ts';
import { Ensemble, type EnsembleOptions } from '../inference/ensemble.ts';
import type { PlayScript } from '../motion/play-script.ts';
import type { Pose } from '../protocol/pose.ts';
import type { LipModel } from '../speech/lip-sync.ts';
import { Speech } from '../speech/speech.ts';

/** The frame shows the mouth of this much sound, one step of the lips. */
const MOUTH_US = 20_000;
const US_PER_SECOND = 1_000_000;

/** A cue: a script that begins at a time of the result. */
export type Cue = { readonly seconds: number; readonly script: PlayScript };

export class VirtualSession {
  readonly #ensemble: Ensemble;
  readonly #speech: Speech;
  readonly #cues: readonly Cue[];
  readonly #meter = { stages: { decode: new Durations(1), lips: new Durations(1) } };
  #nextCue = 0;

  private constructor(ensemble: Ensemble, speech: Speech, cues: readonly Cue[]) {
    this.#ensemble = ensemble;
    this.#speech = speech;
    this.#cues = [...cues].sort((a, b) => a.seconds - b.seconds);
    // Without cues there is only what the body does by itself: pose control stays off.
    ensemble.tier = cues.length > 0 ? 'full' : 'basic';
  }

  /** Throws `bad_pack`. */
  static async open(
    options: EnsembleOptions & { readonly lips: LipModel; readonly cues: readonly Cue[] },
  ): Promise<VirtualSession> {
    const ensemble = await Ensemble.open(options);
    return new VirtualSession(ensemble, await Speech.open(options.lips), options.cues);
  }

  /**
   * What everybody does at `timeUs`, valid until the next call; times only grow. Pulls the sound it
   * needs from `sound`: 48 kHz mono, 20 ms at a time.
   */
  async pose(timeUs: number, sound: { next(): Promise<Float32Array> }): Promise<readonly Pose[]> {
    const neededUs = timeUs + MOUTH_US + this.#speech.lookaheadMs * US_PER_MS;
    while (this.#speech.heardUs < neededUs) {
      await this.#speech.hearSound(await sound.next(), this.#meter);
    }
    const seconds = timeUs / US_PER_SECOND;
    this.#startCues(seconds);
    this.#ensemble.update(seconds, this.#speech.mood, this.#applyMouth);
    return this.#ensemble.poses;
  }

  close(): void {
    this.#speech.close();
    this.#ensemble.close();
  }

  readonly #applyMouth = (face: Float32Array): void => this.#speech.applyMouth(face);

  #startCues(seconds: number): void {
    for (; (this.#cues[this.#nextCue]?.seconds ?? Infinity) <= seconds; this.#nextCue += 1) {
      const cue = this.#cues[this.#nextCue]!;
      this.#ensemble.play(cue.script, cue.seconds);
    }
  }
}
