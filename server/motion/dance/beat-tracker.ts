/**
 * Tempo and beats of live music: the onset envelope's autocorrelation finds the period, a comb of
 * that period its phase, and a loop locks onto both so that beats are foretold, not followed. After
 * Scheirer, "Tempo and beat analysis of acoustic musical signals", JASA 103 (1998), in its
 * autocorrelation form; about 0.5 ms each quarter second. Pure but for its memory; one per input.
 */
import { ONSET_RATE_HZ, Onsets } from './onsets.ts';

export type Beat = {
  /** Beats a minute, 0 while unknown. */
  readonly bpm: number;
  /** Share of the present beat that has passed, 0..1. */
  readonly phase: number;
  /** How clear the beat is, 0..1; under 0.3 it is better not danced to. */
  readonly confidence: number;
  /** Time of the next beat, on the clock of the pushed sound. */
  readonly nextBeatUs: number;
};

const KEPT = 8 * ONSET_RATE_HZ;
const LEAST_BPM = 70;
const MOST_BPM = 180;
const LIKELIEST_BPM = 128;
/** Octaves: how wide tempos spread about the likeliest. */
const SPREAD = 0.9;
const LEAST_LAG = Math.floor((60 * ONSET_RATE_HZ) / MOST_BPM);
const MOST_LAG = Math.ceil((60 * ONSET_RATE_HZ) / LEAST_BPM);
const EVERY = ONSET_RATE_HZ / 4;
const FIRST_AFTER = 3 * ONSET_RATE_HZ;
/** Another tempo must be so much clearer to be believed. */
const STAY = 1.2;
/** Share of the period's and the phase's error that each look corrects. */
const FOLLOW_PERIOD = 0.3;
const FOLLOW_PHASE = 0.25;
/** Frames between a sound's beginning and the middle of the 10 ms that show it. */
const LATENCY = 0.5;
const US_PER_FRAME = 1e6 / ONSET_RATE_HZ;

export class BeatTracker {
  readonly #onsets = new Onsets();
  /** Onset strengths without their running mean, by frame number. */
  readonly #ring = new Float32Array(KEPT);
  readonly #window = new Float32Array(KEPT);
  readonly #correlation = new Float32Array(4 * MOST_LAG + 8);
  #mean = 0;
  #frames = 0;
  /** Frames of a beat, 0 while unknown; and the frame of some beat. */
  #period = 0;
  #anchor = 0;
  #confidence = 0;

  /** `pcm`: mono, in -1..1, without gaps; time 0 is the first sample ever pushed. */
  push(pcm: Float32Array, rateHz: 16_000 | 48_000): void {
    this.#onsets.push(pcm, rateHz, (strength) => this.#take(strength));
  }

