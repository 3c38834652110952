/**
 * Paths of a rig: an SVG-like string becomes drawing commands over a flat point array, so that a
 * frame can move the points (head turn, breath, hair) and draw them without parsing or allocating.
 *
 * Commands, absolute only: M x y, L x y..., C (x1 y1 x2 y2 x y)..., Q (x1 y1 x y)..., Z and
 * R x y..., a Catmull-Rom run: a smooth curve through the listed points. A path of one M, one R
 * and a Z is a closed smooth curve; everywhere else a run has free ends, so two runs meet in a
 * corner.
 */
import type { Painter } from '../raster/painter.ts';

export const MOVE = 0;
export const LINE = 1;
export const CUBIC = 2;
export const CLOSE = 3;

/** Numbers each command takes at a time in the text. */
const GROUPS: Readonly<Record<string, number>> = { M: 2, L: 2, C: 6, Q: 4, R: 2, Z: 0 };

/** What a path can be traced into. */
type Pen = Pick<Painter, 'moveTo' | 'lineTo' | 'bezierCurveTo' | 'closePath'>;

/** Points each command takes from the array. */
const TAKES = [1, 1, 3, 0] as const;

export type Path = {
  readonly commands: Uint8Array;
  /** x, y of every point, in the order of use. */
  readonly points: Float32Array;
};

/** Throws an Error that names the offending command. */
export function parsePath(text: string): Path {
  const commands: number[] = [];
  const points: number[] = [];
  const tokens = [...text.matchAll(/([A-Za-z])([^A-Za-z]*)/g)];
  const closedRun = /^\s*M[^A-Z]*R[^A-Z]*Z\s*$/.test(text);
  for (const [, command = '', rest = ''] of tokens) {
    const numbers =
      rest.trim() === ''
        ? []
        : rest
            .trim()
            .split(/[\s,]+/)
            .map(Number);
    if (numbers.some((value) => !Number.isFinite(value))) {
      throw new Error(`path command ${command} has a value that is not a number: "${rest.trim()}"`);
    }
    append(command, numbers, commands, points, closedRun);
  }
  if (!/^\s*M/.test(text)) throw new Error(`path must start with M: "${text}"`);
  return { commands: Uint8Array.from(commands), points: Float32Array.from(points) };
}

/** Emits the path with the given points (the path's own, or a moved copy of them). */
export function tracePath(ctx: Pen, path: Path, points: Float32Array): void {
  let at = 0;
  for (const command of path.commands) {
    if (command === MOVE) ctx.moveTo(points[at]!, points[at + 1]!);
    else if (command === LINE) ctx.lineTo(points[at]!, points[at + 1]!);
    else if (command === CUBIC) {
      ctx.bezierCurveTo(
        points[at]!,
        points[at + 1]!,
        points[at + 2]!,
        points[at + 3]!,
        points[at + 4]!,
        points[at + 5]!,
      );
    } else ctx.closePath();
    at += TAKES[command as 0 | 1 | 2 | 3] * 2;
  }
}

function append(
  command: string,
  numbers: readonly number[],
  commands: number[],
  points: number[],
  closedRun: boolean,
): void {
  const group = GROUPS[command];
  if (group === undefined) {
    throw new Error(`path command ${command} is unknown; known: ${Object.keys(GROUPS).join(' ')}`);
  }
  if (group === 0 ? numbers.length > 0 : numbers.length === 0 || numbers.length % group !== 0) {
    throw new Error(`path command ${command} takes groups of ${group} numbers`);
  }
  if (command === 'Z') commands.push(CLOSE);
  else if (command === 'M' || command === 'L' || command === 'C') {
    const code = { M: MOVE, L: LINE, C: CUBIC }[command];
    for (let i = 0; i < numbers.length; i += group) commands.push(code);
    points.push(...numbers);
  } else if (command === 'Q') {
    for (let i = 0; i < numbers.length; i += 4) appendQuadratic(numbers.slice(i, i + 4), points);
    for (let i = 0; i < numbers.length; i += 4) commands.push(CUBIC);
  } else appendRun(numbers, commands, points, closedRun);
}

/** A quadratic curve raised to a cubic one. */
function appendQuadratic(numbers: readonly number[], points: number[]): void {
  const [qx = 0, qy = 0, x = 0, y = 0] = numbers;
  const fromX = points.at(-2) ?? 0;
  const fromY = points.at(-1) ?? 0;
  points.push(fromX + (2 / 3) * (qx - fromX), fromY + (2 / 3) * (qy - fromY));
  points.push(x + (2 / 3) * (qx - x), y + (2 / 3) * (qy - y), x, y);
}

/** Catmull-Rom through the current point and `numbers`, with tension 1/6, as cubic curves. */
function appendRun(
  numbers: readonly number[],
  commands: number[],
  points: number[],
  closed: boolean,
): void {
  const knots = [points.at(-2) ?? 0, points.at(-1) ?? 0, ...numbers];
  const count = knots.length / 2;
  const knot = (index: number, axis: 0 | 1): number => {
    const wrapped = closed ? (index + count) % count : Math.max(0, Math.min(count - 1, index));
    return knots[wrapped * 2 + axis] ?? 0;
  };
  const last = closed ? count : count - 1;
  for (let i = 0; i < last; i += 1) {
    commands.push(CUBIC);
    points.push(
      knot(i, 0) + (knot(i + 1, 0) - knot(i - 1, 0)) / 6,
      knot(i, 1) + (knot(i + 1, 1) - knot(i - 1, 1)) / 6,
      knot(i + 1, 0) - (knot(i + 2, 0) - knot(i, 0)) / 6,
      knot(i + 1, 1) - (knot(i + 2, 1) - knot(i, 1)) / 6,
      knot(i + 1, 0),
      knot(i + 1, 1),
    );
  }
}
