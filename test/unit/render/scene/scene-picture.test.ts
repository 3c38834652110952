import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createMeta, createRing, RingWriter } from '../../../../server/core/slot-ring.ts';
import { seededRandom } from '../../../../server/motion/random.ts';
import { I420, type Rgb } from '../../../../server/render/i420.ts';
import { readCube } from '../../../../server/render/scene/cube-file.ts';
import { filled } from '../../../../server/render/scene/composer.ts';
import { plainLook, type ReadyLayer } from '../../../../server/render/scene/look.ts';
import { lutTables } from '../../../../server/render/scene/lut-tables.ts';
import { ScenePicture } from '../../../../server/render/scene/scene-picture.ts';

const SIZE = { width: 22, height: 12 };
const BYTES = (SIZE.width * SIZE.height * 3) / 2;
const SAND: Rgb = [200, 180, 90];
const TICK_US = 40_000;

function randomPicture(random: () => number): Uint8Array {
  const rgba = new Uint8Array(SIZE.width * SIZE.height * 4);
  for (let i = 0; i < rgba.length; i += 4) {
    const kind = random();
    const alpha = kind < 0.3 ? 0 : kind < 0.7 ? 255 : Math.floor(random() * 256);
    for (let c = 0; c < 3; c += 1) rgba[i + c] = Math.floor(random() * (alpha + 1));
    rgba[i + 3] = alpha;
  }
  return rgba;
}

function plain(rgba: Uint8Array, colour: Rgb): Uint8Array {
  const out = new Uint8Array(BYTES);
  new I420(SIZE.width, SIZE.height, colour).convert(rgba, out);
  return out;
}

function differ(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - b[i]!)), 0);
}

function layer(x: number, y: number, colour: Rgb, size = { width: 6, height: 4 }): ReadyLayer {
  const rgba = new Uint8Array(size.width * size.height * 4);
  for (let i = 0; i < rgba.length; i += 4) rgba.set([...colour, 255], i);
  return { x, y, ...size, rgba };
}

function lumaAt(planes: Uint8Array, x: number, y: number): number {
  return planes[y * SIZE.width + x]!;
}

