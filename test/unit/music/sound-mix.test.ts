import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mixMusic, MUSIC_GAIN, writePcm16 } from '../../../server/music/sound-mix.ts';

test('quiet sounds add up as they are; loud ones bend and never clip', () => {
  const voice = Float32Array.of(0.2, -0.3, 1, -1, 1);
  mixMusic(voice, Float32Array.of(0.4, 0, 1, -1, -1));
  assert.ok(Math.abs(voice[0]! - (0.2 + 0.4 * MUSIC_GAIN)) < 1e-6);
  assert.ok(Math.abs(voice[1]! + 0.3) < 1e-6);
  assert.ok(voice[2]! > 0.95 && voice[2]! < 1, `${voice[2]}`);
  assert.equal(voice[3], -voice[2]!);
  assert.ok(Math.abs(voice[4]! - (1 - MUSIC_GAIN)) < 1e-6);
});

test('the knee is smooth: no step of the input makes a larger one of the output', () => {
  const count = 4000;
  const ramp = Float32Array.from({ length: count }, (_, i) => (4 * i) / count - 2);
  mixMusic(ramp, new Float32Array(count));
  for (let i = 1; i < count; i += 1) {
    const step = ramp[i]! - ramp[i - 1]!;
    assert.ok(step >= 0 && step <= 4 / count + 1e-6, `at ${i}: ${step}`);
  }
});

test('16-bit samples are what they were, and hold what lies beyond', () => {
  const out = new Uint8Array(8);
  writePcm16(Float32Array.of(0.5, -1, 2, -2), out);
  assert.deepEqual([...new Int16Array(out.buffer)], [16_384, -32_767, 32_767, -32_768]);
});
