/**
 * The sound a measured browser's fake microphone plays: short bursts of voice, each after true
 * silence, at moments that wander against the 40 ms tick. Human vowels where recordings are
 * there, else synthetic ones. Command line only.
 */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VISEMES } from '../speech/visemes.ts';
import { FRAME, RATE_HZ, readClips, type Clip } from './lips-clips.ts';

const OUT_HZ = 48_000;
const LOOP_BURSTS = 24;
const BURST_MS = 350;
const SILENCE_MS = 650;
/** Spread of the silences; more than a tick, so that every phase comes up. */
const JITTER_MS = 46;
const FADE_MS = 4;
const PEAK = 0.5;
/** A vowel that opens the mouth for at least this many 20 ms frames begins a burst. */
const LEAST_OPEN_FRAMES = 3;
const OPEN = new Set([VISEMES.indexOf('aa'), VISEMES.indexOf('E'), VISEMES.indexOf('oh')]);

/** Resonances of three open vowels, Hz: a man's /a/, /ɛ/ and /o/ (Peterson & Barney, 1952). */
const VOWELS: readonly (readonly number[])[] = [
  [730, 1090, 2440, 3500],
  [530, 1840, 2480, 3500],
  [570, 840, 2410, 3500],
];
/** Widths of these resonances, Hz. */
const WIDTHS = [90, 110, 160, 250];
/** Where a voice's slope begins, Hz. */
const GLOTTIS_HZ = 400;
/** How the pitch begins and ends, Hz: a voice that stays on one note is a beep to the network. */
const MELODIES: readonly (readonly [number, number])[] = [
  [140, 105],
  [118, 150],
  [165, 120],
  [110, 96],
];

export type VoiceKind = 'human' | 'synthetic';

/** Writes a looping 48 kHz mono WAV, one second for each burst. */
export async function writeMicrophone(
  path: string,
  sampleDir: string,
  count = LOOP_BURSTS,
): Promise<VoiceKind> {
  const speech = join(sampleDir, 'speech');
  const clips = existsSync(speech) ? await readClips(speech) : [];
  await writeFile(path, wavBytes(microphoneSound(clips, count)));
  return clips.length > 0 ? 'human' : 'synthetic';
}

/** 48 kHz mono: vowels cut from the clips, or synthetic ones where there are no clips. */
export function microphoneSound(clips: readonly Clip[], count: number): Float32Array {
  const human = clips.flatMap(openVowels);
  return arrange(human.length > 0 ? human : syntheticVowels(), count);
}

/** Silence, burst, silence, burst ... and silence at the end, so that the loop has no seam. */
function arrange(bursts: readonly Float32Array[], count: number): Float32Array {
  const parts: Float32Array[] = [];
  for (let i = 0; i < count; i += 1) {
    // The golden ratio's multiples spread most evenly.
    const phase = ((i * 0.618034) % 1) - 0.5;
    parts.push(new Float32Array(samples(SILENCE_MS + phase * JITTER_MS, OUT_HZ)));
    parts.push(bursts[(i * 7) % bursts.length]!);
  }
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Each stretch of the clip that begins with an open vowel, as a burst. */
function openVowels({ audio, truth }: Clip): Float32Array[] {
  const found: Float32Array[] = [];
  const length = samples(BURST_MS, RATE_HZ);
  for (let i = 1; i + LEAST_OPEN_FRAMES <= truth.length; i += 1) {
    if (OPEN.has(truth[i - 1]!)) continue;
    const opens = truth.subarray(i, i + LEAST_OPEN_FRAMES).every((viseme) => OPEN.has(viseme));
    const start = i * FRAME;
    if (opens && start + length < audio.length) {
      found.push(shaped(upsampled(audio.subarray(start, start + length))));
    }
  }
  return found;
}

/** 16 to 48 kHz, between neighbours linearly: good enough for a burst of voice. */
export function upsampled(audio: Float32Array): Float32Array {
  const factor = OUT_HZ / RATE_HZ;
  return Float32Array.from({ length: (audio.length - 1) * factor }, (_, i) => {
    const low = Math.floor(i / factor);
    const share = (i % factor) / factor;
    return audio[low]! * (1 - share) + audio[low + 1]! * share;
  });
}

/** Full scale, with short flanks against clicks. */
function shaped(audio: Float32Array): Float32Array {
  const fade = samples(FADE_MS, OUT_HZ);
  const gain = PEAK / audio.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 1e-6);
  return audio.map((sample, i) => {
    const flank = Math.min(1, (i + 1) / fade, (audio.length - i) / fade);
    return sample * gain * flank;
  });
}

/** Every vowel on every melody: pulses with a voice's slope (Klatt, 1980) through its resonances. */
function syntheticVowels(): Float32Array[] {
  return MELODIES.flatMap(([from, to]) =>
    VOWELS.map((formants) =>
      shaped(formants.reduce((sound, hz, i) => resonate(sound, hz, WIDTHS[i]!), glottis(from, to))),
    ),
  );
}

/** A pulse each time the cords close, smoothed twice, so that it falls by 12 dB an octave. */
function glottis(fromHz: number, toHz: number): Float32Array {
  const pulses = new Float32Array(samples(BURST_MS, OUT_HZ));
  let phase = 0;
  for (let i = 0; i < pulses.length; i += 1) {
    phase += (fromHz + ((toHz - fromHz) * i) / pulses.length) / OUT_HZ;
    if (phase < 1) continue;
    phase -= 1;
    pulses[i] = 1;
  }
  return resonate(pulses, 0, 2 * GLOTTIS_HZ);
}

function resonate(input: Float32Array, hz: number, widthHz: number): Float32Array {
  const radius = Math.exp((-Math.PI * widthHz) / OUT_HZ);
  const b = 2 * radius * Math.cos((2 * Math.PI * hz) / OUT_HZ);
  const c = -radius * radius;
  const out = new Float32Array(input.length);
  for (let i = 0; i < input.length; i += 1) {
    out[i] = (1 - b - c) * input[i]! + b * (out[i - 1] ?? 0) + c * (out[i - 2] ?? 0);
  }
  return out;
}

function samples(ms: number, rateHz: number): number {
  return Math.round((ms * rateHz) / 1000);
}

/** RIFF WAVE, 16 bit, 48 kHz, mono. */
export function wavBytes(audio: Float32Array): Buffer {
  const header = 44;
  const wav = Buffer.alloc(header + audio.length * 2);
  wav.write('RIFF', 0, 'latin1');
  wav.writeUInt32LE(wav.length - 8, 4);
  wav.write('WAVEfmt ', 8, 'latin1');
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(OUT_HZ, 24);
  wav.writeUInt32LE(OUT_HZ * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36, 'latin1');
  wav.writeUInt32LE(audio.length * 2, 40);
  audio.forEach((sample, i) => wav.writeInt16LE(Math.round(sample * 32_767), header + i * 2));
  return wav;
}
