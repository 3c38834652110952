import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  DanceLock,
  LEAST_SPEED,
  MOST_SPEED,
  paceOf,
} from '../../../../server/motion/dance/dance-lock.ts';

const STEP = { seconds: 2, beats: 4 };
const TICK = 0.04;

/**
 * A dancer and its music, frame by frame; `bpmAt` is the music's tempo at any time. `danced`: beats
 * of the music that the template has danced, at single, half or double time.
 */
function dance(bpmAt: (seconds: number) => number, seconds: number) {
  const lock = new DanceLock(STEP, 1);
  const frames: { seconds: number; beats: number; danced: number; speed: number }[] = [];
  let beats = 0.37;
  let template = lock.begin({ bpm: bpmAt(0), phase: beats % 1 });
  for (let at = TICK; at < seconds; at += TICK) {
    const bpm = bpmAt(at);
    beats += (bpm * TICK) / 60;
    const passed = lock.advance(TICK, template, { bpm, phase: beats % 1 });
    template += passed;
    const speed = passed / TICK;
    const { beatSeconds } = paceOf(Math.max(1, bpm), STEP, speed);
    frames.push({ seconds: at, beats, danced: template / beatSeconds, speed });
  }
  return frames;
}

/** Of a beat: how far the nearest beat of the dance is from the music's. */
function offOf({ beats, danced }: { readonly beats: number; readonly danced: number }): number {
  const off = danced - beats;
  return Math.abs(off - Math.round(off));
}

describe('a dance step', () => {
  test('is on the beat from its first frame on, at any tempo', () => {
    for (let bpm = 78; bpm <= 190; bpm += 7) {
      const worst = Math.max(...dance(() => bpm, 20).map(offOf));
      assert.ok(worst < 0.001, `${bpm}: ${worst} beats off`);
    }
  });

  test('follows a tempo that changes at once without a jump, and is on the beat again', () => {
    const frames = dance((at) => (at < 8 ? 100 : 140), 20);
    for (let i = 1; i < frames.length; i += 1) {
      const change = Math.abs(frames[i]!.speed - frames[i - 1]!.speed);
      assert.ok(change <= 1.5 * TICK + 1e-9, `at ${frames[i]!.seconds} s by ${change}`);
    }
    const late = frames.filter(({ seconds }) => seconds > 12).map(offOf);
    assert.ok(Math.max(...late) < 0.02, `${Math.max(...late)} beats off`);
  });

  test('wins back half a beat within four seconds, never standing still', () => {
    const lock = new DanceLock(STEP, 1);
    let template = lock.begin({ bpm: 120, phase: 0 });
    let off = 1;
    for (let i = 1; i <= 100; i += 1) {
      const phase = (i * TICK * 2 + 0.45) % 1;
      const passed = lock.advance(TICK, template, { bpm: 120, phase });
      assert.ok(passed > 0.5 * TICK && passed < 1.6 * TICK, `${passed}`);
      template += passed;
      off = offOf({ beats: phase, danced: template * 2 });
    }
    assert.ok(off < 0.03, `${off} beats off`);
  });

  test('goes at its own pace without a beat, and glides back to it when the music ends', () => {
    const lock = new DanceLock(STEP, 1);
    assert.equal(lock.begin({ bpm: 0, phase: 0 }), 0);
    assert.equal(lock.advance(TICK, 0, { bpm: 0, phase: 0 }), TICK);
    const frames = dance((at) => (at < 5 ? 150 : 0), 8);
    assert.ok(Math.abs(frames.at(-1)!.speed - 1) < 1e-9);
  });

  test('is danced at half or double time rather than out of its nature', () => {
    const speed = (bpm: number, near = 1) => paceOf(bpm, STEP, near).speed;
    assert.ok(Math.abs(speed(120) - 1) < 1e-9);
    assert.ok(Math.abs(speed(240) - 1) < 1e-9);
    assert.ok(Math.abs(speed(66) - 1.1) < 1e-9);
    for (let bpm = 30; bpm < 300; bpm += 1) {
      for (const near of [0.6, 1, 1.6]) {
        const found = speed(bpm, near);
        assert.ok(found >= LEAST_SPEED && found <= MOST_SPEED, `${bpm}: ${found}`);
      }
    }
    assert.equal(speed(150, 0.63), 0.625, 'a tracker that doubles its tempo changes nothing');
  });
});
