/**
 * Paints a rig's parts in their order, all of them or some. Pure but for the canvas it is given;
 * owned by a RigBody, and by the recipe that renders training pictures layer by layer.
 */
import type { Pose } from '../../protocol/pose.ts';
import type { Painter } from '../raster/painter.ts';
import { handIsInFront } from './arm-order.ts';
import { Brows } from './brows.ts';
import { Eyes } from './eyes.ts';
import { Figure, type Arm } from './figure.ts';
import { Hands } from './hand.ts';
import { Limbs } from './limb.ts';
import { Mouth } from './mouth.ts';
import { Neck } from './neck.ts';
import { Palette } from './palette.ts';
import type { RigFile } from './rig-schema.ts';
import { drawShape, prepareShape, type Shape } from './shape.ts';
import { HeadSpace } from './spaces.ts';

type Special = 'neck' | 'eyes' | 'brows' | 'mouth' | 'arms';
export type RigPart = {
  readonly name: string;
  readonly space: 'body' | 'head';
  readonly drawn: Shape | Special;
};

export class RigPainter {
  /** The frame's geometry; `update` it before painting. */
  readonly figure: Figure;
  /** Training pictures of arms alone leave the hands out. */
  withHands = true;
  readonly parts: readonly RigPart[];
  readonly #rig: RigFile;
  readonly #ctx: Painter;
  readonly #head: HeadSpace;
  readonly #neck: Neck;
  readonly #features: { readonly eyes: Eyes; readonly brows: Brows; readonly mouth: Mouth };
  readonly #limbs: Limbs;
  readonly #hands: Hands;

  constructor(rig: RigFile, ctx: Painter) {
    this.#rig = rig;
    this.#ctx = ctx;
    const palette = new Palette(rig);
    this.figure = new Figure(rig);
    this.#head = new HeadSpace(this.figure, rig);
    this.parts = rig.parts.map((part) =>
      'special' in part
        ? { name: part.special, space: spaceOf(part.special), drawn: part.special }
        : { name: part.part, space: part.space, drawn: prepareShape(part, palette, rig) },
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

  /** Paints `parts` of the figure as it stands; the canvas is in body space, in rig units. */
  paint(pose: Pose, parts: readonly RigPart[]): void {
    const ctx = this.#ctx;
    for (const part of parts) {
      if (part.space === 'body') {
        this.#paintPart(part, pose);
        continue;
      }
      ctx.save();
      this.#enterHead();
      this.#paintPart(part, pose);
      ctx.restore();
    }
  }

  /** Paints parts of the head without its place and roll; the canvas is in head space. */
  paintHead(pose: Pose, parts: readonly RigPart[]): void {
    for (const part of parts) if (part.space === 'head') this.#paintPart(part, pose);
  }

  #enterHead(): void {
    const { origin, pivot } = this.#rig.head;
    this.#ctx.translate(pivot[0] + this.figure.headX, pivot[1] + this.figure.headY);
    this.#ctx.rotate(this.figure.roll);
    this.#ctx.translate(origin[0] - pivot[0], origin[1] - pivot[1]);
  }

  #paintPart({ drawn }: RigPart, pose: Pose): void {
    if (typeof drawn !== 'string') drawShape(this.#ctx, drawn, this.figure, this.#head);
    else this.#paintSpecial(drawn, pose);
  }

  #paintSpecial(part: Special, pose: Pose): void {
    switch (part) {
      case 'arms':
        this.#paintArm(this.figure.right, pose.rightHand);
        this.#paintArm(this.figure.left, pose.leftHand);
        return;
      case 'neck':
        return this.#neck.draw(this.#ctx, this.figure);
      case 'eyes':
      case 'brows':
      case 'mouth':
        return this.#features[part].draw(this.#ctx, pose.face);
      default:
        part satisfies never;
    }
  }

  #paintArm(arm: Arm, hand: Float32Array): void {
    const inFront = handIsInFront(arm);
    this.#limbs.drawShadow(this.#ctx, arm);
    if (this.withHands && !inFront) this.#hands.draw(this.#ctx, hand, arm);
    this.#limbs.draw(this.#ctx, arm);
    if (this.withHands && inFront) this.#hands.draw(this.#ctx, hand, arm);
  }
}

function spaceOf(special: Special): 'body' | 'head' {
  return special === 'neck' || special === 'arms' ? 'body' : 'head';
}
