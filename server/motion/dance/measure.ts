/**
 * How far dancing is from the music, end to end: drums at known times, with syncopation, a melody and
 * noise on top, from 80 to 160 beats a minute; the beat tracker hears them in real time's order, the
 * player dances a template to it, and the shown frames' accents are compared with the true beats.
 * Seeded: the same numbers every time.
 */
import { Durations } from '../../core/percentiles.ts';
import { TICK_US, US_PER_SECOND } from '../../core/time.ts';
import { BODY, createPose } from '../../protocol/pose.ts';
import { Template } from '../../protocol/template.ts';
import { Motion } from '../motion.ts';
import { scriptOfTrack } from '../play-script.ts';
import { seededRandom } from '../random.ts';
import { compileTemplate } from '../template/compile.ts';
import { BeatTracker } from './beat-tracker.ts';
import { Tempo } from './tempo.ts';

type Spread = { readonly p50: number; readonly p95: number };

export type BeatMeasure = {
  /** Of |accent - true beat| in ms: when the movement as it is shown reaches its accent. */
  readonly beatErrorMs: Spread;
  /** The same of the one frame that shows most of the accent: frames are 40 ms apart. */
  readonly accentFrameMs: Spread;
  /** Of |foretold - true| in ms, each beat foretold 100 ms before it. */
  readonly foretoldMs: Spread;
  /** Share of the pieces whose tempo was found within 2 %. */
  readonly tempoRight: number;
};

const RATE_HZ = 16_000;
const SECONDS = 24;
const SETTLE_S = 6;
const FORETOLD_US = 100_000;
/** The engine has heard so much beyond the frame it draws: the sound's delay and the look-ahead. */
const HEARD_AHEAD_US = 60_000;
const TEMPOS = [80, 90, 97, 105, 112, 120, 128, 137, 145, 152, 160];
const NOISE = 0.03;
const MELODY = 0.25;

export function measureBeats(): BeatMeasure {
  const room = TEMPOS.length * SECONDS * 3;
  const [foretold, accents, frames] = [0, 0, 0].map(() => new Durations(room));
  let right = 0;
  TEMPOS.forEach((bpm, i) => {
    const piece = { bpm, seed: i + 1, seconds: SECONDS, noise: NOISE, melody: MELODY };
    const { sound, beats } = drums(piece);
    const found = foretell(sound, beats);
    for (const errorMs of found.errorsMs) foretold!.add(errorMs);
    if (Math.abs(found.bpm / bpm - 1) < 0.02) right += 1;
    for (const { accentMs, frameMs } of dance(sound, beats)) {
      accents!.add(accentMs);
      frames!.add(frameMs);
    }
  });
  return {
    beatErrorMs: spread(accents!),
    accentFrameMs: spread(frames!),
    foretoldMs: spread(foretold!),
    tempoRight: right / TEMPOS.length,
  };
}

function spread(durations: Durations): Spread {
  return { p50: durations.percentile(50), p95: durations.percentile(95) };
}

/** A hand that beats time: at its lowest on every beat. */
const BEATING = compileTemplate(
  Template.parse({
    format: 'posecast-template',
    version: 1,
    id: 'beating-time',
    title: { en: 'Beating time' },
    seconds: 2,
    loop: true,
    beats: 4,
    tracks: {
      body: {
        rightElbow: [{ t: 0, x: -0.75, y: 0.75 }],
        rightWrist: Array.from({ length: 8 }, (_, i) => ({
          t: i / 4,
          x: -0.5,
          y: i % 2 === 0 ? 1 : 0.7,
        })),
      },
    },
  }),
);

export type DancedBeat = { readonly accentMs: number; readonly frameMs: number };

