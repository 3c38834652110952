/** The base's picture beside a plain one: the same sampling, written as model.py says it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../../../server/motion/random.ts';
import { BasePicture, headPlace } from '../../../../server/render/controlnet/base-picture.ts';
import { CONTROL, CONTROL_LENGTH } from '../../../../server/render/controlnet/control.ts';
import type { ControlNetFile } from '../../../../server/render/controlnet/controlnet-file.ts';

const [SIZE, PATCH, TORSO_ROW, HEAD_ROWS] = [64, 48, 24, 40];
const FACE = [8, 16, 24] as const;
const FILE = {
  size: SIZE,
  view: { top: -137, bottom: 133, minWidth: 190 },
  measures: { arms: { shoulder: [44.5, 6.5] }, hair: { length: 48, hertz: 1.9 }, hands: { length: 43 } }, // prettier-ignore
  base: {
    torsoRow: TORSO_ROW,
    headRows: HEAD_ROWS,
    head: { patch: PATCH, reach: 116, origin: [0, -67], pivot: [0, -28], face: [...FACE] },
  },
} satisfies ControlNetFile;

type Pixel = readonly [number, number, number, number];
type Planes = { readonly data: Float32Array; readonly width: number; readonly height: number };
const NOTHING: Pixel = [0, 0, 0, 0];

/** Premultiplied colours in four planes, with nothing beside an inner square. */
function anyDrawing(random: () => number, width: number, height: number, beside: number): Planes {
  const data = new Float32Array(4 * width * height);
  for (let y = beside; y < height - beside; y += 1) {
    for (let x = beside; x < width - beside; x += 1) {
      const alpha = 0.1 + 0.9 * random();
      for (let c = 0; c < 4; c += 1) {
        data[(c * height + y) * width + x] = c === 3 ? alpha : alpha * random();
      }
    }
  }
  return { data, width, height };
}

const mix = (a: Pixel, b: Pixel, share: number): Pixel =>
  a.map((value, c) => value + (b[c]! - value) * share) as unknown as Pixel;
const over = (under: Pixel, layer: Pixel): Pixel =>
  layer.map((value, c) => value + under[c]! * (1 - layer[3])) as unknown as Pixel;

function pixelAt({ data, width, height }: Planes, x: number, y: number): Pixel {
  if (x < 0 || y < 0 || x >= width || y >= height) return NOTHING;
  return [0, 1, 2, 3].map((c) => data[(c * height + y) * width + x]!) as unknown as Pixel;
}

function sample(planes: Planes, x: number, y: number): Pixel {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const row = (at: number): Pixel =>
    mix(pixelAt(planes, left, at), pixelAt(planes, left + 1, at), x - left);
  return mix(row(top), row(top + 1), y - top);
}

/** A plane of cells, read linearly between their middles. */
function shift(
  cells: Float32Array,
  [rows, columns]: readonly [number, number],
  u: number,
  v: number,
) {
  // prettier-ignore
  const within = (at: number, last: number): number => Math.max(0, Math.min(last, at));
  const [x, y] = [within(u * columns - 0.5, columns - 1), within(v * rows - 0.5, rows - 1)];
  const cell = (i: number, j: number): number =>
    cells[Math.min(j, rows - 1) * columns + Math.min(i, columns - 1)]!;
  const [i, j] = [Math.floor(x), Math.floor(y)];
  const row = (at: number): number => cell(i, at) + (cell(i + 1, at) - cell(i, at)) * (x - i);
  return row(j) + (row(j + 1) - row(j)) * (y - j);
}

function bent(planes: Planes, flow: Float32Array, grid: readonly [number, number]) {
  const { width, height } = planes;
  const length = grid[0] * grid[1];
  return (x: number, y: number): Pixel => {
    const [u, v] = [(x + 0.5) / width, (y + 0.5) / height];
    const [across, down] = [0, 1].map((plane) =>
      shift(flow.subarray(plane * length, (plane + 1) * length), grid, u, v),
    ) as [number, number];
    return sample(planes, x + (across * width) / 2, y + (down * height) / 2);
  };
}

function drawnAs(width: number, height: number, at: (x: number, y: number) => Pixel): Planes {
  const data = new Float32Array(4 * width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      for (const [c, value] of at(x, y).entries()) data[(c * height + y) * width + x] = value;
    }
  }
  return { data, width, height };
}