  /** The beat at a time of the pushed sound, a little before or after its end. */
  at(timeUs: number): Beat {
    if (this.#period === 0) return { bpm: 0, phase: 0, confidence: 0, nextBeatUs: Infinity };
    const beats = (timeUs / US_PER_FRAME - this.#anchor) / this.#period;
    const phase = beats - Math.floor(beats);
    const nextBeatUs = timeUs + (1 - phase) * this.#period * US_PER_FRAME;
    const bpm = (60 * ONSET_RATE_HZ) / this.#period;
    return { bpm, phase, confidence: this.#confidence, nextBeatUs };
  }

  #take(strength: number): void {
    this.#mean += 0.02 * (strength - this.#mean);
    this.#ring[this.#frames % KEPT] = Math.max(0, strength - this.#mean);
    this.#frames += 1;
    if (this.#frames >= FIRST_AFTER && this.#frames % EVERY === 0) this.#look();
  }

  #look(): void {
    const length = Math.min(this.#frames, KEPT);
    const first = this.#frames - length;
    for (let i = 0; i < length; i += 1) this.#window[i] = this.#ring[(first + i) % KEPT]!;
    const total = this.#correlate(length);
    if (total <= 1e-6) {
      this.#confidence *= 0.8;
      return;
    }
    const period = this.#findPeriod();
    const fresh = this.#period === 0 || Math.abs(period / this.#period - 1) > 0.06;
    this.#period = fresh ? period : this.#period + FOLLOW_PERIOD * (period - this.#period);
    const { beat, share } = this.#findPhase(length, first);
    const error = wrap((beat - this.#anchor) / this.#period) * this.#period;
    const nearest = beat - error;
    this.#anchor = fresh ? beat : nearest + FOLLOW_PHASE * error;
    this.#confidence += 0.3 * (share - this.#confidence);
  }

  /** Autocorrelation of the window up to four beats; returns its power. */
  #correlate(length: number): number {
    const window = this.#window;
    const most = Math.min(this.#correlation.length - 1, length - 1);
    this.#correlation.fill(0);
    for (let lag = 0; lag <= most; lag += 1) {
      if (lag > 0 && lag < LEAST_LAG - 2) continue;
      let sum = 0;
      for (let i = lag; i < length; i += 1) sum += window[i]! * window[i - lag]!;
      this.#correlation[lag] = sum / (length - lag);
    }
    return this.#correlation[0]!;
  }

  /** Frames of a beat: the lag that repeats best over one, two and four beats. */
  #findPeriod(): number {
    let best = LEAST_LAG;
    let bestScore = -Infinity;
    for (let lag = LEAST_LAG; lag <= MOST_LAG; lag += 1) {
      const score = this.#score(lag);
      if (score > bestScore) {
        best = lag;
        bestScore = score;
      }
    }
    const present = this.#period;
    if (present > 0 && this.#score(Math.round(present)) * STAY > bestScore) {
      best = Math.round(present);
    }
    return this.#refine(best);
  }

  #score(lag: number): number {
    const octaves = Math.log2((60 * ONSET_RATE_HZ) / lag / LIKELIEST_BPM);
    const prior = Math.exp(-0.5 * (octaves / SPREAD) ** 2);
    // Three beats tell a tempo from its four-thirds, which share every fourth beat.
    const [one, two, three, four] = [1, 2, 3, 4].map((n) => this.#peak(n * lag, n));
    return prior * (one! + 0.8 * two! + 0.6 * three! + 0.6 * four!);
  }

  #peak(lag: number, reach: number): number {
    let best = 0;
    for (let i = lag - reach; i <= lag + reach; i += 1) {
      best = Math.max(best, this.#correlation[i] ?? 0);
    }
    return best;
  }

  /** Four beats show the period four times as finely as one. */
  #refine(lag: number): number {
    let at = 4 * lag;
    for (let i = 4 * lag - 4; i <= 4 * lag + 4; i += 1) {
      if ((this.#correlation[i] ?? 0) > (this.#correlation[at] ?? 0)) at = i;
    }
    const [before = 0, here = 0, after = 0] = this.#correlation.subarray(at - 1, at + 2);
    const bend = before - 2 * here + after;
    const offset = bend < 0 ? (0.5 * (before - after)) / bend : 0;
    return here > 0 ? (at + Math.max(-0.5, Math.min(0.5, offset))) / 4 : lag;
  }

  /** The newest beat, and how much of the onsets' strength falls on beats beyond chance, 0..1. */
  #findPhase(length: number, first: number) {
    const steps = Math.ceil(this.#period);
    let total = 0;
    let best = 0;
    let bestSum = -1;
    for (let back = 0; back < steps; back += 1) {
      const sum = this.#comb(length, back);
      total += sum;
      if (sum > bestSum) {
        best = back;
        bestSum = sum;
      }
    }
    const before = this.#comb(length, best - 1);
    const after = this.#comb(length, best + 1);
    // The middle of gravity of the peak and its neighbours.
    const shift = (after - before) / Math.max(1e-9, before + bestSum + after);
    const beat = first + length - 1 - (best + shift) + LATENCY;
    const chance = 3 / steps;
    const share = (before + bestSum + after) / Math.max(1e-9, total);
    return { beat, share: Math.max(0, Math.min(1, (share - chance) / (1 - chance))) };
  }

  /** Strength of all onsets a whole number of beats before `back` frames ago, newer ones more. */
  #comb(length: number, back: number): number {
    let sum = 0;
    let weight = 1;
    const newest = length - 1 - (back < 0 ? back + this.#period : back);
    for (let at = newest; at >= 0; at -= this.#period) {
      const low = Math.floor(at);
      const share = at - low;
      sum +=
        weight *
        ((1 - share) * this.#window[low]! +
          share * (low + 1 < length ? this.#window[low + 1]! : 0));
      weight *= 0.93;
    }
    return sum;
  }
}

/** To -0.5..0.5. */
function wrap(beats: number): number {
  return beats - Math.round(beats);
}