describe('a scene picture', () => {
  const random = seededRandom(11);
  const nobody = new Uint8Array(SIZE.width * SIZE.height * 4);

  test('a plain look is byte for byte what the converter alone makes', () => {
    const rgba = randomPicture(random);
    const out = new Uint8Array(BYTES);
    new ScenePicture(SIZE, plainLook(SAND)).compose(rgba, 0, out);
    assert.deepEqual(out, plain(rgba, SAND));
  });

  test('over a plate, avatars are blended as over the plain colour, at any width', () => {
    const rgba = randomPicture(random);
    const out = new Uint8Array(BYTES);
    const look = { ...plainLook([0, 0, 0]), plate: filled(SIZE, SAND) };
    new ScenePicture(SIZE, look).compose(rgba, 0, out);
    // The plate is rounded to levels before the avatars come over it.
    assert.ok(differ(out, plain(rgba, SAND)) <= 1);
  });

  test('overlays lie in front, within their rectangle and nowhere else', () => {
    const out = new Uint8Array(BYTES);
    const white = layer(8, 4, [255, 255, 255]);
    const look = { ...plainLook([0, 0, 0]), front: [white] };
    new ScenePicture(SIZE, look).compose(nobody, 0, out);
    for (let y = 0; y < SIZE.height; y += 1) {
      for (let x = 0; x < SIZE.width; x += 1) {
        const inside = x >= 8 && x < 14 && y >= 4 && y < 8;
        assert.equal(lumaAt(out, x, y), inside ? 235 : 16, `${x}, ${y}`);
      }
    }
  });

  test('a LUT is over the avatars and not over the background, and they can be had without it', () => {
    const invert = `LUT_3D_SIZE 2\n${['1 1 1', '0 1 1', '1 0 1', '0 0 1', '1 1 0', '0 1 0', '1 0 0', '0 0 0'].join('\n')}`; // prettier-ignore
    const lut = lutTables(readCube(invert), { method: 'tetrahedral', strength: 1 });
    const rgba = nobody.slice();
    rgba.set([255, 255, 255, 255], 0);
    const picture = new ScenePicture(SIZE, { ...plainLook([255, 255, 255]), lut });
    const out = new Uint8Array(BYTES);
    picture.compose(rgba, 0, out);
    assert.equal(lumaAt(out, 0, 0), 16);
    assert.equal(lumaAt(out, 1, 0), 235);
    assert.deepEqual([...picture.avatars(rgba).subarray(0, 8)], [0, 0, 0, 255, 0, 0, 0, 0]);
    assert.deepEqual([...rgba.subarray(0, 4)], [255, 255, 255, 255], 'the body’s own is untouched');
  });

  test('the newest picture of a video is shown, under what lies behind the avatars', () => {
    const ring = createRing({ slots: 3, slotBytes: BYTES });
    const writer = new RingWriter(ring);
    const write = (level: number): void => {
      writer.push(new Uint8Array(BYTES).fill(level), { ...createMeta(), bytes: BYTES });
    };
    write(50);
    const look = { ...plainLook(SAND), video: ring, behind: [layer(0, 0, [0, 0, 0])] };
    const picture = new ScenePicture(SIZE, look);
    const out = new Uint8Array(BYTES);
    const shown = (): number[] => {
      picture.compose(nobody, 0, out);
      return [lumaAt(out, 0, 0), lumaAt(out, 20, 10)];
    };
    assert.deepEqual(shown(), [16, 50], 'what was there before the scene');
    assert.deepEqual(shown(), [16, 50], 'a video that stands still goes on being shown');
    for (const level of [60, 70, 80, 90, 100]) write(level);
    assert.deepEqual(shown(), [16, 100]);
  });

  test('without a picture of the video there is the colour', () => {
    const ring = createRing({ slots: 3, slotBytes: BYTES });
    const out = new Uint8Array(BYTES);
    new ScenePicture(SIZE, { ...plainLook(SAND), video: ring }).compose(nobody, 0, out);
    assert.deepEqual(out, plain(nobody, SAND));
  });

  test('a fade begins with the old, is halfway at half its time and ends with the new', () => {
    const picture = new ScenePicture(SIZE, plainLook([0, 0, 0]));
    const out = new Uint8Array(BYTES);
    const lumas = [0, 1, 2, 3, 4, 5].map((tick) => {
      if (tick === 1) picture.show(plainLook([255, 255, 255]), { fadeMs: 160 });
      picture.compose(nobody, tick * TICK_US, out);
      return lumaAt(out, 0, 0);
    });
    for (const [tick, wanted] of [16, 16, 71, 125, 180, 235].entries()) {
      assert.ok(Math.abs(lumas[tick]! - wanted) <= 1, lumas.join(' '));
    }
  });

  test('who moves to another place holds still at the first while it fades', () => {
    const picture = new ScenePicture(SIZE, plainLook([0, 0, 0]));
    const out = new Uint8Array(BYTES);
    const held = nobody.slice();
    held.set([255, 255, 255, 255], 0);
    const moved = nobody.slice();
    moved.set([255, 255, 255, 255], 10 * 4);
    picture.show(plainLook([0, 0, 0]), { fadeMs: 80, held });
    picture.compose(moved, 0, out);
    assert.deepEqual([lumaAt(out, 0, 0), lumaAt(out, 10, 0)], [235, 16]);
    picture.compose(moved, 40_000, out);
    assert.ok(Math.abs(lumaAt(out, 0, 0) - 125) <= 1 && Math.abs(lumaAt(out, 10, 0) - 125) <= 1);
    picture.compose(moved, 80_000, out);
    assert.deepEqual([lumaAt(out, 0, 0), lumaAt(out, 10, 0)], [16, 235]);
  });
});
