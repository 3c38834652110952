/**
 * Composes one look: background, avatars, overlays, as I420 for the encoder. What doesn't move is
 * copied; only where an avatar is, something is blended. A plain background goes the way it always
 * went and costs nothing more. Engine or drawing thread; owned by the scene picture.
 */
import { createMeta, RingReader, type SharedRing } from '../../core/slot-ring.ts';
import { I420, type Rgb } from '../i420.ts';
import { Kernel, type Grade, type Place, type Size } from './kernel.ts';
import type { ReadyLayer, ReadyLook } from './look.ts';

export class Composer {
  readonly look: ReadyLook;
  readonly #plain: I420 | undefined;
  readonly #layered: Layered | undefined;

  constructor(size: Size, look: ReadyLook) {
    this.look = look;
    const { plate, video, front, lut } = look;
    const isPlain = !plate && !video && !lut && front.length === 0;
    if (isPlain) this.#plain = new I420(size.width, size.height, look.colour);
    else this.#layered = new Layered(size, look);
  }

  /** `rgba`: the avatars, premultiplied; `out`: I420. */
  compose(rgba: Uint8Array, out: Uint8Array): void {
    if (this.#layered) this.#layered.compose(rgba, out);
    else this.#plain!.convert(rgba, out);
  }

  /** The avatars of the last picture as they are seen, graded; `rgba` is what was given. */
  avatars(rgba: Uint8Array): Uint8Array {
    return this.#layered?.avatars ?? rgba;
  }

  /** A picture of the video behind, where it comes frame by frame and not by a ring. */
  showVideo(planes: Uint8Array): void {
    this.#layered?.showVideo(planes);
  }
}

/** Everything in the kernel's memory. */
class Layered {
  readonly #kernel = new Kernel();
  readonly #size: Size;
  readonly #avatars: Place;
  readonly #picture: Place;
  readonly #plate: Place;
  readonly #behind: readonly KeptLayer[];
  readonly #front: readonly KeptLayer[];
  readonly #grade: Grade | undefined;
  readonly #video: NewestPicture | undefined;

  constructor(size: Size, { colour, plate, video, behind, front, lut }: ReadyLook) {
    const pixels = size.width * size.height;
    this.#size = size;
    this.#avatars = this.#kernel.reserve(pixels * 4);
    this.#picture = this.#kernel.reserve((pixels * 3) / 2);
    this.#plate = this.#kernel.reserve((pixels * 3) / 2);
    this.#behind = behind.map((layer) => this.#keep(layer));
    this.#front = front.map((layer) => this.#keep(layer));
    this.#grade = lut && this.#kernel.keepLut(lut);
    this.#video = typeof video === 'object' ? new NewestPicture(video) : undefined;
    this.#kernel.view(this.#plate).set(plate ?? filled(size, colour));
  }

  get avatars(): Uint8Array {
    return this.#kernel.view(this.#avatars);
  }

  compose(rgba: Uint8Array, out: Uint8Array): void {
    const kernel = this.#kernel;
    const planes = this.#video?.newest();
    if (planes) this.showVideo(planes);
    kernel.view(this.#avatars).set(rgba.subarray(0, this.#avatars.bytes));
    if (this.#grade) kernel.grade(this.#avatars, this.#grade);
    kernel.view(this.#picture).set(kernel.view(this.#plate));
    kernel.lay(this.#avatars, { ...this.#size, x: 0, y: 0 }, this.#picture, this.#size);
    this.#lay(this.#front, this.#picture);
    out.set(kernel.view(this.#picture));
  }

  showVideo(planes: Uint8Array): void {
    this.#kernel.view(this.#plate).set(planes.subarray(0, this.#plate.bytes));
    this.#lay(this.#behind, this.#plate);
  }

  #lay(layers: readonly KeptLayer[], picture: Place): void {
    for (const { layer, place } of layers) this.#kernel.lay(place, layer, picture, this.#size);
  }

  #keep(layer: ReadyLayer): KeptLayer {
    return { layer, place: this.#kernel.keep(layer.rgba) };
  }
}

type KeptLayer = { readonly layer: ReadyLayer; readonly place: Place };

/** The newest picture of a ring, once. */
class NewestPicture {
  readonly #reader: RingReader;
  readonly #planes: Uint8Array;
  readonly #meta = createMeta();

  constructor(ring: SharedRing) {
    this.#reader = new RingReader(ring, 'newest');
    this.#planes = new Uint8Array(ring.slotBytes);
  }

  /** Undefined where none came since the last call. */
  newest(): Uint8Array | undefined {
    return this.#reader.readNewest(this.#planes, this.#meta) ? this.#planes : undefined;
  }
}

/** I420 of one colour. */
export function filled({ width, height }: Size, colour: Rgb): Uint8Array {
  const one = new Uint8Array(12);
  new I420(4, 2, colour).convert(new Uint8Array(32), one);
  const planes = new Uint8Array((width * height * 3) / 2);
  const pixels = width * height;
  planes.fill(one[0]!, 0, pixels);
  planes.fill(one[8]!, pixels, (pixels * 5) / 4);
  planes.fill(one[10]!, (pixels * 5) / 4);
  return planes;
}
