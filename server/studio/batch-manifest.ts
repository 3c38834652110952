/** The rows of a batch: a JSON array of objects, or CSV (RFC 4180) whose first line has the names. Pure. */
import { AppError } from '../core/errors.ts';

const MAX_ROWS = 10_000;

/** Empty cells are absent. Throws `bad_request`. */
export function readManifest(text: string): Record<string, unknown>[] {
  const rows = /^\s*\[/.test(text) ? fromJson(text) : fromCsv(text);
  if (rows.length === 0) throw new AppError('bad_request', 'The manifest has no rows');
  if (rows.length <= MAX_ROWS) return rows;
  throw new AppError('too_large', `The manifest has ${rows.length} rows; at most ${MAX_ROWS}`);
}

function fromJson(text: string): Record<string, unknown>[] {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (cause) {
    throw new AppError(
      'bad_request',
      `The manifest is no JSON: ${(cause as Error).message}`,
      cause,
    );
  }
  const isRow = (row: unknown): row is Record<string, unknown> =>
    typeof row === 'object' && row !== null && !Array.isArray(row);
  if (Array.isArray(data) && data.every(isRow)) return data;
  throw new AppError('bad_request', 'The manifest must be an array of objects');
}

function fromCsv(text: string): Record<string, unknown>[] {
  const [names, ...lines] = cellsOf(text.replace(/^\uFEFF/, ''));
  return lines.map((cells, index) => {
    if (cells.length > names!.length) {
      throw new AppError('bad_request', `The manifest's row ${index + 1} has too many cells`);
    }
    const pairs = cells.map((cell, i) => [names![i]!.trim(), cell.trim()] as const);
    return Object.fromEntries(pairs.filter(([, cell]) => cell !== ''));
  });
}

/** Lines of cells; quoted ones may hold commas, line ends and doubled quotes. Empty lines are left out. */
function cellsOf(text: string): string[][] {
  const lines: string[][] = [[]];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  while (cell.lastIndex < text.length) {
    const at = cell.lastIndex;
    const found = cell.exec(text);
    if (!found) {
      const line = text.slice(0, at).split('\n').length;
      throw new AppError('bad_request', `The manifest's line ${line} has a stray quote`);
    }
    lines.at(-1)!.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '');
    if (found[3] !== ',' && cell.lastIndex < text.length) lines.push([]);
  }
  return lines.filter((cells) => cells.some((each) => each.trim() !== ''));
}
