/**
 * What is shown while the engine gives no pictures: the last one, and after a while a slate, faded in
 * and, when pictures come again, out. Feeder thread; owned by the feeder session.
 */
import { parseColour } from '../../render/i420.ts';
import type { SlateOrder } from '../../session/wires.ts';
import { namePicture } from './name-picture.ts';
import { SlatePlayer } from './slate-player.ts';

export type StandInOptions = {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly ffmpeg: string;
};

/** A short trouble is over before a slate would help: an engine is back within a second or two. */
const SLATE_AFTER_US = 2_500_000;
const FADE_FRAMES = 12;

export class StandIn {
  readonly #options: StandInOptions;
  readonly #leaving = new Set<Promise<void>>();
  #order: SlateOrder;
  /** The name, drawn when it is first needed. */
  #still: Uint8Array | undefined;
  #player: SlatePlayer | undefined;
  /** 0: only pictures of the engine, FADE_FRAMES: only the slate. */
  #level = 0;

  constructor(options: StandInOptions, order: SlateOrder) {
    this.#options = options;
    this.#order = order;
  }

  set order(order: SlateOrder) {
    this.#order = order;
    this.#still = undefined;
    this.#leave();
  }

  /** Whether any of the slate is to be seen. */
  get visible(): boolean {
    return this.#level > 0;
  }

  /** A picture for a tick without one; `last`: the engine's newest, if there was one. A new array. */
  fill(last: Uint8Array | undefined, silentUs: number): Uint8Array {
    const wanted = this.#order.show !== 'frame' && silentUs > SLATE_AFTER_US;
    if (!last) this.#level = FADE_FRAMES;
    else if (wanted) this.#level = Math.min(FADE_FRAMES, this.#level + 1);
    const picture = last?.slice() ?? new Uint8Array(this.#slate());
    if (last && this.#level > 0) this.#mix(picture);
    return picture;
  }

  /** A picture of the engine: what is left of the slate fades over it, in place. */
  fade(picture: Uint8Array): void {
    if (this.#level === 0) return;
    this.#level -= 1;
    if (this.#level > 0) this.#mix(picture);
    else this.#leave();
  }

  /** Resolves when no process is left. */
  async close(): Promise<void> {
    this.#leave();
    await Promise.all(this.#leaving);
  }

  #mix(picture: Uint8Array): void {
    const slate = this.#slate();
    const share = Math.round((256 * this.#level) / FADE_FRAMES);
    for (let i = 0; i < picture.length; i += 1) {
      picture[i] = picture[i]! + (((slate[i]! - picture[i]!) * share + 128) >> 8);
    }
  }

  #slate(): Uint8Array {
    const order = this.#order;
    if (order.show === 'file') {
      this.#player ??= new SlatePlayer({ ...this.#options, path: order.path });
      const frame = this.#player.next();
      if (frame) return frame;
    }
    const { name, ground } = order;
    this.#still ??= namePicture(name, { ...this.#options, ground: parseColour(ground) });
    return this.#still;
  }

  #leave(): void {
    const player = this.#player;
    if (!player) return;
    this.#player = undefined;
    const gone = player.close().finally(() => this.#leaving.delete(gone));
    this.#leaving.add(gone);
  }
}
