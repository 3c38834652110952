/**
 * The moving pictures of the built-in avatars, as test/support/moving-avatars.ts draws them, two files
 * of cells in rows each: a mouth from shut to wide open, large, to answer the microphone; and a wave
 * that ends as it begins, small, for galleries.
 */
export const TALK = { columns: 3, rows: 2, cells: 6, cellPx: 448 } as const;
export const WAVE = { columns: 6, rows: 4, cells: 24, cellPx: 176 } as const;
const WAVE_HZ = 9;

export type Sheet = typeof TALK | typeof WAVE;

const DRAWN = ['leo', 'mira', 'nora'] as const;

/** Where a picture lies; null for avatars that have none. */
export function movingPath(avatar: string, what: 'talk' | 'wave'): string | null {
  return DRAWN.some((name) => name === avatar) ? `/moving/${avatar}-${what}.webp` : null;
}

/** The cell of a level: below -50 dBFS nobody speaks, at -14 the mouth is wide open. Pure. */
export function talkCell(db: number): number {
  const share = Math.max(0, Math.min(1, (db + 50) / 36));
  return Math.round(share * (TALK.cells - 1));
}

/** The cell of the wave at a time. Pure. */
export function waveCell(ms: number): number {
  return Math.floor((ms / 1000) * WAVE_HZ) % WAVE.cells;
}

/** `background-position` and `-size` that show one cell. Pure. */
export function cellStyle(
  { columns, rows }: Sheet,
  cell: number,
): { readonly position: string; readonly size: string } {
  const x = ((cell % columns) / (columns - 1)) * 100;
  const y = (Math.floor(cell / columns) / (rows - 1)) * 100;
  return { position: `${x}% ${y}%`, size: `${columns * 100}% ${rows * 100}%` };
}
