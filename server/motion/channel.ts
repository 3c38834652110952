/**
 * A place for one step of a player: what plays there, how far it is, and what of its mask is still
 * its own. Engine thread; owned by the player (player.ts).
 */
import { DanceLock, type HeardBeat } from './dance/dance-lock.ts';
import { MixedLayer } from './mixer.ts';
import type { Playback } from './playback.ts';
import type { PlayScript } from './play-script.ts';
import type { Gesture } from '../protocol/motion-state.ts';
import { PART } from './template/layer.ts';

export type PlayingStep = {
  readonly script: number;
  readonly template: string;
  readonly moment: number;
  readonly moments: number;
  /** Share of the step that is done, 0..1; of its pass when it goes on until stopped. */
  readonly progress: number;
  readonly endless: boolean;
};

export type Start = {
  readonly script: PlayScript;
  readonly moment: number;
  readonly playback: Playback;
  readonly startSeconds: number;
  readonly order: number;
};

export class Channel {
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
  /** What plays here; undefined when nothing does. */
  get gesture(): Gesture | undefined {
    if (!this.#playing || !this.#start) return undefined;
    const { script, playback } = this.#start;
    const endless = playback.seconds === Infinity;
    return { template: playback.step.template.id, script: script.id, endless };
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
