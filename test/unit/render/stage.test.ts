/** Where bodies stand in the picture, and what a mirror does to them. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { ModelShelf } from '../../../server/inference/model-shelf.ts';
import { loadPack } from '../../../server/inference/pack.ts';
import { createPose } from '../../../server/protocol/pose.ts';
import { Stage } from '../../../server/render/stage.ts';

const PACKS = join(import.meta.dirname, '../../../models/avatars');
const SIDE = 96;

test('a mirrored body is the picture of the other one, turned round', async () => {
  const pack = await loadPack(join(PACKS, 'leo'));
  const at = { pack, x: 0.5, scale: 0.8 };
  const place = { width: SIDE, height: SIDE, shelf: new ModelShelf() };
  const [plain, mirrored] = await Promise.all(
    [false, true].map((each) => Stage.open([{ ...at, mirrored: each }], place)),
  );
  const pose = createPose();
  pose.head[2] = 0.3;
  const pixels = new Uint32Array((await plain!.draw([pose], 1)).slice().buffer);
  const turned = new Uint32Array((await mirrored!.draw([pose], 1)).slice().buffer);
  const expected = turnedRound(pixels);
  assert.notDeepEqual(pixels, expected, 'the pose must not be symmetric');
  assert.deepEqual(turned, expected);
  const [left, right] = [
    plain!.poseAt(0, { x: 0.2, y: 0.5 }),
    mirrored!.poseAt(0, { x: 0.8, y: 0.5 }),
  ];
  assert.ok(Math.abs(left.x - right.x) < 0.02, 'a place is found where it is drawn');
  plain!.close();
  mirrored!.close();
});

function turnedRound(pixels: Uint32Array): Uint32Array {
  return pixels.map((_, i) => pixels[i - (i % SIDE) + SIDE - 1 - (i % SIDE)]!);
}
