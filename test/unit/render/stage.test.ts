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

test('a scene puts a body elsewhere, and the next one back; what fits is not opened anew', async () => {
  const pack = await loadPack(join(PACKS, 'mira'));
  const place = { width: SIDE, height: SIDE, shelf: new ModelShelf() };
  const stage = await Stage.open([{ pack, x: 0.5, scale: 1, mirrored: false }], place);
  const pose = createPose();
  const draw = async (): Promise<Uint8Array> => (await stage.draw([pose], 1)).slice();
  const before = await draw();
  const centreOf = (rgba: Uint8Array): number => {
    let [sum, count] = [0, 0];
    for (let i = 3; i < rgba.length; i += 4) {
      if (rgba[i] === 0) continue;
      sum += (i >> 2) % SIDE;
      count += 1;
    }
    return sum / count / SIDE;
  };
  const standing = { x: 0.8, bottom: 0.9, scale: 0.5 };
  assert.ok(stage.wouldMove([standing]));
  await stage.rearrange([standing]);
  assert.ok(!stage.wouldMove([standing]));
  const aside = await draw();
  assert.ok(Math.abs(centreOf(aside) - 0.8) < 0.05, `${centreOf(aside)}`);
  assert.ok(aside.subarray(Math.round(0.92 * SIDE) * SIDE * 4).every((value) => value === 0));
  const shoulder = stage.poseAt(0, { x: 0.8, y: 0.6 });
  assert.ok(Math.abs(shoulder.x) < 0.1, 'what is pointed at lies where it is seen');
  await stage.rearrange([]);
  assert.deepEqual(await draw(), before);
  stage.close();
});

function turnedRound(pixels: Uint32Array): Uint32Array {
  return pixels.map((_, i) => pixels[i - (i % SIDE) + SIDE - 1 - (i % SIDE)]!);
}
