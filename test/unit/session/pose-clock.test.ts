import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PoseClock } from '../../../server/session/pose-clock.ts';
import { seededRandom } from '../../support/random.ts';

const GAP_US = 33_333;
/** The sender's clock began at another time, and its way here takes at least 20 ms. */
const AHEAD_US = 5e12;
const LEAST_US = 20_000;

describe('the pose clock', () => {
  test('evenly sent poses are placed evenly, though they arrive with jitter', () => {
    const random = seededRandom(3);
    const clock = new PoseClock();
    const placed: number[] = [];
    for (let i = 0; i < 300; i += 1) {
      const sent = i * GAP_US;
      const jitter = i % 7 === 0 ? 0 : random.int(0, 60_000);
      placed.push(clock.place(sent + AHEAD_US, sent + LEAST_US + jitter));
    }
    for (let i = 1; i < placed.length; i += 1) {
      assert.equal(placed[i]! - placed[i - 1]!, GAP_US, `pose ${i}`);
    }
    assert.equal(placed[0], LEAST_US, 'the unknowable part of the delay stays in');
  });

  test('no pose is placed after its arrival', () => {
    const random = seededRandom(4);
    const clock = new PoseClock();
    for (let i = 0; i < 2000; i += 1) {
      const sender = random.int(0, 9e15);
      const arrival = i * GAP_US;
      assert.ok(clock.place(sender, arrival) <= arrival);
    }
  });

  test('a clock that is set back or ahead is followed with its next pose', () => {
    const clock = new PoseClock();
    for (let i = 0; i < 60; i += 1) clock.place(AHEAD_US + i * GAP_US, i * GAP_US);
    for (const stepUs of [-3_600e6, 0, 7_200e6]) {
      const arrival = 60 * GAP_US;
      assert.equal(clock.place(AHEAD_US + arrival + stepUs, arrival), arrival);
    }
  });

  test('a drift of 200 ppm is followed within a window', () => {
    const clock = new PoseClock();
    let behind = 0;
    for (let i = 0; i < 30 * 600; i += 1) {
      const sent = i * GAP_US;
      behind = sent - clock.place(sent * (1 - 0.0002), sent);
    }
    assert.ok(behind >= 0 && behind <= 10e6 * 0.0002 + 1, `${behind} us behind after ten minutes`);
  });
});
