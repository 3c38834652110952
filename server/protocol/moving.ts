/**
 * The moving pictures of an avatar that is not live, two files of cells in rows each: a mouth from shut
 * to wide open, large, to answer the microphone; and a wave that ends as it begins, small, for
 * galleries. Drawn by server/avatars/moving-sheet.ts, shown by the panel; without zod, which the page
 * that shows them does without.
 */
export const TALK = { columns: 3, rows: 2, cells: 6, cellPx: 896 } as const;
export const WAVE = { columns: 6, rows: 4, cells: 24, cellPx: 176 } as const;
/** Cells of the wave in a second. */
export const WAVE_HZ = 9;

export type Sheet = typeof TALK | typeof WAVE;

export const SHEETS = { talk: TALK, wave: WAVE } as const;
export type SheetName = keyof typeof SHEETS;
