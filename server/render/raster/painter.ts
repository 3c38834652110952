/**
 * A 2-D painter with the part of the canvas interface that drawn hosts need, over the rasteriser in
 * raster.wasm: paths, fills, strokes, clips, gradients, similarity transforms. The picture is
 * premultiplied RGBA. One painter per picture, on one thread; its memory goes with the object.
 */
import { readFileSync } from 'node:fs';
import type { Gradient } from './paint.ts';
import { Solid, type Paint } from './paint.ts';

/** What raster.wasm exports; see wasm/raster.ts. */
type Raster = {
  readonly memory: { readonly buffer: ArrayBuffer };
  open(width: number, height: number): number;
  rowPixels(): number;
  addRamp(): number;
  clear(): number;
  beginPath(): void;
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  cubicTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void;
  closePath(): void;
  solidPaint(rgba: number, over: boolean): void;
  gradientPaint(
    ramp: number,
    radial: boolean,
    over: boolean,
    solid: boolean,
    ...place: [number, number, number, number, number, number]
  ): void;
  fill(): void;
  stroke(radius: number, roundCaps: boolean, roundJoins: boolean): void;
  clip(): void;
  unclip(level: number): void;
  clipLevel(): number;
};

const MODULE = new WebAssembly.Module(readFileSync(new URL('raster.wasm', import.meta.url)));
const MAX_SAVES = 16;
/** Segments per radian and square root of a pixel of radius: within a tenth of a pixel. */
const ARC_DENSITY = 1.6;

/** What save and restore keep, besides the clip. */
type State = {
  a: number;
  b: number;
  c: number;
  d: number;
  e: number;
  f: number;
  clips: number;
};

