import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AssetId, Scene } from '../../../server/protocol/index.ts';
import { changed, fitted, moved, standingIn } from '../../../web/lib/scene-draft.ts';
import { readKept } from '../../../web/lib/scene-keeping.ts';

const ASSET = AssetId.parse(`image-${'0'.repeat(24)}`);
const scene = changed.withRegion(
  changed.withSlide(changed.withText(Scene.parse({ title: 'A' }), 'Hi'), ASSET, 'One'),
  0,
);
const cast = [
  { x: 0.3, scale: 1 },
  { x: 0.7, scale: 0.8 },
];
const way = { dx: 0.1, dy: -0.05, slide: 0, standing: standingIn(scene, cast) };

test('what the editor makes is a scene that the server takes', () => {
  for (const part of [
    { kind: 'avatar', index: 0 },
    { kind: 'avatar', index: 1 },
    { kind: 'slides' },
    { kind: 'overlay', index: 0 },
    { kind: 'region', index: 0 },
  ] as const) {
    for (const how of ['move', 'size'] as const) {
      for (const far of [way, { ...way, dx: 9, dy: 9 }, { ...way, dx: -9, dy: -9 }]) {
        const next = moved(scene, part, far, how);
        assert.deepEqual(Scene.parse(next), next);
        assert.notDeepEqual(next, scene);
      }
    }
  }
});

test('parts stay within the picture, and go by what was asked', () => {
  const before = scene.overlays[0]!.box;
  const next = moved(scene, { kind: 'overlay', index: 0 }, way, 'move').overlays[0]!.box;
  assert.ok(Math.abs(next.x - before.x - 0.1) < 1e-6 && Math.abs(next.y - before.y + 0.05) < 1e-6);
  const out = moved(scene, { kind: 'overlay', index: 0 }, { ...way, dx: 5 }, 'move').overlays[0]!
    .box;
  assert.ok(Math.abs(out.x + out.width - 1) < 1e-3);
  assert.deepEqual(changed.without(scene, { kind: 'region', index: 0 }, 0).slides[0]!.regions, []);
  assert.deepEqual(changed.without(scene, { kind: 'overlay', index: 0 }, 0).overlays, []);
});

test('a slide lies whole in the middle of its box', () => {
  const box = { x: 0, y: 0, width: 0.5, height: 1 };
  const place = fitted(box, { width: 400, height: 300 }, { width: 800, height: 400 });
  assert.deepEqual(place, { x: 0, y: 0.125, width: 0.5, height: 0.75 });
});

test('a scene that is being edited is read back, also while its name or a text is empty', () => {
  const scene = changed.withText(Scene.parse({ title: 'Talk', colour: '#112233' }), 'Hello');
  const read = (draft: Scene) =>
    readKept(JSON.stringify({ id: null, place: 'deck', scene: draft }));
  assert.deepEqual(read(scene), { id: null, place: 'deck', scene });
  const emptied = changed.overlay({ ...scene, title: '' }, 0, (each) => ({ ...each, text: '' }));
  assert.deepEqual(read(emptied)?.scene, emptied);
  for (const text of [null, '{', 'null', '{"scene":{}}', '{"scene":{"title":"x","overlays":1}}']) {
    assert.equal(readKept(text), null);
  }
});
