/**
 * How far foretold beats are from true ones: drums at known times, with syncopation and noise, from
 * 80 to 160 beats a minute. Seeded: the same numbers every time.
 */
import { Durations } from '../../core/percentiles.ts';
import { seededRandom } from '../random.ts';
import { BeatTracker } from './beat-tracker.ts';

export type BeatMeasure = {
  /** Of |foretold - true| in ms, each beat foretold 100 ms before it. */
  readonly beatErrorMs: { readonly p50: number; readonly p95: number };
  /** Share of the pieces whose tempo was found within 2 %. */
  readonly tempoRight: number;
};

const RATE_HZ = 16_000;
const SECONDS = 24;
const SETTLE_S = 6;
const FORETOLD_US = 100_000;
const TEMPOS = [80, 90, 97, 105, 112, 120, 128, 137, 145, 152, 160];

export function measureBeats(): BeatMeasure {
  const errors = new Durations(TEMPOS.length * SECONDS * 3);
  let right = 0;
  TEMPOS.forEach((bpm, i) => {
    const { sound, beats } = drums({ bpm, seed: i + 1, seconds: SECONDS, noise: 0.03 });
    const found = foretell(sound, beats);
    for (const errorMs of found.errorsMs) errors.add(errorMs);
    if (Math.abs(found.bpm / bpm - 1) < 0.02) right += 1;
  });
  const beatErrorMs = { p50: errors.percentile(50), p95: errors.percentile(95) };
  return { beatErrorMs, tempoRight: right / TEMPOS.length };
}

/** Pushes the sound in pieces of 20 ms and compares what is foretold with the true beats. */
export function foretell(sound: Float32Array, beats: readonly number[]) {
  const tracker = new BeatTracker();
  const errorsMs: number[] = [];
  const piece = RATE_HZ / 50;
  let heard = 0;
  for (const beat of beats) {
    const until = beat * RATE_HZ - (FORETOLD_US * RATE_HZ) / 1e6;
    for (; heard + piece <= until; heard += piece) {
      tracker.push(sound.subarray(heard, heard + piece), RATE_HZ);
    }
    if (beat < SETTLE_S) continue;
    const { bpm, phase } = tracker.at(beat * 1e6);
    const period = 60_000 / bpm;
    errorsMs.push(bpm > 0 ? Math.min(phase, 1 - phase) * period : 1000);
  }
  return { errorsMs, bpm: tracker.at((heard / RATE_HZ) * 1e6).bpm };
}

type Piece = {
  readonly bpm: number;
  readonly seed: number;
  readonly seconds: number;
  /** Amplitude of the white noise; drums are about 0.6. */
  readonly noise: number;
};

/** Kick on the beat, snare on two and four, hats on eighths, some sixteenths off the beat. */
export function drums({ bpm, seed, seconds, noise }: Piece) {
  const random = seededRandom(seed);
  const sound = Float32Array.from({ length: seconds * RATE_HZ }, () => noise * (2 * random() - 1));
  const period = 60 / bpm;
  const start = 0.3 + random() * period;
  const beats: number[] = [];
  for (let number = 0; start + number * period < seconds - 0.5; number += 1) {
    const time = start + number * period;
    beats.push(time);
    strike(sound, time, { hz: 62, amplitude: 0.6, seconds: 0.12, rattle: 0.1 }, random);
    if (number % 2 === 1) {
      strike(sound, time, { hz: 190, amplitude: 0.3, seconds: 0.08, rattle: 0.3 }, random);
    }
    strike(sound, time + period / 2, { hz: 0, amplitude: 0, seconds: 0.03, rattle: 0.15 }, random);
    for (const part of [0.25, 0.5, 0.75]) {
      if (random() > 0.3) continue;
      const at = time + part * period;
      strike(sound, at, { hz: 120, amplitude: 0.35, seconds: 0.09, rattle: 0.12 }, random);
    }
  }
  return { sound, beats };
}

type Drum = {
  readonly hz: number;
  readonly amplitude: number;
  readonly seconds: number;
  readonly rattle: number;
};

function strike(sound: Float32Array, time: number, drum: Drum, random: () => number): void {
  const from = Math.round(time * RATE_HZ);
  const count = Math.round(drum.seconds * RATE_HZ);
  for (let i = 0; i < count && from + i < sound.length; i += 1) {
    const fade = Math.exp((-5 * i) / count);
    const tone = drum.amplitude * Math.sin((2 * Math.PI * drum.hz * i) / RATE_HZ);
    sound[from + i]! += fade * (tone + drum.rattle * (2 * random() - 1));
  }
}
