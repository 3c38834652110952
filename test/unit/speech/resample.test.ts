import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Decimator, DECIMATOR_DELAY_SAMPLES } from '../../../server/speech/resample.ts';
import { seededRandom } from '../../support/random.ts';

function tone(hz: number, samples: number): Float32Array {
  return Float32Array.from({ length: samples }, (_, i) =>
    Math.sin((2 * Math.PI * hz * i) / 48_000),
  );
}

/** Level of the decimated tone in dB against the tone's own, after the filter has filled. */
function gainDb(hz: number): number {
  const output = new Float32Array(4801);
  const count = new Decimator().process(tone(hz, 14_400), output);
  const steady = output.subarray(100, count);
  const power = steady.reduce((sum, sample) => sum + sample * sample, 0) / steady.length;
  return 10 * Math.log10(2 * power + 1e-20);
}

test('speech passes, what would alias is 50 dB down', () => {
  for (const hz of [50, 300, 1000, 3000, 5000, 6500]) {
    assert.ok(Math.abs(gainDb(hz)) < 0.1, `${hz} Hz: ${gainDb(hz)} dB`);
  }
  for (let hz = 8500; hz < 24_000; hz += 250) {
    assert.ok(gainDb(hz) < -50, `${hz} Hz: ${gainDb(hz)} dB`);
  }
});

test('the signal comes out the stated delay later, under a millisecond', () => {
  const input = tone(1000, 4800);
  const output = new Float32Array(1601);

  const count = new Decimator().process(input, output);

  assert.equal(count, 1600);
  assert.ok(DECIMATOR_DELAY_SAMPLES <= 16 && Number.isInteger(DECIMATOR_DELAY_SAMPLES));
  for (let m = 100; m < count; m++) {
    assert.ok(Math.abs(output[m]! - input[3 * (m - DECIMATOR_DELAY_SAMPLES)]!) < 1e-3);
  }
});

test('chunks of any size give the same as the whole', () => {
  const random = seededRandom(61);
  const input = Float32Array.from({ length: 20_000 }, () => random.next() - 0.5);
  const whole = new Float32Array(7000);
  const wholeCount = new Decimator().process(input, whole);

  const decimator = new Decimator();
  const pieces: number[] = [];
  const output = new Float32Array(2000);
  for (let at = 0; at < input.length;) {
    const next = Math.min(input.length, at + random.int(0, 3000));
    const count = decimator.process(input.subarray(at, next), output);
    pieces.push(...output.subarray(0, count));
    at = next;
  }

  assert.deepEqual(pieces, [...whole.subarray(0, wholeCount)]);
});

test('a reset forgets', () => {
  const decimator = new Decimator();
  const output = new Float32Array(400);
  decimator.process(tone(440, 1000), output);

  decimator.reset();

  assert.equal(decimator.process(new Float32Array(300), output), 100);
  assert.ok(output.subarray(0, 100).every((sample) => sample === 0));
});
