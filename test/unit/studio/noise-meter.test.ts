import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NoiseMeter } from '../../../server/studio/noise-meter.ts';
import { seededRandom } from '../../support/random.ts';

/** A second of noise and a second of a loud tone over it, in turns; dBFS of the noise. */
function sound(noiseDb: number, seconds: number): Float32Array {
  const random = seededRandom(4);
  // A uniform distribution's RMS is its height by the root of three.
  const height = 10 ** (noiseDb / 20) * Math.sqrt(3);
  return Float32Array.from({ length: seconds * 48_000 }, (_, i) => {
    const loud = Math.floor(i / 48_000) % 2 === 1 ? 0.3 * Math.sin(i / 20) : 0;
    return loud + height * (2 * random.next() - 1);
  });
}

test('the noise is what is left in the pauses, wherever the bytes are cut', () => {
  const random = seededRandom(9);
  for (const noiseDb of [-65, -50, -30]) {
    const meter = new NoiseMeter();
    const bytes = Buffer.from(sound(noiseDb, 6).buffer);
    for (let at = 0; at < bytes.length;) {
      const piece = random.int(1, 9001);
      meter.push(bytes.subarray(at, at + piece));
      at += piece;
    }
    assert.ok(Math.abs(meter.levelDb - noiseDb) <= 1, `${meter.levelDb} for ${noiseDb}`);
  }
});

test('digital silence is no noise, and nothing at all has none', () => {
  assert.equal(new NoiseMeter().levelDb, -100);
  const meter = new NoiseMeter();
  meter.push(Buffer.alloc(48_000 * 4 * 10));
  meter.push(Buffer.from(sound(-40, 4).buffer));
  assert.ok(Math.abs(meter.levelDb + 40) <= 1, String(meter.levelDb));
});