/** Dances to the sound frame by frame, and finds each accent in what is shown. */
export function dance(sound: Float32Array, beats: readonly number[]): DancedBeat[] {
  const tracker = new BeatTracker();
  const tempo = new Tempo();
  const motion = new Motion({ seed: 1, placeOf: () => ({ x: 0, y: 0 }), live: [] });
  motion.tier = 'full';
  motion.player.play(scriptOfTrack(BEATING, { id: 1, priority: 'hand', when: 'now' }), 0);
  const pose = createPose();
  const ticks = Math.floor((sound.length / RATE_HZ) * (US_PER_SECOND / TICK_US)) - 2;
  const heights = new Float64Array(ticks);
  let heard = 0;
  for (let tick = 0; tick < ticks; tick += 1) {
    const timeUs = tick * TICK_US;
    const until = ((timeUs + HEARD_AHEAD_US) * RATE_HZ) / US_PER_SECOND;
    tracker.push(sound.subarray(heard, until), RATE_HZ);
    heard = until;
    motion.player.beat = tempo.at(timeUs, tracker.at(timeUs));
    motion.update(timeUs / US_PER_SECOND, { voice: 0, stress: 0 }, pose);
    heights[tick] = pose.body[BODY.rightWrist * 3 + 1]!;
  }
  return compareAccents(heights, beats);
}

/** Slow music is danced at double time: then every other accent lies between two beats. */
function compareAccents(heights: Float64Array, beats: readonly number[]): DancedBeat[] {
  const accents = lowestPoints(heights);
  const found: DancedBeat[] = [];
  for (const beat of beats) {
    if (beat < SETTLE_S || beat > (heights.length - 10) * (TICK_US / US_PER_SECOND)) continue;
    const nearest = (pick: (accent: Accent) => number): number =>
      accents.reduce((least, accent) => Math.min(least, Math.abs(pick(accent) - beat)), Infinity);
    const accentMs = 1000 * nearest(({ seconds }) => seconds);
    found.push({ accentMs, frameMs: 1000 * nearest(({ frameSeconds }) => frameSeconds) });
  }
  return found;
}

type Accent = { readonly seconds: number; readonly frameSeconds: number };

/** Where a height is lowest in the picture (largest y): by a parabola, and the frame itself. */
function lowestPoints(heights: Float64Array): Accent[] {
  const found: Accent[] = [];
  for (let i = 1; i < heights.length - 1; i += 1) {
    const [before, here, after] = [heights[i - 1]!, heights[i]!, heights[i + 1]!];
    if (here < before || here <= after) continue;
    const bend = before - 2 * here + after;
    const shift = bend < 0 ? (0.5 * (before - after)) / bend : 0;
    const tick = TICK_US / US_PER_SECOND;
    found.push({ seconds: (i + shift) * tick, frameSeconds: i * tick });
  }
  return found;
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
  /** Amplitude of a tune in eighths, not all of them new notes; none without it. */
  readonly melody?: number;
};

/** Kick on the beat, snare on two and four, hats on eighths, some sixteenths off the beat. */
export function drums({ bpm, seed, seconds, noise, melody = 0 }: Piece) {
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
  if (melody > 0) sing(sound, { start, noteSeconds: period / 2, amplitude: melody }, random);
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

type Tune = {
  readonly start: number;
  readonly noteSeconds: number;
  readonly amplitude: number;
};

/** Notes of a pentatonic scale with an overtone; one in three is held on. */
function sing(sound: Float32Array, tune: Tune, random: () => number): void {
  const scale = [0, 2, 4, 7, 9, 12, 14, 16];
  let hz = 220;
  let begun = 0;
  for (let note = 0; ; note += 1) {
    const from = Math.round((tune.start + note * tune.noteSeconds) * RATE_HZ);
    const to = Math.round((tune.start + (note + 1) * tune.noteSeconds) * RATE_HZ);
    if (to >= sound.length) return;
    if (random() > 1 / 3) {
      hz = 220 * 2 ** (scale[Math.floor(random() * scale.length)]! / 12);
      begun = from;
    }
    for (let i = from; i < to; i += 1) {
      const seconds = (i - begun) / RATE_HZ;
      const swell = Math.min(1, seconds / 0.02) * Math.exp(-1.5 * seconds);
      const angle = 2 * Math.PI * hz * seconds;
      sound[i]! += tune.amplitude * swell * (Math.sin(angle) + 0.4 * Math.sin(2 * angle));
    }
  }
}
