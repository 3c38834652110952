import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rectOf, regionsIn, slideRect } from '../../../server/scenes/layout.ts';
import { findRegion } from '../../../server/scenes/session-scenes.ts';
import { pointingScript } from '../../../server/scenes/pointing.ts';

const PICTURE = { width: 1280, height: 720 };

test('boxes become even pixels within the picture; empty ones nothing', () => {
  const box = { x: 0.101, y: 0.5, width: 0.333, height: 0.9 };
  const rect = rectOf(box, PICTURE)!;
  assert.ok(Object.values(rect).every((value) => value % 2 === 0));
  assert.equal(rect.y + rect.height, 720);
  assert.equal(rectOf({ x: 1, y: 0, width: 0.5, height: 1 }, PICTURE), undefined);
});

test('a slide is shown whole in the middle of its box, its regions with it', () => {
  const box = { x: 0, y: 0, width: 0.5, height: 1 };
  const rect = slideRect(box, { width: 400, height: 300 }, PICTURE)!;
  assert.deepEqual(rect, { x: 0, y: 120, width: 640, height: 480 });
  const [region] = regionsIn(
    [{ x: 0.5, y: 0.5, width: 0.5, height: 0.5, name: 'B' }],
    rect,
    PICTURE,
  );
  assert.deepEqual(region, { x: 0.25, y: 0.5, width: 0.25, height: 1 / 3, name: 'B' });
});

test('regions are found by number and by name, in any case', () => {
  const regions = ['Price', '价格'].map((name) => ({ x: 0, y: 0, width: 1, height: 1, name }));
  assert.equal(findRegion(regions, 2)?.name, '价格');
  assert.equal(findRegion(regions, ' price ')?.name, 'Price');
  assert.equal(findRegion(regions, 3), undefined);
  assert.equal(findRegion(regions, 'Cost'), undefined);
});

test('the hand on the side of the place points', () => {
  const side = (x: number): unknown => pointingScript({ x, y: 0.5 }, 0.6).moments[0]![0]!.side;
  assert.deepEqual([side(0.2), side(0.9)], ['right', 'left']);
});
