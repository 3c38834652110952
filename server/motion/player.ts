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
import { DanceLock, type HeardBeat } from './dance/dance-lock.ts';
import { MixedLayer } from './mixer.ts';
import { Playback, type Place } from './playback.ts';
import { goesOn, type PlayScript, type PlayStep } from './play-script.ts';
import { PART } from './template/layer.ts';

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

export type PlayingStep = {
  readonly script: number;
  readonly template: string;
  readonly moment: number;
  readonly moments: number;
  /** Share of the step that is done, 0..1; of its pass when it goes on until stopped. */
  readonly progress: number;
  readonly endless: boolean;
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

type Start = {
  readonly script: PlayScript;
  readonly moment: number;
  readonly playback: Playback;
  readonly startSeconds: number;
  readonly order: number;
};

/** A place for one step: what plays there, and what of its mask is still its own. */
class Channel {
  readonly layer = new MixedLayer();
  readonly #parts = new Float32Array(this.layer.says.parts.length);
  readonly #face = new Float32Array(this.layer.says.face.length);
  #start: Start | undefined;
  #playing = false;
  #startSeconds = 0;
  #lock: DanceLock | undefined;

  get script(): PlayScript | undefined {
    return this.#start?.script;
  }
  get playing(): boolean {
    return this.#playing;
  }
  get rank(): number {
    return this.#start?.script.rank ?? 0;
  }
  get order(): number {
    return this.#start?.order ?? 0;
  }

  begin(start: Start): void {
    this.layer.clear();
    this.#start = start;
    this.#startSeconds = start.startSeconds;
    this.#playing = true;
    const { speed, template } = start.playback.step;
    const { seconds, beats } = template;
    this.#lock = beats === undefined ? undefined : new DanceLock({ seconds, beats }, speed);
    start.playback.writeMask(this.#parts, this.#face);
  }

  get dances(): boolean {
    return this.#lock !== undefined;
  }

  /** Begins on the nearest beat instead; returns how much later that is, seconds. */
  findBeat(nowSeconds: number, beat: HeardBeat): number {
    if (!this.#lock || !this.#start || !(beat.bpm > 0)) return 0;
    const phase = beat.phase - ((nowSeconds - this.#startSeconds) * beat.bpm) / 60;
    const late = -this.#lock.begin({ bpm: beat.bpm, phase }) / this.#start.playback.step.speed;
    this.#startSeconds += late;
    return late;
  }

  /** Goes with the beat up to now; returns how much later its end is for that, seconds. */
  dance(nowSeconds: number, passedSeconds: number, beat: HeardBeat): number {
    if (!this.#playing || !this.#lock || !this.#start) return 0;
    const { speed } = this.#start.playback.step;
    const before = (nowSeconds - passedSeconds - this.#startSeconds) * speed;
    const late = passedSeconds - this.#lock.advance(passedSeconds, before, beat) / speed;
    this.#startSeconds += late;
    return late;
  }

  end(): void {
    this.#playing = false;
    this.layer.fallSilent();
  }

  /** Gives up for good what the other moves too; with nothing left it ends. */
  yieldTo(other: Channel): void {
    // Steps of one moment share the body: the later one lies on top.
    if (other.script === this.script && other.#start?.moment === this.#start?.moment) return;
    let left = 0;
    for (let i = 0; i < this.#parts.length; i += 1) {
      if (other.#parts[i]! > 0) this.#parts[i] = 0;
    }
    // A hand goes with its arm: on somebody else's it would say nothing.
    if (other.#parts[PART.leftArm]! > 0) this.#parts[PART.leftHand] = 0;
    if (other.#parts[PART.rightArm]! > 0) this.#parts[PART.rightHand] = 0;
    for (let i = 0; i < this.#parts.length; i += 1) left += this.#parts[i]!;
    for (let i = 0; i < this.#face.length; i += 1) {
      if (other.#face[i]! > 0) this.#face[i] = 0;
      left += this.#face[i]!;
    }
    if (left === 0) this.end();
  }

  update(timeSeconds: number): void {
    if (!this.#playing || !this.#start) return;
    const { playback } = this.#start;
    const seconds = timeSeconds - this.#startSeconds;
    if (seconds >= playback.seconds) {
      this.end();
      return;
    }
    const { says } = this.layer;
    playback.sample(Math.max(0, seconds), says);
    says.parts.set(this.#parts);
    says.face.set(this.#face);
  }

  state(timeSeconds: number): PlayingStep | undefined {
    if (!this.#playing || !this.#start) return undefined;
    const { script, moment, playback } = this.#start;
    const endless = playback.seconds === Infinity;
    const whole = endless ? playback.passSeconds : playback.seconds;
    const done = Math.max(0, timeSeconds - this.#startSeconds) / whole;
    return {
      script: script.id,
      template: playback.step.template.id,
      moment,
      moments: script.moments.length,
      progress: endless ? done % 1 : Math.min(1, done),
      endless,
    };
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
