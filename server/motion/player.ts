/**
 * Plays scripts: moments one after another, the steps of a moment at the same time. Engine thread,
 * one per avatar. Whatever starts takes the parts it moves from what is as high or lower, and fades
 * in over it; what ends fades out (mixer.ts). Nothing is allocated but when a step starts.
 *
 * Dance steps (templates with `beats`) go with the beat while there is one: their own time runs
 * faster or slower, and that of their moment with it (dance/dance-lock.ts).
 *
 * A step lasts its repeats. A looping template whose repeats aren't said lasts as long as its
 * moment; a moment of nothing else lasts one pass, and the last moment of a script until stopped.
 */
import { Channel, type PlayingStep } from './channel.ts';
import type { HeardBeat } from './dance/dance-lock.ts';
import type { MixedLayer } from './mixer.ts';
import { Playback, type Place } from './playback.ts';
import type { Gesture } from '../protocol/motion-state.ts';
import { goesOn, type PlayScript, type PlayStep } from './play-script.ts';

/** Steps that play or fade out at once: two moments of the most steps, and some. */
const CHANNELS = 16;
/** After a longer pause between two frames, dancers find the beat anew. */
const MOST_STEP_SECONDS = 0.1;
const NO_BEAT: HeardBeat = { bpm: 0, phase: 0 };
/** Scripts that play, start later or wait; more are refused and counted. */
const MOST_SCRIPTS = 24;

export type PlayerState = {
  /** Steps that play now. */
  readonly playing: readonly PlayingStep[];
  /** Scripts that wait for others to end. */
  readonly waiting: number;
  readonly refused: number;
};

type Running = {
  readonly script: PlayScript;
  moment: number;
  /** When its moment ends, seconds on MediaTime. */
  endSeconds: number;
  /** The dance step by whose time the moment goes. */
  dancer: Channel | undefined;
};

type Waiting = { readonly script: PlayScript; readonly delaySeconds: number };
type Timed = { readonly script: PlayScript; readonly atSeconds: number };

export class Player {
  /** Low to high; those that say nothing cost next to nothing. */
  readonly layers: MixedLayer[];
  /** The music's at the time of the next update; bpm 0 without one. */
  beat: HeardBeat = NO_BEAT;
  #nowSeconds = Number.NaN;
  readonly #channels: Channel[] = Array.from({ length: CHANNELS }, () => new Channel());
  readonly #placeOf: (at: { readonly x: number; readonly y: number }) => Place;
  #running: Running[] = [];
  #timed: Timed[] = [];
  #waiting: Waiting[] = [];
  #started = 0;
  #refused = 0;

  /** `placeOf`: pose coordinates of a place on the canvas (0..1). */
  constructor(placeOf: (at: { readonly x: number; readonly y: number }) => Place) {
    this.#placeOf = placeOf;
    this.layers = this.#channels.map(({ layer }) => layer);
  }

  /** `delaySeconds`: for an avatar that follows another in canon. */
  play(script: PlayScript, nowSeconds: number, delaySeconds = 0): void {
    if (this.#running.length + this.#timed.length + this.#waiting.length >= MOST_SCRIPTS) {
      this.#refused += 1;
    } else if (script.when === 'after' && this.busy) {
      this.#waiting.push({ script, delaySeconds });
    } else this.#timed.push({ script, atSeconds: nowSeconds + delaySeconds });
  }

  /** Ends one script, or all of them. What moved fades out. */
  stop(id?: number): void {
    const stays = (script: PlayScript): boolean => id !== undefined && script.id !== id;
    this.#running = this.#running.filter(({ script }) => stays(script));
    this.#timed = this.#timed.filter(({ script }) => stays(script));
    this.#waiting = this.#waiting.filter(({ script }) => stays(script));
    for (const channel of this.#channels) {
      if (channel.script && !stays(channel.script)) channel.end();
    }
  }

