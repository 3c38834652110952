/**
 * The maths of /measure: onsets in sound and picture, bursts followed from one place to the next,
 * and their spread. Pure; times are milliseconds on the page's clock (performance.now).
 */
import type { Burst, MeasureSummary, Series, Spread } from '../../server/protocol/index.ts';

/** Silence before an onset: shorter gaps are inside a word. */
const QUIET_MS = 200;
/** Below this it is no voice: -46 dBFS as mean square. */
const LEAST_ENERGY = 2.5e-5;
/** A voice stands out of the room by this factor of energy (12 dB). */
const ABOVE_ROOM = 16;
/** The room's level is forgotten upwards with this time constant. */
const ROOM_RISE_MS = 500;

/** Finds the first moment of sound after silence. */
export class OnsetFinder {
  #room = LEAST_ENERGY / ABOVE_ROOM;
  #loudMs = -Infinity;
  #lastMs = -Infinity;

  /** `energy`: mean square of the block that starts at `timeMs`. True where a burst begins. */
  push(timeMs: number, energy: number): boolean {
    const elapsedMs = Math.min(100, timeMs - this.#lastMs);
    const first = this.#lastMs === -Infinity;
    this.#lastMs = timeMs;
    const rising = this.#room * (1 + elapsedMs / ROOM_RISE_MS);
    this.#room = Math.max(1e-9, Math.min(energy, rising));
    if (first) this.#loudMs = timeMs;
    if (energy < Math.max(LEAST_ENERGY, Math.min(1e-3, this.#room * ABOVE_ROOM))) return false;
    const quietMs = timeMs - this.#loudMs;
    this.#loudMs = timeMs;
    return quietMs >= QUIET_MS;
  }
}

/**
 * Maps another clock of the same speed to the page's: messages may come late but never early, so
 * the fastest of the last seconds tell the offset. Two windows, so that slow drift is followed.
 */
export class ClockMap {
  readonly #windowMs: number;
  #endMs = -Infinity;
  #current = Infinity;
  #before = Infinity;

  constructor(windowMs = 10_000) {
    this.#windowMs = windowMs;
  }

  add(sourceMs: number, pageMs: number): void {
    if (pageMs >= this.#endMs) {
      this.#before = this.#current;
      this.#current = Infinity;
      this.#endMs = pageMs + this.#windowMs;
    }
    this.#current = Math.min(this.#current, pageMs - sourceMs);
  }

  toPage(sourceMs: number): number {
    return sourceMs + Math.min(this.#current, this.#before);
  }
}

/** The newest values over time, bounded. */
export class History {
  readonly #capacity: number;
  readonly timesMs: number[] = [];
  readonly values: number[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(timeMs: number, value: number): void {
    this.timesMs.push(timeMs);
    this.values.push(value);
    if (this.timesMs.length <= this.#capacity) return;
    this.timesMs.shift();
    this.values.shift();
  }

  /** Values with a time in [fromMs, toMs). */
  between(fromMs: number, toMs: number): number[] {
    return this.values.filter((_, i) => this.timesMs[i]! >= fromMs && this.timesMs[i]! < toMs);
  }

  get series(): Series {
    return { timesMs: [...this.timesMs], values: [...this.values] };
  }
}

/** Where the mouth rests before a sound, where it may begin to move, where it is widest. */
const REST_MS = [-380, -130] as const;
const SEARCH_MS = [-260, 400] as const;
/** Share of the burst's whole movement that counts as having begun. */
const BEGUN = 0.2;
/** It must not fall back below half of that in the next frame: a flicker is no onset. */
const HELD = 0.5;
const LEAST_MOVEMENT = 0.5;
const NOISE_FACTOR = 3;

/**
 * The first frame of the mouth's movement around a sound's onset; null when it didn't move or
 * wasn't seen at rest before.
 */
export function pictureOnset(mouth: History, soundMs: number): number | null {
  const rest = mouth.between(soundMs + REST_MS[0], soundMs + REST_MS[1]).sort((a, b) => a - b);
  if (rest.length < 3) return null;
  const base = quantile(rest, 0.5);
  const noise = rest.at(-1)! - rest[0]!;
  const from = soundMs + SEARCH_MS[0];
  const peak = Math.max(...mouth.between(from, soundMs + SEARCH_MS[1]));
  const movement = peak - base;
  if (movement < Math.max(LEAST_MOVEMENT, NOISE_FACTOR * noise)) return null;
  const start = mouth.timesMs.findIndex((timeMs) => timeMs >= from);
  for (let i = start; i < mouth.values.length; i += 1) {
    if (mouth.values[i]! - base < BEGUN * movement) continue;
    const next = mouth.values[i + 1];
    if (next === undefined || next - base >= HELD * BEGUN * movement) return mouth.timesMs[i]!;
  }
  return null;
}

/** Longest way of a burst that is still taken for the same one. */
const LONGEST_MS = 900;
/** All of a burst has been seen and heard after this long. */
const SETTLED_MS = 1500;
const MOST_BURSTS = 5000;
const MINUTE_FRAMES = 1500;
const MINUTE_BATCHES = 2900;

export type Ear = 'microphone' | 'voice' | 'floor';
export const EARS = ['microphone', 'voice', 'floor'] as const satisfies readonly Ear[];

/** Collects what is heard and seen, and follows each burst of the microphone to the viewer. */
export class Measurement {
  readonly mouth = new History(MINUTE_FRAMES);
  readonly voice = new History(MINUTE_BATCHES);
  readonly #finders = { microphone: new OnsetFinder(), voice: new OnsetFinder(), floor: new OnsetFinder() }; // prettier-ignore
  readonly #onsets: Record<Ear, number[]> = { microphone: [], voice: [], floor: [] };
  readonly #bursts: Burst[] = [];

  hear(ear: Ear, timeMs: number, energy: number): void {
    if (this.#finders[ear].push(timeMs, energy)) this.#onsets[ear].push(timeMs);
  }

  see(timeMs: number, openness: number): void {
    this.mouth.add(timeMs, openness);
  }

  /** Closes the bursts that are over by `nowMs`. */
  settle(nowMs: number): void {
    const { microphone } = this.#onsets;
    while (microphone.length > 0 && microphone[0]! < nowMs - SETTLED_MS) {
      this.#bursts.push(this.#follow(microphone.shift()!));
      if (this.#bursts.length > MOST_BURSTS) this.#bursts.shift();
    }
  }

  get bursts(): readonly Burst[] {
    return this.#bursts;
  }

  get summary(): MeasureSummary {
    return summarize(this.#bursts);
  }

  #follow(atMs: number): Burst {
    const soundAt = takeAfter(this.#onsets.voice, atMs);
    const floorAt = takeAfter(this.#onsets.floor, atMs);
    const pictureAt = pictureOnset(this.mouth, soundAt ?? atMs);
    return {
      atMs,
      soundMs: soundAt === null ? null : soundAt - atMs,
      pictureMs: pictureAt === null ? null : pictureAt - atMs,
      floorMs: floorAt === null ? null : floorAt - atMs,
      avOffsetMs: soundAt === null || pictureAt === null ? null : pictureAt - soundAt,
    };
  }
}

/** The first onset after `atMs` and within reach; it and older ones are taken out. */
function takeAfter(onsets: number[], atMs: number): number | null {
  while (onsets.length > 0 && onsets[0]! < atMs) onsets.shift();
  if (onsets.length === 0 || onsets[0]! > atMs + LONGEST_MS) return null;
  return onsets.shift()!;
}

export function summarize(bursts: readonly Burst[]): MeasureSummary {
  const of = (pick: (burst: Burst) => number | null): Spread | null =>
    spread(bursts.map(pick).filter((value) => value !== null));
  return {
    bursts: bursts.length,
    soundMs: of((burst) => burst.soundMs),
    pictureMs: of((burst) => burst.pictureMs),
    floorMs: of((burst) => burst.floorMs),
    avOffsetMs: of((burst) => burst.avOffsetMs),
  };
}

/** null without values. */
export function spread(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  return { p5: quantile(sorted, 0.05), p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) };
}

/** Of sorted values, between neighbours linearly. */
function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)]!;
  return low + (sorted[Math.ceil(at)]! - low) * (at - Math.floor(at));
}

/**
 * How much edge there is in a region, looking down: lips that part show teeth and the dark between
 * them, while a face that sways keeps its edges. RGBA in, mean step of luma (BT.601) out, 0..255.
 */
export function edgeEnergy(rgba: Uint8ClampedArray, width: number, height: number): number {
  let sum = 0;
  const stride = width * 4;
  for (let i = 0; i < stride * (height - 1); i += 4) {
    sum += Math.abs(luma(rgba, i) - luma(rgba, i + stride));
  }
  return sum / (width * (height - 1));
}

function luma(rgba: Uint8ClampedArray, i: number): number {
  return 0.299 * rgba[i]! + 0.587 * rgba[i + 1]! + 0.114 * rgba[i + 2]!;
}

export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }; // prettier-ignore

/** Where the embedded hosts have their mouth, with room for their sway. */
export function mouthBox(width: number, height: number): Box {
  const box = { width: height * 0.12, height: height * 0.08 };
  return { x: width / 2 - box.width / 2, y: height * 0.32, ...box };
}
