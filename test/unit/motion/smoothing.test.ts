import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Smoother, SMOOTHING, type Smoothing } from '../../../server/motion/smoothing.ts';
import { seededRandom } from '../../support/random.ts';

const RATE_HZ = 30;

/** How far a ramp of this speed is behind after a second, ms. */
function rampLagMs(smoothing: Smoothing, speed: number): number {
  const smoother = new Smoother(1, smoothing);
  for (let i = 0; i <= RATE_HZ; i += 1) smoother.filter(0, 0, i / RATE_HZ);
  let behind = 0;
  for (let i = 1; i <= RATE_HZ; i += 1) {
    const value = (speed * i) / RATE_HZ;
    behind = value - smoother.filter(0, value, 1 + i / RATE_HZ);
  }
  return (behind / speed) * 1000;
}

describe('the smoothing of live poses', () => {
  test('its lag is as stated', (t) => {
    // Slow and quick movements of wrists (shoulder widths/s), heads (rad/s) and lids (1/s).
    const stated = [
      ['points', 0.5, 29],
      ['points', 1, 20],
      ['points', 4, 8],
      ['angles', 0.3, 32],
      ['angles', 1, 16],
      ['angles', 4, 6],
      ['weights', 1, 17],
      ['weights', 8, 5],
    ] as const;
    for (const [kind, speed, mostMs] of stated) {
      const lagMs = rampLagMs(SMOOTHING[kind], speed);
      t.diagnostic(`${kind} at ${speed}/s: ${lagMs.toFixed(1)} ms`);
      assert.ok(lagMs > 0 && lagMs <= mostMs, `${kind} at ${speed}/s lags ${lagMs} ms`);
    }
  });

  test('a step of half a unit is nine tenths done in two poses', () => {
    for (const smoothing of Object.values(SMOOTHING)) {
      const smoother = new Smoother(1, smoothing);
      for (let i = 0; i <= RATE_HZ; i += 1) smoother.filter(0, 0, i / RATE_HZ);
      smoother.filter(0, 0.5, 1 + 1 / RATE_HZ);
      const second = smoother.filter(0, 0.5, 1 + 2 / RATE_HZ);
      assert.ok(second > 0.45 && second <= 0.5, `${second}`);
    }
  });

  test('the tremble of a still hand is more than halved', () => {
    const random = seededRandom(1);
    const smoother = new Smoother(1, SMOOTHING.points);
    let before = 0;
    let after = 0;
    for (let i = 0; i < 900; i += 1) {
      const noise = 0.02 * (random.next() - 0.5);
      before += noise ** 2;
      after += smoother.filter(0, noise, i / RATE_HZ) ** 2;
    }
    assert.ok(Math.sqrt(after / before) < 0.5, `${Math.sqrt(after / before)} of it is left`);
  });
});
