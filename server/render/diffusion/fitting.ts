/**
 * Lays a network's picture into a body's: as large as fits, in the middle, the rest transparent.
 * Bilinear where the sizes differ. Pure; allocates nothing between frames.
 */
type Size = { readonly width: number; readonly height: number };

export class Fitting {
  readonly #from: Size;
  readonly #to: Size;
  /** Where the picture lies in the body's. */
  readonly #left: number;
  readonly #top: number;
  readonly #width: number;
  readonly #height: number;
  readonly #out: Uint8Array;
  readonly #words: Uint32Array;

  constructor(from: Size, to: Size) {
    this.#from = from;
    this.#to = to;
    const scale = Math.min(to.width / from.width, to.height / from.height);
    this.#width = Math.max(1, Math.round(from.width * scale));
    this.#height = Math.max(1, Math.round(from.height * scale));
    this.#left = Math.floor((to.width - this.#width) / 2);
    this.#top = Math.floor((to.height - this.#height) / 2);
    this.#words = new Uint32Array(to.width * to.height);
    this.#out = new Uint8Array(this.#words.buffer);
  }

  /** RGBA of the body's size; valid until the next call. */
  fit(picture: Uint8ClampedArray): Uint8Array {
    const { width, height } = this.#from;
    if (width === this.#width && height === this.#height && this.#out.length === picture.length) {
      this.#out.set(picture);
      return this.#out;
    }
    const source = new Uint32Array(picture.buffer, picture.byteOffset, width * height);
    for (let y = 0; y < this.#height; y += 1) this.#row(source, y);
    return this.#out;
  }

  /** Where a place of the body's picture (0..1) lies in the network's. */
  inPicture(x: number, y: number): { readonly x: number; readonly y: number } {
    return {
      x: (x * this.#to.width - this.#left) / this.#width,
      y: (y * this.#to.height - this.#top) / this.#height,
    };
  }

  #row(source: Uint32Array, y: number): void {
    const { width, height } = this.#from;
    const from = Math.max(0, ((y + 0.5) * height) / this.#height - 0.5);
    const upper = Math.min(height - 1, Math.floor(from));
    const lower = Math.min(height - 1, upper + 1);
    const down = Math.round((from - upper) * 255);
    const step = width / this.#width;
    const target = (y + this.#top) * this.#to.width + this.#left;
    for (let x = 0; x < this.#width; x += 1) {
      const at = Math.max(0, (x + 0.5) * step - 0.5);
      const left = Math.min(width - 1, Math.floor(at));
      const right = Math.min(width - 1, left + 1);
      const across = Math.round((at - left) * 255);
      const above = mix(source[upper * width + left]!, source[upper * width + right]!, across);
      const below = mix(source[lower * width + left]!, source[lower * width + right]!, across);
      this.#words[target + x] = mix(above, below, down);
    }
  }
}

/** Between two pixels, share of 255 of the second; two channels at a time. */
function mix(a: number, b: number, share: number): number {
  const rest = 256 - share;
  const even = ((a & 0x00ff00ff) * rest + (b & 0x00ff00ff) * share) / 256;
  const odd = (((a >>> 8) & 0x00ff00ff) * rest + ((b >>> 8) & 0x00ff00ff) * share) / 256;
  return ((even & 0x00ff00ff) | ((odd & 0x00ff00ff) << 8)) >>> 0;
}
