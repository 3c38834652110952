import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PcmRing } from '../../../server/speech/pcm-ring.ts';
import { seededRandom } from '../../support/random.ts';

function read(ring: PcmRing, from: number, count: number): number[] {
  const out = new Float32Array(count).fill(NaN);
  ring.read(from, out);
  return [...out];
}

test('an empty ring reads as silence', () => {
  assert.deepEqual(read(new PcmRing({ rateHz: 10, seconds: 1 }), -3, 5), [0, 0, 0, 0, 0]);
});

test('samples stand at their numbers, silence before, between and after them', () => {
  const ring = new PcmRing({ rateHz: 10, seconds: 1 });
  ring.write(100, Float32Array.of(1, 2));
  ring.write(104, Float32Array.of(5));

  assert.deepEqual(read(ring, 98, 9), [0, 0, 1, 2, 0, 0, 5, 0, 0]);
  assert.equal(ring.end, 105);
});

test('a later write goes over an earlier one', () => {
  const ring = new PcmRing({ rateHz: 10, seconds: 1 });
  ring.write(0, Float32Array.of(1, 1, 1, 1));
  ring.write(1, Float32Array.of(7, 7));

  assert.deepEqual(read(ring, 0, 4), [1, 7, 7, 1]);
});

test('what is older than the ring is silence, also when written late', () => {
  const ring = new PcmRing({ rateHz: 4, seconds: 1 });
  ring.write(0, Float32Array.of(1, 2, 3, 4, 5, 6));
  assert.deepEqual(read(ring, 0, 6), [0, 0, 3, 4, 5, 6]);

  ring.write(0, Float32Array.of(9, 9, 9));
  assert.deepEqual(read(ring, 0, 6), [0, 0, 9, 4, 5, 6]);
});

test('random writes read like those on an endless tape', () => {
  const random = seededRandom(51);
  for (let round = 0; round < 100; round++) {
    const capacity = random.int(1, 60);
    const ring = new PcmRing({ rateHz: capacity, seconds: 1 });
    const origin = random.int(-100, 100);
    const tape = new Map<number, number>();
    let end = -Infinity;
    let position = origin;
    for (let i = 0; i < 60; i++) {
      position += random.next() < 0.1 ? random.int(0, 200) : random.int(-20, 20);
      const samples = Float32Array.from({ length: random.int(1, 80) }, () => random.int(1, 99));
      ring.write(position, samples);
      end = Math.max(end, position + samples.length);
      // What falls out of the ring's reach never comes back.
      for (const at of tape.keys()) if (at < end - capacity) tape.delete(at);
      samples.forEach((sample, k) => {
        if (position + k >= end - capacity) tape.set(position + k, sample);
      });

      const from = end - capacity - 10;
      const expected = Array.from({ length: capacity + 20 }, (_, k) => tape.get(from + k) ?? 0);
      assert.deepEqual(read(ring, from, capacity + 20), expected);
    }
  }
});