test('drawings are bent, turned and laid over each other as the training has it', () => {
  const random = seededRandom(9);
  const layers = [3, 0, 6].map((beside) => anyDrawing(random, PATCH, PATCH, beside));
  const torso = anyDrawing(random, SIZE, SIZE - TORSO_ROW, 4);
  const head = new Float32Array(12 * PATCH ** 2);
  for (const [i, { data }] of layers.entries()) head.set(data, i * data.length);
  const base = new BasePicture(FILE, { head, torso: torso.data });
  const control = new Float32Array(CONTROL_LENGTH);

  // Twice: nothing of the first frame may be left in the second one.
  for (const roll of [-0.4, 0.3]) {
    control.set([0.1, -0.05, roll], CONTROL.head);
    for (let i = 0; i < base.expression.length; i += 1) base.expression[i] = random() * 0.2 - 0.1;
    for (const flow of [base.headFlow, base.torsoFlow]) {
      for (let i = 0; i < flow.length; i += 1) flow[i] = random() * 0.2 - 0.1;
    }
    base.draw(control);

    const [left, top, side] = FACE;
    const face = drawnAs(PATCH, PATCH, (x, y) => {
      const inside = x >= left && y >= top && x < left + side && y < top + side;
      const added = { data: base.expression, width: side, height: side };
      const more = inside ? pixelAt(added, x - left, y - top) : NOTHING;
      return pixelAt(layers[0]!, x, y).map((value, c) => value + more[c]!) as unknown as Pixel;
    });
    const [ax, bx, cx, ay, by, cy] = headPlace(FILE, control);
    const turned = (layer: Planes, i: number) => {
      const flow = base.headFlow.subarray(i * 2 * 576, (i + 1) * 2 * 576);
      const at = bent(layer, flow, [24, 24]);
      return (x: number, y: number): Pixel => {
        const [u, v] = [ax * x + bx * y + cx, ay * x + by * y + cy];
        const inside = [u, v].every((place) => place >= -0.5 && place <= PATCH - 0.5);
        return inside ? at(u, v) : NOTHING;
      };
    };
    const [drawn, hair, behind] = [face, layers[1]!, layers[2]!].map(turned) as [Bent, Bent, Bent];
    const body = bent(torso, base.torsoFlow, [16, 24]);
    const expected = drawnAs(SIZE, SIZE, (x, y) => {
      const below = y < TORSO_ROW ? NOTHING : body(x, y - TORSO_ROW);
      if (y >= HEAD_ROWS) return below;
      return over(over(behind(x, y), below), over(drawn(x, y), hair(x, y)));
    });
    let worst = 0;
    for (const [i, value] of expected.data.entries()) {
      worst = Math.max(worst, Math.abs(value - base.picture[i]!));
    }
    assert.ok(worst < 1e-4, `${worst} at most`);
    assert.ok(base.picture.some((value) => value > 0.5));
  }
});

type Bent = (x: number, y: number) => Pixel;

test('a head at rest has its pivot where the picture has it', () => {
  const control = new Float32Array(CONTROL_LENGTH);
  const [ax, bx, cx, ay, by, cy] = headPlace(FILE, control);
  // Pixels of the picture and of the patch, counted from their first one's middle.
  const pixels = SIZE / 270;
  const [x, y] = [SIZE / 2 - 0.5, (-28 - 133) * pixels + SIZE - 0.5];
  const [u, v] = [ax * x + bx * y + cx, ay * x + by * y + cy];
  assert.ok(Math.abs(u - (PATCH / 2 - 0.5)) < 1e-4);
  assert.ok(Math.abs(v - (((-28 + 67) / 116) * PATCH + PATCH / 2 - 0.5)) < 1e-4);
  assert.ok(ay === 0 || Math.abs(ay) < 1e-9);
});

test('what is no number draws nothing, and no memory but the picture’s is touched', () => {
  const drawings = { head: new Float32Array(12 * PATCH ** 2).fill(1), torso: new Float32Array(4 * SIZE * (SIZE - TORSO_ROW)).fill(1) }; // prettier-ignore
  const base = new BasePicture(FILE, drawings);
  const control = new Float32Array(CONTROL_LENGTH).fill(Number.NaN);
  base.headFlow.fill(Number.NaN);
  base.torsoFlow.fill(Infinity);
  base.draw(control);
  assert.ok(base.picture.every((value) => value === 0));
});
