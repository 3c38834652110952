/** Recorded voices as samples, and what an excited speaker makes of them. */
import { readFileSync } from 'node:fs';

export const VOICE_RATE_HZ = 16_000;

/** 16-bit mono at 16 kHz of a plain WAV file with a 44-byte header, in -1..1. */
export function readSpeech(path: string): Float32Array {
  const bytes = readFileSync(path);
  const data = bytes.indexOf('data') + 8;
  const samples = Math.floor((bytes.length - data) / 2);
  return Float32Array.from({ length: samples }, (_, i) => bytes.readInt16LE(data + 2 * i) / 32_768);
}

/** The same voice louder by `db` (clipped as a converter does) and higher by `semitones`, and as much quicker. */
export function raised(speech: Float32Array, db: number, semitones: number): Float32Array {
  const factor = 2 ** (semitones / 12);
  const gain = 10 ** (db / 20);
  return Float32Array.from({ length: Math.floor(speech.length / factor) - 1 }, (_, i) => {
    const at = Math.floor(i * factor);
    const between = i * factor - at;
    const louder = gain * (speech[at]! * (1 - between) + speech[at + 1]! * between);
    return Math.max(-1, Math.min(1, louder));
  });
}

export function concat(...parts: Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** At 48 kHz, by straight lines: good enough for what a codec will cut anyway. */
export function tripled(speech: Float32Array): Float32Array {
  return Float32Array.from({ length: 3 * speech.length }, (_, i) => {
    const at = Math.floor(i / 3);
    const next = speech[at + 1] ?? speech[at]!;
    return speech[at]! + ((i % 3) / 3) * (next - speech[at]!);
  });
}
