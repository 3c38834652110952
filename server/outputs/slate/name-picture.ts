/**
 * The built-in slate: the avatar's name on the session's ground, with three dots beneath that say
 * that it goes on. Drawn once, as I420. Pure; feeder thread.
 */
import { I420, type Rgb } from '../../render/i420.ts';
import { strokesOf, type Stroke } from './letters.ts';

/** Of the picture's width, and the most of its height. */
const NAME_WIDTH = 0.6;
const NAME_HEIGHT = 0.16;
const GRID_HEIGHT = 6;
/** Half a stroke's width, grid units. */
const PEN = 0.55;
/** Dots of no length, two heights below the name. */
const DOTS_Y = 10.5;
const DOT_PEN = 0.8;

type Mark = { readonly stroke: Stroke; readonly pen: number };

/** Planes Y, U, V; sizes as I420 takes them. */
export function namePicture(
  name: string,
  look: { readonly width: number; readonly height: number; readonly ground: Rgb },
): Uint8Array {
  const { width, height, ground } = look;
  const { strokes, width: units } = strokesOf(name);
  const unit = Math.min(
    (NAME_WIDTH * width) / Math.max(units, 12),
    (NAME_HEIGHT * height) / GRID_HEIGHT,
  );
  const left = (width - units * unit) / 2;
  const top = height / 2 - (DOTS_Y / 2) * unit;
  const middle = units / 2;
  const marks: Mark[] = strokes.map((stroke) => ({ stroke, pen: PEN }));
  for (const dx of [-3, 0, 3]) {
    marks.push({ stroke: [[middle + dx, DOTS_Y], [middle + dx, DOTS_Y]], pen: DOT_PEN }); // prettier-ignore
  }
  const rgba = new Uint8Array(width * height * 4);
  const ink = inkOn(ground);
  for (const mark of marks) paint(rgba, width, { mark, unit, left, top, ink });
  const out = new Uint8Array((width * height * 3) / 2);
  new I420(width, height, ground).convert(rgba, out);
  return out;
}

/** White on dark, near-black on light. */
function inkOn([r, g, b]: Rgb): number {
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 140 ? 32 : 240;
}

/** One stroke with round ends, anti-aliased by its distance; overlaps keep the stronger. */
function paint(
  rgba: Uint8Array,
  width: number,
  at: {
    readonly mark: Mark;
    readonly unit: number;
    readonly left: number;
    readonly top: number;
    readonly ink: number;
  },
): void {
  const { unit, left, top, ink } = at;
  const { stroke, pen } = at.mark;
  const height = rgba.length / 4 / width;
  const [[x0, y0], [x1, y1]] = stroke.map(([x, y]) => [left + x * unit, top + y * unit]) as [
    [number, number],
    [number, number],
  ];
  const reach = pen * unit + 1;
  const lengthSquared = (x1 - x0) ** 2 + (y1 - y0) ** 2;
  const [fromY, toY] = [Math.floor(Math.min(y0, y1) - reach), Math.ceil(Math.max(y0, y1) + reach)];
  const [fromX, toX] = [Math.floor(Math.min(x0, x1) - reach), Math.ceil(Math.max(x0, x1) + reach)];
  for (let y = Math.max(0, fromY); y < Math.min(height, toY); y += 1) {
    for (let x = Math.max(0, fromX); x < Math.min(width, toX); x += 1) {
      const along = lengthSquared === 0 ? 0 : ((x + 0.5 - x0) * (x1 - x0) + (y + 0.5 - y0) * (y1 - y0)) / lengthSquared; // prettier-ignore
      const share = Math.max(0, Math.min(1, along));
      const distance = Math.hypot(
        x + 0.5 - x0 - share * (x1 - x0),
        y + 0.5 - y0 - share * (y1 - y0),
      );
      const alpha = Math.round(255 * Math.max(0, Math.min(1, pen * unit + 0.5 - distance)));
      const pixel = (y * width + x) * 4;
      if (alpha <= rgba[pixel + 3]!) continue;
      rgba.fill(Math.round((ink * alpha) / 255), pixel, pixel + 3);
      rgba[pixel + 3] = alpha;
    }
  }
}
