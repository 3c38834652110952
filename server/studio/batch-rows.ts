/**
 * Rows of a batch whose cells hold several values: every sound with every avatar, scene and LUT, a
 * row each. In JSON several values are an array, in CSV they stand between bars (`mira|leo`). Pure.
 */
import { basename, extname } from 'node:path';
import { AppError } from '../core/errors.ts';

/** Columns that may hold several values, the first of them changing slowest. */
const SEVERAL = ['audio', 'avatar', 'scene', 'lut'] as const;
/** In place of a scene: the plain background. */
export const PLAIN_SCENE = 'plain';
/** Of the whole manifest, as in the panel's list of jobs times its sources. */
const MOST_RENDERS = 40_000;

export type BatchRow = {
  /** Of the manifest's row, from 1. */
  readonly number: number;
  readonly cells: Readonly<Record<string, unknown>>;
};

/**
 * In `out`, `{audio}`, `{avatar}`, `{scene}`, `{lut}` and `{row}` stand for what the row has there.
 * Throws `bad_request` where two results would be one file, `too_large`.
 */
export function expandRows(rows: readonly Readonly<Record<string, unknown>>[]): BatchRow[] {
  const expanded: BatchRow[] = [];
  for (const [index, row] of rows.entries()) {
    for (const cells of productOf(row)) {
      expanded.push({ number: index + 1, cells: { ...cells, out: named(cells, index + 1) } });
      if (expanded.length > MOST_RENDERS) {
        throw new AppError('too_large', `The manifest asks for over ${MOST_RENDERS} renders`);
      }
    }
  }
  refuseTwins(expanded);
  return expanded;
}

function productOf(row: Readonly<Record<string, unknown>>): Record<string, unknown>[] {
  return SEVERAL.reduce<Record<string, unknown>[]>(
    (found, column) => {
      const values = valuesOf(row[column]);
      return found.flatMap((cells) => values.map((value) => ({ ...cells, [column]: value })));
    },
    [{ ...row }],
  );
}

/** One value at least, though it be undefined. */
function valuesOf(cell: unknown): readonly unknown[] {
  const values =
    typeof cell === 'string' && cell.includes('|')
      ? cell.split('|').map((value) => value.trim())
      : cell;
  if (!Array.isArray(values)) return [values];
  const named = values.filter((value) => value !== '');
  return named.length > 0 ? named : [undefined];
}

function named(cells: Readonly<Record<string, unknown>>, row: number): unknown {
  const { out } = cells;
  if (typeof out !== 'string') return out;
  return out.replaceAll(/\{(audio|avatar|scene|lut|row)\}/g, (_, column: string) => {
    const value = column === 'row' ? row : cells[column];
    if (typeof value === 'string') return basename(value, extname(value));
    return typeof value === 'number' ? String(value) : (UNNAMED[column] ?? '');
  });
}

/** What stands in a name for what the row leaves out. */
const UNNAMED: Readonly<Record<string, string>> = { scene: PLAIN_SCENE, avatar: 'mira' };

function refuseTwins(rows: readonly BatchRow[]): void {
  const owners = new Map<unknown, number>();
  for (const { number, cells } of rows) {
    const before = owners.get(cells['out']);
    if (before !== undefined) {
      const where = before === number ? `row ${number} twice` : `rows ${before} and ${number}`;
      throw new AppError(
        'bad_request',
        `The manifest has ${where} for "${String(cells['out'])}"; ` +
          'put {audio}, {avatar}, {scene}, {lut} or {row} into "out"',
      );
    }
    if (cells['out'] !== undefined) owners.set(cells['out'], number);
  }
}
