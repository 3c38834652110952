/** Parts that are only shapes: prepared once from the rig's data, drawn by moving their points. */

import { AppError } from '../../core/errors.ts';
import type { Painter } from '../raster/painter.ts';
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
  /** Middle of the points, and where it goes. */
  readonly middle: Float32Array;
  readonly middleMoved: Float32Array;
  /** The part moves as a whole: its points keep their shape. */
  readonly rigid: boolean;
  readonly inside: readonly Shape[];
};

export function prepareShape(data: ShapeData, palette: Palette, rig: RigFile): Shape {
  const inside = data.inside.map((shade) => prepare(shade, data.space, palette, rig));
  return { ...prepare(data, data.space, palette, rig), inside };
}

/** Draws a shape in its space; the context must already be in that space. */
export function drawShape(ctx: Painter, shape: Shape, figure: Figure, head: HeadSpace): void {
  drawSide(ctx, shape, figure, head, 1);
  if (!shape.mirror) return;
  ctx.save();
  ctx.scale(-1, 1);
  drawSide(ctx, shape, figure, head, -1);
  ctx.restore();
}

function drawSide(
  ctx: Painter,
  shape: Shape,
  figure: Figure,
  head: HeadSpace,
  mirror: 1 | -1,
): void {
  if (shape.rigid) return drawRigid(ctx, shape, figure, head, mirror);
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
}

function drawRigid(
  ctx: Painter,
  shape: Shape,
  figure: Figure,
  head: HeadSpace,
  mirror: 1 | -1,
): void {
  const { middle, middleMoved } = shape;
  move(shape, middle, middleMoved, figure, head, mirror);
  const dx = middleMoved[0]! - middle[0]!;
  const dy = middleMoved[1]! - middle[1]!;
  ctx.translate(dx, dy);
  ctx.beginPath();
  tracePath(ctx, shape.path, shape.path.points);
  if (shape.fill !== undefined) {
    ctx.fillStyle = shape.fill;
    ctx.fill();
  }
  if (shape.stroke !== undefined) {
    ctx.strokeStyle = shape.stroke;
    ctx.lineWidth = shape.width;
    ctx.stroke();
  }
  ctx.translate(-dx, -dy);
}

function trace(ctx: Painter, shape: Shape, figure: Figure, head: HeadSpace, mirror: 1 | -1): void {
  move(shape, shape.path.points, shape.moved, figure, head, mirror);
  ctx.beginPath();
  tracePath(ctx, shape.path, shape.moved);
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
    middle: middle(path.points),
    middleMoved: new Float32Array(2),
    rigid: data.rigid,
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
