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
import { Brows } from './brows.ts';
import { Eyes } from './eyes.ts';
import { Figure, UNITS, type Arm } from './figure.ts';
import { handIsInFront } from './arm-order.ts';
import { Hands } from './hand.ts';
import { Limbs } from './limb.ts';
import { Mouth } from './mouth.ts';
import { Neck } from './neck.ts';
import { Palette } from './palette.ts';
import { RigFile } from './rig-schema.ts';
import { drawShape, prepareShape, type Shape } from './shape.ts';
import { HeadSpace } from './spaces.ts';

type Special = 'neck' | 'eyes' | 'brows' | 'mouth' | 'arms';

export class RigBody implements Body {
  readonly width: number;
  readonly height: number;
  readonly #rig: RigFile;
  readonly #ctx: Painter;
  readonly #figure: Figure;
  readonly #head: HeadSpace;
  readonly #parts: readonly (Shape | Special)[];
  readonly #neck: Neck;
  readonly #features: { readonly eyes: Eyes; readonly brows: Brows; readonly mouth: Mouth };
  readonly #limbs: Limbs;
  readonly #hands: Hands;

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
    const palette = new Palette(rig);
    this.#figure = new Figure(rig);
    this.#head = new HeadSpace(this.#figure, rig);
    this.#parts = rig.parts.map((part) =>
      'special' in part ? part.special : prepareShape(part, palette, rig),
    );
    this.#neck = new Neck(rig, palette);
    this.#features = {
      eyes: new Eyes(rig, palette, this.#head),
      brows: new Brows(rig, palette, this.#head),
      mouth: new Mouth(rig, palette, this.#head),
    };
    this.#limbs = new Limbs(rig, palette);
    this.#hands = new Hands(rig, palette);
  }

  draw(pose: Pose, timeSeconds: number): Uint8Array {
    this.#figure.update(pose, timeSeconds);
    const ctx = this.#ctx;
    ctx.clear();
    this.#frame(ctx);
    for (const part of this.#parts) {
      if (typeof part === 'string') this.#drawSpecial(ctx, part, pose);
      else if (part.space === 'body') drawShape(ctx, part, this.#figure, this.#head);
      else {
        ctx.save();
        this.#enterHead(ctx);
        drawShape(ctx, part, this.#figure, this.#head);
        ctx.restore();
      }
    }
    return ctx.pixels;
  }

  follow(pose: Pose, timeSeconds: number): void {
    this.#figure.update(pose, timeSeconds);
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

  #enterHead(ctx: Painter): void {
    const { origin, pivot } = this.#rig.head;
    ctx.translate(pivot[0] + this.#figure.headX, pivot[1] + this.#figure.headY);
    ctx.rotate(this.#figure.roll);
    ctx.translate(origin[0] - pivot[0], origin[1] - pivot[1]);
  }

  #drawSpecial(ctx: Painter, part: Special, pose: Pose): void {
    switch (part) {
      case 'arms':
        return this.#drawArms(ctx, pose);
      case 'neck':
        return this.#neck.draw(ctx, this.#figure);
      case 'eyes':
      case 'brows':
      case 'mouth': {
        ctx.save();
        this.#enterHead(ctx);
        this.#features[part].draw(ctx, pose.face);
        ctx.restore();
        return;
      }
      default:
        part satisfies never;
    }
  }

  #drawArms(ctx: Painter, pose: Pose): void {
    this.#drawArm(ctx, this.#figure.right, pose.rightHand);
    this.#drawArm(ctx, this.#figure.left, pose.leftHand);
  }

  #drawArm(ctx: Painter, arm: Arm, hand: Float32Array): void {
    const inFront = handIsInFront(arm);
    this.#limbs.drawShadow(ctx, arm);
    if (!inFront) this.#hands.draw(ctx, hand, arm);
    this.#limbs.draw(ctx, arm);
    if (inFront) this.#hands.draw(ctx, hand, arm);
  }
}