export class Painter {
  readonly width: number;
  readonly height: number;
  fillStyle: Paint = new Solid(0, 0, 0, 1);
  strokeStyle: Paint = new Solid(0, 0, 0, 1);
  /** In the coordinates of the transform at the time of `stroke`. */
  lineWidth = 1;
  lineCap: 'butt' | 'round' = 'butt';
  lineJoin: 'miter' | 'round' = 'miter';
  globalAlpha = 1;
  globalCompositeOperation: 'source-over' | 'source-atop' = 'source-over';
  readonly #raster: Raster;
  readonly #picture: number;
  readonly #rowPixels: number;
  /** Only where rows are padded, to whole groups of 4 pixels. */
  #tight: Uint8Array | undefined;
  readonly #ramps = new Map<Gradient, number>();
  readonly #saved: State[] = Array.from({ length: MAX_SAVES }, identity);
  #depth = 0;
  /** x' = a x + c y + e, y' = b x + d y + f. */
  #m: State = identity();
  /** Last point in user coordinates, for quadratic curves. */
  #x = 0;
  #y = 0;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    const instance = new WebAssembly.Instance(MODULE, { env: { abort: refuse } });
    this.#raster = instance.exports as Raster;
    this.#picture = this.#raster.open(width, height);
    this.#rowPixels = this.#raster.rowPixels();
  }

  /** A transparent picture, no transform, no clip. */
  clear(): void {
    this.#raster.clear();
    this.#depth = 0;
    this.#m = identity();
  }

  /** The picture: premultiplied RGBA, 4 x width x height bytes; valid until the next `clear`. */
  get pixels(): Uint8Array {
    const { buffer } = this.#raster.memory;
    const rowBytes = this.#rowPixels * 4;
    const padded = new Uint8Array(buffer, this.#picture, rowBytes * this.height);
    if (this.#rowPixels === this.width) return padded;
    this.#tight ??= new Uint8Array(4 * this.width * this.height);
    for (let row = 0; row < this.height; row += 1) {
      const from = row * rowBytes;
      this.#tight.set(padded.subarray(from, from + this.width * 4), row * this.width * 4);
    }
    return this.#tight;
  }

  save(): void {
    if (this.#depth === MAX_SAVES) throw new Error(`More than ${MAX_SAVES} saves without restore`);
    Object.assign(this.#saved[this.#depth]!, this.#m);
    this.#saved[this.#depth]!.clips = this.#raster.clipLevel();
    this.#depth += 1;
  }

  restore(): void {
    if (this.#depth === 0) throw new Error('restore without save');
    this.#depth -= 1;
    Object.assign(this.#m, this.#saved[this.#depth]!);
    this.#raster.unclip(this.#m.clips);
  }

  translate(x: number, y: number): void {
    const m = this.#m;
    m.e += m.a * x + m.c * y;
    m.f += m.b * x + m.d * y;
  }

  scale(x: number, y: number): void {
    const m = this.#m;
    m.a *= x;
    m.b *= x;
    m.c *= y;
    m.d *= y;
  }

  rotate(radians: number): void {
    const m = this.#m;
    const cos = Math.cos(radians);
    const sin = Math.sin(radians);
    const { a, b, c, d } = m;
    m.a = a * cos + c * sin;
    m.b = b * cos + d * sin;
    m.c = c * cos - a * sin;
    m.d = d * cos - b * sin;
  }

  beginPath(): void {
    this.#raster.beginPath();
  }

  closePath(): void {
    this.#raster.closePath();
  }

  moveTo(x: number, y: number): void {
    const m = this.#m;
    this.#x = x;
    this.#y = y;
    this.#raster.moveTo(m.a * x + m.c * y + m.e, m.b * x + m.d * y + m.f);
  }

  lineTo(x: number, y: number): void {
    const m = this.#m;
    this.#x = x;
    this.#y = y;
    this.#raster.lineTo(m.a * x + m.c * y + m.e, m.b * x + m.d * y + m.f);
  }

  bezierCurveTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void {
    const { a, b, c, d, e, f } = this.#m;
    this.#x = x;
    this.#y = y;
    this.#raster.cubicTo(
      a * x1 + c * y1 + e,
      b * x1 + d * y1 + f,
      a * x2 + c * y2 + e,
      b * x2 + d * y2 + f,
      a * x + c * y + e,
      b * x + d * y + f,
    );
  }

  quadraticCurveTo(qx: number, qy: number, x: number, y: number): void {
    const fromX = this.#x + (2 / 3) * (qx - this.#x);
    const fromY = this.#y + (2 / 3) * (qy - this.#y);
    this.bezierCurveTo(fromX, fromY, x + (2 / 3) * (qx - x), y + (2 / 3) * (qy - y), x, y);
  }

  arc(x: number, y: number, radius: number, from: number, to: number, back = false): void {
    this.ellipse(x, y, radius, radius, 0, from, to, back);
  }

  /** As on a canvas: a line leads from the current point, if there is one, to the arc's start. */
  ellipse(
    x: number,
    y: number,
    rx: number,
    ry: number,
    rotation: number,
    from: number,
    to: number,
    back = false,
  ): void {
    const sweep = arcSweep(from, to, back);
    const radius = Math.max(rx, ry) * this.#scale();
    const steps = Math.max(2, Math.ceil(Math.abs(sweep) * ARC_DENSITY * Math.sqrt(radius)));
    const cos = Math.cos(rotation);
    const sin = Math.sin(rotation);
    for (let i = 0; i <= steps; i += 1) {
      const angle = from + (sweep * i) / steps;
      const px = rx * Math.cos(angle);
      const py = ry * Math.sin(angle);
      this.lineTo(x + px * cos - py * sin, y + px * sin + py * cos);
    }
  }

  fill(): void {
    this.#setPaint(this.fillStyle);
    this.#raster.fill();
  }

  stroke(): void {
    this.#setPaint(this.strokeStyle);
    const radius = (this.lineWidth * this.#scale()) / 2;
    this.#raster.stroke(radius, this.lineCap === 'round', this.lineJoin === 'round');
  }

  clip(): void {
    this.#raster.clip();
  }

  /** Pixels per unit of the transform. */
  #scale(): number {
    const { a, b, c, d } = this.#m;
    return Math.sqrt(Math.abs(a * d - b * c));
  }

  #setPaint(paint: Paint): void {
    const over = this.globalCompositeOperation === 'source-over';
    if (paint instanceof Solid) {
      this.#raster.solidPaint(paint.premultiplied(this.globalAlpha), over);
      return;
    }
    const [ua, ub, uc, va, vb, vc] = paint.place;
    const { a, b, c, d, e, f } = this.#m;
    const det = a * d - b * c || 1;
    // Device pixel -> user coordinates -> gradient.
    const ia = d / det;
    const ib = -b / det;
    const ic = -c / det;
    const id = a / det;
    const ie = -(ia * e + ic * f);
    const jf = -(ib * e + id * f);
    this.#raster.gradientPaint(
      this.#ramp(paint),
      paint.radial,
      over,
      paint.opaque,
      ua * ia + ub * ib,
      ua * ic + ub * id,
      ua * ie + ub * jf + uc,
      va * ia + vb * ib,
      va * ic + vb * id,
      va * ie + vb * jf + vc,
    );
  }

  #ramp(gradient: Gradient): number {
    const known = this.#ramps.get(gradient);
    if (known !== undefined) return known;
    const address = this.#raster.addRamp();
    new Uint8Array(this.#raster.memory.buffer, address, 1024).set(gradient.ramp());
    this.#ramps.set(gradient, address);
    return address;
  }
}

function identity(): State {
  return { a: 1, b: 0, c: 0, d: 1, e: 0, f: 0, clips: 0 };
}

/** How far a canvas arc goes: whole turns are one turn, else the given way round. */
function arcSweep(from: number, to: number, back: boolean): number {
  const turn = Math.PI * 2;
  const sweep = to - from;
  if (!back && sweep >= turn) return turn;
  if (back && -sweep >= turn) return -turn;
  const forward = ((sweep % turn) + turn) % turn;
  return back ? (forward === 0 ? 0 : forward - turn) : forward;
}

function refuse(): never {
  throw new Error('The rasteriser has no memory left');
}
