/**
 * A session's dancing: the tempo tapped by hand, and the switch that makes the avatar dance to the
 * music, one step after another. It dances while there is a beat and waits for the next one when the
 * music ends. Main thread; owned by the session.
 */
import { nowUs, US_PER_MS } from '../core/time.ts';
import { TapTempo } from '../motion/dance/tap-tempo.ts';
import type { HandTempo } from '../motion/dance/tempo.ts';
import type { Dancing, MotionTapped } from '../protocol/motion-state.ts';
import { MotionStep, type MotionScript } from '../protocol/motion.ts';
import type { TemplateSummary } from '../protocol/template.ts';

/** What it needs of its session. */
export interface DanceFloor {
  /** MediaTime of the beat that somebody hears at this server time. */
  beatTimeUs(serverUs: number): number;
  setTempo(tempo: HandTempo | undefined): void;
  /** Dance steps, in any order. */
  steps(): readonly TemplateSummary[];
  /** Plays the script round and round, below all else; resolves with its number. */
  perform(script: MotionScript): Promise<number>;
  stop(script: number): void;
  /** `dancing` may be another now. */
  changed(): void;
}

export const DANCE_RANK = 0.5;
/** A step gives way to the next after so many beats, or after its one pass where that is longer. */
const BEATS_PER_STEP = 8;
const MOST_STEPS = 20;
/** Music may hold its breath for this long. */
export const PATIENCE_MS = 4000;

export class Dancer {
  readonly #floor: DanceFloor;
  readonly #random: () => number;
  readonly #taps = new TapTempo();
  /** Least distance from the tapper's clock to the server's, microseconds. */
  #clockUs = Infinity;
  #tempo: HandTempo | undefined;
  #on = false;
  #beat = false;
  /** Number of the script that plays; a promise until it is known. */
  #script: number | Promise<number> | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** `random`: uniform in [0, 1). */
  constructor(floor: DanceFloor, random: () => number) {
    this.#floor = floor;
    this.#random = random;
  }

  get dancing(): Dancing {
    if (!this.#on) return 'off';
    return this.#script === undefined ? 'waiting' : 'dancing';
  }

  /** One tap on the beat; `atMs` is when, on the tapper's own clock, so that the way here is no matter. */
  tap(atMs?: number): MotionTapped {
    const arrivedUs = nowUs();
    const tappedUs = atMs === undefined ? arrivedUs : atMs * US_PER_MS;
    const count = this.#taps.tap(tappedUs);
    if (count === 1) this.#clockUs = Infinity;
    this.#clockUs = Math.min(this.#clockUs, arrivedUs - tappedUs);
    const { bpm, nextBeatUs } = this.#taps.at(tappedUs);
    if (bpm > 0)
      this.#setTempo({ bpm, beatUs: this.#floor.beatTimeUs(nextBeatUs + this.#clockUs) });
    return { bpm: bpm > 0 ? bpm : null, taps: count };
  }

  /** A tempo by its number, with a beat now; null gives it back to the music. */
  setBpm(bpm: number | null): void {
    this.#taps.forget();
    const beatUs = this.#floor.beatTimeUs(nowUs());
    this.#setTempo(bpm === null ? undefined : { bpm, beatUs });
  }

  set(on: boolean): void {
    if (this.#on === on) return;
    this.#on = on;
    if (!on) this.#stop();
    else if (this.#beat) this.#start();
    this.#floor.changed();
  }

  /** Somebody stopped this script, or all of them: then it is no longer asked to dance. */
  stopped(script: number | undefined): void {
    if (script === undefined || script === this.#script) this.set(false);
  }

  /** What the engine says: whether there is a beat. */
  heard(beat: boolean): void {
    this.#beat = beat;
    if (beat) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      if (this.#on && this.#script === undefined) this.#start();
    } else if (this.#script !== undefined) {
      this.#timer ??= setTimeout(() => {
        this.#stop();
        this.#floor.changed();
      }, PATIENCE_MS);
    }
  }

  /** The engine was opened anew and knows nothing of all this. */
  restart(): void {
    this.#script = undefined;
    if (this.#tempo) this.#floor.setTempo(this.#tempo);
  }

  close(): void {
    this.#on = false;
    clearTimeout(this.#timer);
  }

  #setTempo(tempo: HandTempo | undefined): void {
    this.#tempo = tempo;
    this.#floor.setTempo(tempo);
  }

  #start(): void {
    const script = danceScript(this.#floor.steps(), this.#random);
    if (!script) return;
    const asked = this.#floor.perform(script);
    this.#script = asked;
    asked.then(
      (number) => {
        if (this.#script === asked) this.#script = number;
        else this.#floor.stop(number);
      },
      () => {
        // Pose control was switched off, or a step deleted, in this very moment: it waits again.
        if (this.#script === asked) this.#script = undefined;
      },
    );
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (typeof this.#script === 'number') this.#floor.stop(this.#script);
    this.#script = undefined;
  }
}

/** All steps, in a new order each time; undefined where there are none. */
export function danceScript(
  steps: readonly TemplateSummary[],
  random: () => number,
): MotionScript | undefined {
  const order = steps.map((step) => ({ step, place: random() }));
  order.sort((a, b) => a.place - b.place);
  const moments = order.slice(0, MOST_STEPS).map(({ step: { id, beats = BEATS_PER_STEP } }) => {
    const repeat = Math.max(1, Math.round(BEATS_PER_STEP / beats));
    return [MotionStep.parse({ template: id, repeat })];
  });
  return moments.length > 0 ? { moments } : undefined;
}
