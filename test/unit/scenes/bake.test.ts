/** Texts, tables and pictures become what the engine shows. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bake, type BakeOrder } from '../../../server/scenes/bake.ts';
import { drawText, type TextOverlay } from '../../../server/scenes/text-bitmap.ts';

const WHITE_TEXT: TextOverlay = {
  ...{ kind: 'text', layer: 'front', box: { x: 0, y: 0, width: 1, height: 1 } },
  ...{ text: 'Hi', size: 0.2, font: 'sans', bold: true, align: 'left' },
  ...{ colour: '#ffffff', plate: null, opacity: 1 },
};
const ORDER: BakeOrder = {
  ...{ width: 64, height: 32, colour: '#ff0000', isKey: false, background: undefined },
  ...{ moving: false, layers: [], lut: undefined, standing: [] },
};
const INVERT = {
  text: 'LUT_1D_SIZE 2\n1 1 1\n0 0 0\n',
  ...({ method: 'trilinear', strength: 1, on: 'picture' } as const),
};

test('a plain colour stays plain; a LUT on the picture is in it, but never in a key colour', () => {
  const plain = bake(ORDER).look;
  assert.deepEqual([plain.colour, plain.plate, plain.front], [[255, 0, 0], undefined, []]);
  assert.deepEqual(bake({ ...ORDER, lut: INVERT }).look.colour, [0, 255, 255]);
  assert.deepEqual(bake({ ...ORDER, lut: INVERT, isKey: true }).look.colour, [255, 0, 0]);
  assert.deepEqual(bake({ ...ORDER, lut: { ...INVERT, on: 'avatar' } }).look.colour, [255, 0, 0]);
});

test('what lies behind goes into the plate, or stays apart where a video moves under it', () => {
  const rect = { x: 0, y: 0, width: 8, height: 8 };
  const rgba = new Uint8Array(8 * 8 * 4).fill(255);
  const layers = [{ kind: 'pixels', layer: 'behind', rect, rgba }] as const;
  const still = bake({ ...ORDER, layers }).look;
  assert.equal(still.plate![0], 235);
  assert.equal(still.plate![20], 63);
  const moving = bake({ ...ORDER, layers, moving: true }).look;
  assert.deepEqual([moving.plate, moving.behind.length], [undefined, 1]);
});

test('a large picture behind is graded with its slide', () => {
  const [width, height] = [640, 360];
  const background = new Uint8Array(width * height * 4).fill(255);
  const rect = { x: 0, y: 0, width: 320, height: 180 };
  const rgba = new Uint8Array(320 * 180 * 4).fill(255);
  const layers = [{ kind: 'pixels', layer: 'behind', rect, rgba }] as const;
  const { plate } = bake({ ...ORDER, width, height, background, layers, lut: INVERT }).look;
  assert.ok(plate!.subarray(0, width * height).every((luma) => luma === 16));
});

test('a LUT that is none is refused with its line', () => {
  const broken = { ...INVERT, text: 'LUT_1D_SIZE 2\n1 1 1\n' };
  assert.throws(() => bake({ ...ORDER, lut: broken }), /line 2/);
});

test('text is drawn, wrapped between Chinese characters, and what no font has is told', () => {
  const lit = (overlay: TextOverlay, box = { width: 200, height: 200 }): number[] => {
    const { rgba } = drawText(overlay, box, 100);
    const rows = Array.from({ length: box.height }, (_, y) =>
      rgba.subarray(y * box.width * 4, (y + 1) * box.width * 4).some((value) => value > 0),
    );
    return rows.flatMap((row, y) => (row ? [y] : []));
  };
  const one = lit(WHITE_TEXT);
  assert.ok(one.length > 8 && one.length < 30, `${one.length} rows`);
  const wrapped = lit({ ...WHITE_TEXT, text: '这是一段会换行的文字因为它太长了' });
  assert.ok(wrapped.at(-1)! > one.at(-1)! + 20, 'it goes on in a second line');
  assert.equal(drawText(WHITE_TEXT, { width: 50, height: 50 }, 50).missing, '');
  const rare = '\u{10FFFD}';
  assert.equal(drawText({ ...WHITE_TEXT, text: `a${rare}` }, { width: 50, height: 50 }, 50).missing, rare); // prettier-ignore
});
