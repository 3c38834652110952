/** Parts that are only shapes: prepared once from the rig's data, drawn by moving their points. */
import type { SKRSContext2D } from '@napi-rs/canvas';

import { AppError } from '../../core/errors.ts';
import type { Figure } from './figure.ts';
import type { Palette, Style } from './palette.ts';
import { parsePath, tracePath, type Path } from './path.ts';
import type { RigFile, ShadeData, ShapeData } from './rig-schema.ts';
import { bendTorso, type HeadSpace, type Seat } from './spaces.ts';

export type Shape = Seat & {
  readonly space: 'body' | 'head';
  readonly path: Path;
  readonly moved: Float32Array;
  readonly fill: Style | undefined;
  readonly stroke: Style | undefined;
  readonly width: number;
  readonly mirror: boolean;
  /** Middle of a part that moves as a whole, and where it goes; absent for one that bends. */
  readonly middle: Float32Array | undefined;
  readonly middleMoved: Float32Array;
  readonly inside: readonly Shape[];
};

export function prepareShape(data: ShapeData, palette: Palette, rig: RigFile): Shape {
  const inside = data.inside.map((shade) => prepare(shade, data.space, palette, rig));
  return { ...prepare(data, data.space, palette, rig), inside };
}

/** Draws a shape in its space; the context must already be in that space. */
export function drawShape(ctx: SKRSContext2D, shape: Shape, figure: Figure, head: HeadSpace): void {
  drawSide(ctx, shape, figure, head, 1);
  if (!shape.mirror) return;
  ctx.save();
  ctx.scale(-1, 1);
  drawSide(ctx, shape, figure, head, -1);
  ctx.restore();
}

function drawSide(
  ctx: SKRSContext2D,
  shape: Shape,
  figure: Figure,
  head: HeadSpace,
  mirror: 1 | -1,
): void {
  if (shape.middle !== undefined) {
    ctx.save();
    move(shape, shape.middle, shape.middleMoved, figure, head, mirror);
    ctx.translate(
      shape.middleMoved[0]! - shape.middle[0]!,
      shape.middleMoved[1]! - shape.middle[1]!,
    );
  }
  trace(ctx, shape, figure, head, mirror);
  if (shape.fill !== undefined) {
    ctx.fillStyle = shape.fill;
    ctx.fill();
  }
  if (shape.inside.length > 0) {
    ctx.save();
    ctx.clip();
    for (const shade of shape.inside) {
      if (mirror > 0) drawShape(ctx, shade, figure, head);
      else drawSide(ctx, shade, figure, head, mirror);
    }
    ctx.restore();
    if (shape.stroke !== undefined) trace(ctx, shape, figure, head, mirror);
  }
  if (shape.stroke !== undefined) {
    ctx.strokeStyle = shape.stroke;
    ctx.lineWidth = shape.width;
    ctx.stroke();
  }
  if (shape.middle !== undefined) ctx.restore();
}

function trace(
  ctx: SKRSContext2D,
  shape: Shape,
  figure: Figure,
  head: HeadSpace,
  mirror: 1 | -1,
): void {
  const { points } = shape.path;
  if (shape.middle === undefined) move(shape, points, shape.moved, figure, head, mirror);
  ctx.beginPath();
  tracePath(ctx, shape.path, shape.middle === undefined ? shape.moved : points);
}

function move(
  shape: Shape,
  from: Float32Array,
  to: Float32Array,
  figure: Figure,
  head: HeadSpace,
  mirror: 1 | -1,
): void {
  if (shape.space === 'head') head.project(from, to, shape, mirror);
  else bendTorso(figure, from, to, mirror);
}

function prepare(data: ShadeData, space: 'body' | 'head', palette: Palette, rig: RigFile): Shape {
  let path: Path;
  try {
    path = parsePath(data.d);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('bad_pack', `rig part "${data.part ?? 'shade'}": ${message}`, cause);
  }
  return {
    space,
    path,
    moved: new Float32Array(path.points.length),
    fill: data.fill === undefined ? undefined : palette.style(data.fill),
    stroke: data.stroke === undefined ? undefined : palette.style(data.stroke),
    width: data.width ?? rig.line,
    mirror: data.mirror,
    middle: data.rigid ? middle(path.points) : undefined,
    middleMoved: new Float32Array(2),
    depth: data.depth,
    dome: data.dome,
    sway: data.sway,
    jaw: data.jaw,
    inside: [],
  };
}

function middle(points: Float32Array): Float32Array {
  const sum = new Float32Array(2);
  points.forEach((value, i) => (sum[i % 2]! += value / (points.length / 2)));
  return sum;
}
