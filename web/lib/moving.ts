/**
 * The moving pictures of the built-in avatars, as test/support/moving-avatars.ts draws them: one file
 * each with cells in rows. First the mouth from shut to wide open, then a wave that ends as it begins.
 */
export const MOVING = { columns: 6, rows: 5, cellPx: 232, talk: 6, loop: 24, rateHz: 9 } as const;

const DRAWN = ['leo', 'mira', 'nora'] as const;

/** Where the picture lies; null for avatars that have none. */
export function movingPath(avatar: string): string | null {
  return DRAWN.some((name) => name === avatar) ? `/moving/${avatar}.webp` : null;
}

/** The cell of a level: below -50 dBFS nobody speaks, at -14 the mouth is wide open. Pure. */
export function talkCell(db: number): number {
  const share = Math.max(0, Math.min(1, (db + 50) / 36));
  return Math.round(share * (MOVING.talk - 1));
}

/** The cell of the wave at a time. Pure. */
export function loopCell(ms: number): number {
  return MOVING.talk + (Math.floor((ms / 1000) * MOVING.rateHz) % MOVING.loop);
}

/** `background-position` and `-size` that show one cell. Pure. */
export function cellStyle(cell: number): { readonly position: string; readonly size: string } {
  const { columns, rows } = MOVING;
  const x = ((cell % columns) / (columns - 1)) * 100;
  const y = (Math.floor(cell / columns) / (rows - 1)) * 100;
  return { position: `${x}% ${y}%`, size: `${columns * 100}% ${rows * 100}%` };
}
