import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BeatTracker } from '../../../../server/motion/dance/beat-tracker.ts';
import { dance, drums, foretell } from '../../../../server/motion/dance/measure.ts';
import { TapTempo } from '../../../../server/motion/dance/tap-tempo.ts';

test('beats with syncopation and noise are foretold within 30 ms', () => {
  for (const bpm of [97, 120, 145]) {
    const { sound, beats } = drums({ bpm, seed: bpm, seconds: 14, noise: 0.03 });
    const found = foretell(sound, beats);
    assert.ok(Math.abs(found.bpm / bpm - 1) < 0.01, `${bpm} heard as ${found.bpm}`);
    const sorted = found.errorsMs.toSorted((a, b) => a - b);
    const p95 = sorted[Math.floor(0.95 * sorted.length)] ?? Infinity;
    assert.ok(p95 < 30, `${bpm}: ${p95} ms`);
  }
});

test('what is danced to music with a melody on top has its accents on the beats', () => {
  for (const bpm of [88, 124, 156]) {
    const { sound, beats } = drums({ bpm, seed: bpm, seconds: 14, noise: 0.05, melody: 0.3 });
    const errors = dance(sound, beats).map(({ accentMs }) => accentMs);
    assert.ok(errors.length > 8, `${errors.length} beats`);
    const sorted = errors.toSorted((a, b) => a - b);
    const p95 = sorted[Math.floor(0.95 * sorted.length)] ?? Infinity;
    assert.ok(p95 < 40, `${bpm}: ${p95} ms`);
  }
});

test('silence and samples that are no numbers have no beat', () => {
  const tracker = new BeatTracker();
  tracker.push(new Float32Array(16_000 * 5).fill(Number.NaN), 16_000);
  assert.equal(tracker.at(5e6).bpm, 0);
});

test('48 kHz in pieces of any size hears what 16 kHz hears', () => {
  const { sound } = drums({ bpm: 120, seed: 2, seconds: 6, noise: 0 });
  const fine = Float32Array.from({ length: sound.length * 3 }, (_, i) => sound[Math.floor(i / 3)]!);
  const coarse = new BeatTracker();
  coarse.push(sound, 16_000);
  const pieces = new BeatTracker();
  for (let at = 0; at < fine.length; at += 961) pieces.push(fine.subarray(at, at + 961), 48_000);
  assert.ok(Math.abs(coarse.at(6e6).bpm - pieces.at(6e6).bpm) < 0.01);
});

test('taps give tempo and beat, over a bounce and a missed tap', () => {
  const taps = new TapTempo();
  for (const beat of [0, 1, 2, 4, 5]) taps.tap(beat * 500_000 + (beat % 2) * 4000);
  taps.tap(5 * 500_000 + 90_000);
  const { bpm, nextBeatUs } = taps.at(2_600_000);
  assert.ok(Math.abs(bpm - 120) < 1.5, `${bpm}`);
  assert.ok(Math.abs(nextBeatUs - 3_000_000) < 12_000, `${nextBeatUs}`);
  taps.tap(20_000_000);
  assert.equal(taps.at(20_100_000).bpm, 0, 'a tap after a pause begins anew');
});
