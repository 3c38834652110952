import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TakenWatch } from '../../../../server/outputs/push/taken-watch.ts';

/**
 * A machine with a receive buffer, as Linux has it: a window up to a limit below the buffer's size,
 * told in steps; its program reads everything until `stopsAtMs`. Returns when the watch noticed.
 */
function noticed(at: {
  readonly bytesPerSecond: number;
  readonly stopsAtMs: number;
  readonly buffer: number;
  readonly limit: number;
  /** Share of what comes that is still read after that. */
  readonly reads?: number;
  readonly tellsRoom?: boolean;
}): number | undefined {
  const watch = new TakenWatch();
  let [taken, unread] = [0, 0];
  for (let atMs = 0; atMs <= 120_000; atMs += 1000) {
    const room = Math.max(0, Math.min(at.limit, at.buffer - unread));
    const comes = Math.min(at.bytesPerSecond, room);
    taken += comes;
    unread += atMs < at.stopsAtMs ? 0 : comes * (1 - (at.reads ?? 0));
    const told = Math.floor(Math.min(at.limit, at.buffer - unread) / 1024) * 1024;
    const found = watch.look({ atMs, taken, room: at.tellsRoom === false ? undefined : told });
    if (found !== 'well') return (atMs - at.stopsAtMs) / 1000;
  }
  return undefined;
}

const linux = { buffer: 128 * 1024, limit: 84 * 1024, stopsAtMs: 30_000 };

describe('a target that stops reading', () => {
  for (const kbps of [100, 300, 600, 1500, 4500]) {
    test(`is found within fifteen seconds at ${kbps} kb/s`, () => {
      const seconds = noticed({ ...linux, bytesPerSecond: kbps * 125 });
      assert.ok(seconds !== undefined && seconds > 2 && seconds <= 15, `${seconds} s`);
    });
  }

  test('is found by its window long before a large buffer is full', () => {
    const large = { ...linux, buffer: 3e6, limit: 2.95e6, bytesPerSecond: 40_000 };
    assert.ok(noticed(large)! <= 15);
    assert.ok(noticed({ ...large, tellsRoom: false })! > 60, 'by silence alone it takes a minute');
  });

  test('is found by its silence where the window is not known', () => {
    const seconds = noticed({ ...linux, bytesPerSecond: 100_000, tellsRoom: false });
    assert.ok(seconds !== undefined && seconds <= 15, `${seconds} s`);
  });
});

test('a target that reads is left alone: all, or most of it', () => {
  assert.equal(noticed({ ...linux, bytesPerSecond: 40_000, reads: 1 }), undefined);
  assert.equal(noticed({ ...linux, bytesPerSecond: 40_000, reads: 0.99 }), undefined);
  assert.equal(noticed({ ...linux, bytesPerSecond: 1e6, reads: 1 }), undefined);
});

test('a window that closes and opens again is none of our business', () => {
  const watch = new TakenWatch();
  for (let second = 0; second < 60; second += 1) {
    const room = second % 10 < 3 ? 40_000 : 80_000;
    assert.equal(watch.look({ atMs: second * 1000, taken: second * 40_000, room }), 'well');
  }
});
