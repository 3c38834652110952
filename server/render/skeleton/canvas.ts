/**
 * An RGB picture with the three shapes of an OpenPose drawing: limbs (long ellipses), lines two
 * pixels wide, and discs. Whole pixels without smoothing, since that is what ControlNets were
 * trained on. Everything drawn is convex, so a shape is its outline's leftmost and rightmost pixel
 * of each row. Allocates nothing after construction.
 */
export type Rgb = readonly [red: number, green: number, blue: number];

const DEGREES = 360;
/** cos and sin of whole degrees. */
const COS = Float64Array.from({ length: DEGREES }, (_, degree) =>
  Math.cos((degree * Math.PI) / 180),
);
const SIN = Float64Array.from({ length: DEGREES }, (_, degree) =>
  Math.sin((degree * Math.PI) / 180),
);
/** Farther outside than this, a point is moved in: a wrong pose must not cost a second of drawing. */
const MOST_OUTSIDE = 8192;

export class SkeletonCanvas {
  readonly width: number;
  readonly height: number;
  /** 3 * width * height bytes. */
  readonly pixels: Uint8Array;
  readonly #left: Int32Array;
  readonly #right: Int32Array;
  #top = 0;
  #bottom = -1;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.pixels = new Uint8Array(width * height * 3);
    this.#left = new Int32Array(height);
    this.#right = new Int32Array(height);
  }

  clear(): void {
    this.pixels.fill(0);
  }

  /** An ellipse from one point to the other, as broad as twice `radius`. */
  limb(fromX: number, fromY: number, toX: number, toY: number, radius: number, colour: Rgb): void {
    const dx = fromX - toX;
    const dy = fromY - toY;
    const length = Math.min(MOST_OUTSIDE, Math.trunc(Math.sqrt(dx * dx + dy * dy) / 2));
    const angle = Math.trunc((Math.atan2(dy, dx) * 180) / Math.PI);
    const turn = angle < 0 ? angle + DEGREES : angle % DEGREES;
    const centreX = clamped(Math.trunc((fromX + toX) / 2));
    const centreY = clamped(Math.trunc((fromY + toY) / 2));
    this.#begin();
    let lastX = 0;
    let lastY = 0;
    for (let degree = 0; degree <= DEGREES; degree += 1) {
      const along = length * COS[degree % DEGREES]!;
      const across = radius * SIN[degree % DEGREES]!;
      const x = rounded(centreX + along * COS[turn]! - across * SIN[turn]!);
      const y = rounded(centreY + along * SIN[turn]! + across * COS[turn]!);
      if (degree > 0) this.#edge(lastX, lastY, x, y);
      lastX = x;
      lastY = y;
    }
    this.#fill(colour);
  }

  /** A line two pixels wide with round ends. */
  line(fromX: number, fromY: number, toX: number, toY: number, colour: Rgb): void {
    const [x0, y0] = [clamped(fromX), clamped(fromY)];
    const [x1, y1] = [clamped(toX), clamped(toY)];
    const length = Math.hypot(x1 - x0, y1 - y0);
    if (length > 0) {
      const offX = (y1 - y0) / length;
      const offY = (x0 - x1) / length;
      this.#begin();
      this.#edge(x0 + offX, y0 + offY, x0 - offX, y0 - offY);
      this.#edge(x0 - offX, y0 - offY, x1 - offX, y1 - offY);
      this.#edge(x1 - offX, y1 - offY, x1 + offX, y1 + offY);
      this.#edge(x1 + offX, y1 + offY, x0 + offX, y0 + offY);
      this.#fill(colour);
    }
    this.disc(x0, y0, 1, colour);
    this.disc(x1, y1, 1, colour);
  }

  /** A filled circle by the midpoint algorithm (Bresenham 1977), whole pixels. */
  disc(x: number, y: number, radius: number, colour: Rgb): void {
    const [centreX, centreY] = [clamped(x), clamped(y)];
    this.#begin();
    let error = 0;
    let dx = radius;
    let dy = 0;
    let plus = 1;
    let minus = 2 * radius - 1;
    while (dx >= dy) {
      this.#span(centreY - dy, centreX - dx, centreX + dx);
      this.#span(centreY + dy, centreX - dx, centreX + dx);
      this.#span(centreY - dx, centreX - dy, centreX + dy);
      this.#span(centreY + dx, centreX - dy, centreX + dy);
      dy += 1;
      error += plus;
      plus += 2;
      if (error > 0) {
        error -= minus;
        dx -= 1;
        minus -= 2;
      }
    }
    this.#fill(colour);
  }

  #begin(): void {
    this.#top = this.height;
    this.#bottom = -1;
  }

  /** Every pixel of a straight edge widens its row: along the longer axis, one pixel a step. */
  #edge(x0: number, y0: number, x1: number, y1: number): void {
    const dx = x1 - x0;
    const dy = y1 - y0;
    const steep = Math.abs(dy) > Math.abs(dx);
    const steps = Math.ceil(steep ? Math.abs(dy) : Math.abs(dx));
    if (steps === 0) {
      this.#pixel(Math.round(x0), Math.round(y0));
      return;
    }
    for (let i = 0; i <= steps; i += 1) {
      this.#pixel(toStart(x0, (dx * i) / steps), toStart(y0, (dy * i) / steps));
    }
  }

  #pixel(x: number, y: number): void {
    this.#span(y, x, x);
  }

  #span(y: number, left: number, right: number): void {
    // Also what isn't a number.
    if (!(y >= 0 && y < this.height)) return;
    while (y < this.#top || this.#bottom < this.#top) {
      if (this.#bottom < this.#top) this.#top = this.#bottom = y;
      else this.#top -= 1;
      this.#empty(this.#top);
    }
    while (y > this.#bottom) this.#empty((this.#bottom += 1));
    if (left < this.#left[y]!) this.#left[y] = left;
    if (right > this.#right[y]!) this.#right[y] = right;
  }

  #empty(y: number): void {
    this.#left[y] = this.width;
    this.#right[y] = -1;
  }

  #fill([red, green, blue]: Rgb): void {
    const { pixels, width } = this;
    for (let y = this.#top; y <= this.#bottom; y += 1) {
      const first = Math.max(0, this.#left[y]!);
      const last = Math.min(width - 1, this.#right[y]!);
      for (let at = (y * width + first) * 3; at <= (y * width + last) * 3; at += 3) {
        pixels[at] = red;
        pixels[at + 1] = green;
        pixels[at + 2] = blue;
      }
    }
  }
}

function clamped(value: number): number {
  return Math.max(-MOST_OUTSIDE, Math.min(MOST_OUTSIDE, value));
}

/** Halves go towards the start. */
function toStart(from: number, off: number): number {
  return off < 0 ? Math.floor(from + off + 0.5) : Math.ceil(from + off - 0.5);
}

/** Half goes to the even neighbour, as in the library whose pictures ControlNets were trained on. */
function rounded(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
