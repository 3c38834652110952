/**
 * A vector-drawn host: draws the canonical pose at any size, with true alpha. Runs on
 * the engine thread; one RigBody per session, which owns it. A frame is: pose -> Figure (numbers)
 * -> the rig's parts in their order -> premultiplied RGBA.
 */
import { AppError } from '../../core/errors.ts';
import type { AvatarPack } from '../../inference/pack.ts';
import type { Pose } from '../../protocol/pose.ts';
import type { Body } from '../body.ts';
import { Painter } from '../raster/painter.ts';
import { UNITS } from './figure.ts';
import { RigPainter } from './rig-painter.ts';
import { RigFile } from './rig-schema.ts';

export class RigBody implements Body {
  readonly width: number;
  readonly height: number;
  readonly #rig: RigFile;
  readonly #ctx: Painter;
  readonly #painter: RigPainter;

  /** Throws AppError `bad_pack` when the pack's rig doesn't follow the schema. */
  static open(pack: AvatarPack, size: { width: number; height: number }): RigBody {
    const parsed = RigFile.safeParse(pack.json('rig.json'));
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const place = issue?.path.join('.') ?? '';
      throw new AppError(
        'bad_pack',
        `avatar "${pack.manifest.name}": rig.json at "${place}": ${issue?.message ?? 'invalid'}`,
      );
    }
    return new RigBody(parsed.data, size.width, size.height);
  }

  private constructor(rig: RigFile, width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#rig = rig;
    this.#ctx = new Painter(width, height);
    this.#painter = new RigPainter(rig, this.#ctx);
  }

  draw(pose: Pose, timeSeconds: number): Uint8Array {
    this.#painter.figure.update(pose, timeSeconds);
    this.#ctx.clear();
    this.#frame(this.#ctx);
    this.#painter.paint(pose, this.#painter.parts);
    return this.#ctx.pixels;
  }

  follow(pose: Pose, timeSeconds: number): void {
    this.#painter.figure.update(pose, timeSeconds);
  }

  poseAt(x: number, y: number): { readonly x: number; readonly y: number } {
    const scale = this.#scale;
    return {
      x: ((x - 0.5) * this.width) / scale / UNITS,
      y: (((y - 1) * this.height) / scale + this.#rig.view.bottom) / UNITS,
    };
  }

  close(): void {
    // The painter's memory goes with the object; nothing else is held.
  }

  /** Fits the rig's view to the picture's height, centred; a narrow picture fits its width. */
  #frame(ctx: Painter): void {
    ctx.translate(this.width / 2, this.height);
    ctx.scale(this.#scale, this.#scale);
    ctx.translate(0, -this.#rig.view.bottom);
  }

  get #scale(): number {
    const { top, bottom, minWidth } = this.#rig.view;
    return Math.min(this.height / (bottom - top), this.width / minWidth);
  }
}