  /** Writes the layers for this time; times go forward. */
  update(timeSeconds: number): void {
    const passed = timeSeconds - this.#nowSeconds;
    this.#nowSeconds = timeSeconds;
    if (passed > 0 && passed <= MOST_STEP_SECONDS) this.#dance(passed);
    if (this.#timed.length > 0) this.#startDue(timeSeconds);
    for (let i = 0; i < this.#running.length; i += 1) {
      const running = this.#running[i]!;
      while (running.endSeconds <= timeSeconds) this.#next(running);
    }
    if (this.#running.some(isOver)) this.#running = this.#running.filter((run) => !isOver(run));
    if (this.#waiting.length > 0 && !this.busy) {
      const { script, delaySeconds } = this.#waiting.shift()!;
      this.#timed.push({ script, atSeconds: timeSeconds + delaySeconds });
    }
    for (const channel of this.#channels) channel.update(timeSeconds);
  }

  /** The mood of the highest script that has one. */
  get emotion(): PlayScript['emotion'] {
    let best: PlayScript | undefined;
    for (const { script } of this.#running) {
      if (script.emotion && script.rank >= (best?.rank ?? 0)) best = script;
    }
    return best?.emotion;
  }

  state(timeSeconds: number): PlayerState {
    const playing = this.#channels.flatMap((channel) => channel.state(timeSeconds) ?? []);
    return { playing, waiting: this.#waiting.length, refused: this.#refused };
  }

  /** The templates that play now, low to high. */
  get gestures(): Gesture[] {
    return this.#channels.flatMap(({ gesture }) => gesture ?? []);
  }

  /** Something plays or is about to. */
  get busy(): boolean {
    return this.#running.length > 0 || this.#timed.length > 0;
  }

  #dance(passedSeconds: number): void {
    for (const running of this.#running) {
      for (const channel of this.#channels) {
        if (channel.script !== running.script) continue;
        const late = channel.dance(this.#nowSeconds, passedSeconds, this.beat);
        if (channel === running.dancer) running.endSeconds += late;
      }
    }
  }

  #startDue(timeSeconds: number): void {
    const due = this.#timed.filter(({ atSeconds }) => atSeconds <= timeSeconds);
    if (due.length === 0) return;
    this.#timed = this.#timed.filter(({ atSeconds }) => atSeconds > timeSeconds);
    for (const { script, atSeconds } of due) {
      const running = { script, moment: -1, endSeconds: atSeconds, dancer: undefined };
      this.#next(running);
      this.#running.push(running);
    }
  }

  /** Ends a script's moment and begins its next one, on the dot. */
  #next(running: Running): void {
    const { script } = running;
    for (const channel of this.#channels) if (channel.script === script) channel.end();
    running.moment += 1;
    if (script.round) running.moment %= script.moments.length;
    running.dancer = undefined;
    const steps = script.moments[running.moment];
    if (!steps) {
      running.endSeconds = Infinity;
      return;
    }
    const startSeconds = running.endSeconds;
    running.endSeconds = startSeconds + momentSeconds(script, running.moment);
    for (const step of steps) this.#begin(running, step, startSeconds);
  }

  #begin(running: Running, step: PlayStep, startSeconds: number): void {
    const { script, moment } = running;
    const place = step.at && this.#placeOf(step.at);
    const playback = new Playback(step, place, goesOn(step));
    const channel = this.#freeChannel();
    this.#started += 1;
    channel.begin({ script, moment, playback, startSeconds, order: this.#started });
    if (channel.dances) {
      const late = channel.findBeat(this.#nowSeconds, this.beat);
      if (running.dancer === undefined) running.endSeconds += late;
      running.dancer ??= channel;
    }
    for (const other of this.#channels) {
      if (other !== channel && other.playing && other.rank <= script.rank) other.yieldTo(channel);
    }
    this.#channels.sort((a, b) => a.rank - b.rank || a.order - b.order);
    for (const [i, { layer }] of this.#channels.entries()) this.layers[i] = layer;
  }

  /** One that is silent; else the one that has faded longest, else the oldest. */
  #freeChannel(): Channel {
    const silent = this.#channels.find(({ playing, layer }) => !playing && !layer.active);
    if (silent) return silent;
    const fading = this.#channels.filter(({ playing }) => !playing);
    const pool = fading.length > 0 ? fading : this.#channels;
    return pool.reduce((oldest, channel) => (channel.order < oldest.order ? channel : oldest));
  }
}

function momentSeconds(script: PlayScript, moment: number): number {
  const steps = script.moments[moment]!;
  const last = moment === script.moments.length - 1 && !script.round;
  const lasting = steps.filter((step) => !goesOn(step));
  if (lasting.length > 0) return Math.max(...lasting.map(stepSeconds));
  return last ? Infinity : Math.max(...steps.map(stepSeconds));
}

function stepSeconds({ template, repeat = 1, speed }: PlayStep): number {
  return (template.seconds * repeat) / speed;
}

function isOver({ script, moment }: Running): boolean {
  return moment >= script.moments.length;
}
