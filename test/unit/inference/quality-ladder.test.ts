import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { QualityLadder, type Rung } from '../../../server/inference/quality-ladder.ts';

const TICK_MS = 40;

/** A thread that draws as the ladder says, with a clock of its own; returns the rungs it was on. */
function run(
  ladder: QualityLadder,
  ticks: number,
  cost: { readonly body: number; readonly lips?: number },
): Rung[] {
  let lateMs = 0;
  const rungs: Rung[] = [];
  for (let i = 0; i < ticks; i += 1) {
    rungs.push(ladder.rung);
    const behind = lateMs > 2 * TICK_MS;
    const drew = behind ? 'nothing' : ladder.next;
    const ms = drew === 'body' ? cost.body : drew === 'lips' ? (cost.lips ?? 0) : 0;
    lateMs = Math.max(0, lateMs + ms - TICK_MS);
    ladder.tick({ drew, ms, behind });
  }
  return rungs;
}

function order(rungs: readonly Rung[]): Rung[] {
  return rungs.filter((rung, i) => rung !== rungs[i - 1]);
}

describe('the quality ladder', () => {
  test('a body that is quick enough is drawn in full, every tick', () => {
    const ladder = new QualityLadder({ lips: false });
    assert.deepEqual(order(run(ladder, 2000, { body: 30 })), ['full']);
    assert.equal(ladder.downs, 0);
  });

  test('a slow one is drawn every second tick, and stays there', () => {
    const ladder = new QualityLadder({ lips: false });
    assert.deepEqual(order(run(ladder, 2000, { body: 60 })), ['full', 'half-rate']);
    assert.equal(ladder.downs, 1);
  });

  test('between the drawings of a slow body its lips move where they can', () => {
    const ladder = new QualityLadder({ lips: true });
    run(ladder, 100, { body: 60, lips: 4 });
    assert.equal(ladder.rung, 'half-rate');
    const drawn = [0, 1, 2, 3].map(() => {
      const { next } = ladder;
      ladder.tick({ drew: next, ms: next === 'body' ? 60 : 4, behind: false });
      return next;
    });
    assert.deepEqual(drawn.toSorted(), ['body', 'body', 'lips', 'lips']);
  });

  test('one that is slower still leaves the lips, or nothing', () => {
    const withLips = new QualityLadder({ lips: true });
    assert.deepEqual(order(run(withLips, 120, { body: 120, lips: 8 })), [
      'full',
      'half-rate',
      'lips-only',
    ]);
    const without = new QualityLadder({ lips: false });
    assert.deepEqual(order(run(without, 120, { body: 120 })), ['full', 'half-rate', 'held']);
  });

  test('it climbs back when drawing has become quick again', () => {
    const ladder = new QualityLadder({ lips: true });
    run(ladder, 120, { body: 120, lips: 8 });
    assert.deepEqual(order(run(ladder, 600, { body: 10, lips: 8 })), [
      'lips-only',
      'half-rate',
      'full',
    ]);
  });

  test('tries of a rung that stays too dear become rare', () => {
    const ladder = new QualityLadder({ lips: false });
    const rungs = run(ladder, 9000, { body: 150 });
    const tries = rungs.filter((rung, i) => rung === 'half-rate' && rungs[i - 1] === 'held').length;
    assert.ok(tries >= 3 && tries <= 9, `${tries} tries in six minutes`);
    const held = rungs.filter((rung) => rung === 'held').length;
    assert.ok(held > 0.9 * rungs.length, `${held} of ${rungs.length} ticks held`);
  });

  test('a single stall moves nothing', () => {
    const ladder = new QualityLadder({ lips: false });
    run(ladder, 100, { body: 5 });
    ladder.tick({ drew: 'body', ms: 500, behind: false });
    for (let i = 0; i < 11; i += 1) ladder.tick({ drew: 'nothing', ms: 0, behind: true });
    assert.deepEqual(order(run(ladder, 500, { body: 5 })), ['full']);
  });

  test('a thread that others keep busy draws half as often', () => {
    const ladder = new QualityLadder({ lips: false });
    for (let i = 0; i < 100; i += 1) {
      const behind = i % 3 === 0;
      ladder.tick({ drew: behind ? 'nothing' : ladder.next, ms: behind ? 0 : 5, behind });
    }
    assert.equal(ladder.rung, 'half-rate');
  });
});
