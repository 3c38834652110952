import assert from 'node:assert/strict';
import test from 'node:test';

import { CLOSE, CUBIC, LINE, MOVE, parsePath } from '../../../../server/render/rig/path.ts';

test('moves, lines, cubics and closing keep their points', () => {
  const path = parsePath('M 1 2 L 3 4 C 5 6 7 8 9 10 Z');
  assert.deepEqual([...path.commands], [MOVE, LINE, CUBIC, CLOSE]);
  assert.deepEqual([...path.points], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('a quadratic becomes the same curve as a cubic', () => {
  const path = parsePath('M 0 0 Q 3 6 6 0');
  assert.deepEqual([...path.points], [0, 0, 2, 4, 4, 4, 6, 0]);
});

test('a run goes through its points; closed, it is smooth where it starts', () => {
  const open = parsePath('M 0 0 R 10 0 20 0');
  assert.deepEqual([...open.commands], [MOVE, CUBIC, CUBIC]);
  assert.equal(open.points[6], 10);
  const closed = parsePath('M 0 -1 R 1 0 0 1 -1 0 Z');
  assert.deepEqual([...closed.commands], [MOVE, CUBIC, CUBIC, CUBIC, CUBIC, CLOSE]);
  const [, , firstX, firstY] = closed.points;
  assert.ok(firstX! > 0.3 && Math.abs(firstY! + 1) < 1e-6, 'leaves the top horizontally');
});

test('unknown commands, missing numbers and a missing M are refused', () => {
  for (const text of [
    'M 0 0 H 3',
    'M 0 0 L 1',
    'M 0 0 C 1 2 3 4',
    'L 1 1',
    'M 0 0 L 1 nan',
    '',
    'M 0 0 Z 4',
    '3 M 0 0',
  ]) {
    assert.throws(() => parsePath(text), Error, text);
  }
});
