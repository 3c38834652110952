/** The moving pictures of avatars that are not live: where they lie and which cell is shown when. */
import type { AvatarSummary } from '../../server/protocol/index.ts';
import { TALK, WAVE, WAVE_HZ, type Sheet, type SheetName } from '../../server/protocol/moving.ts';

export { TALK, WAVE };

const DRAWN = ['leo', 'mira', 'nora'] as const;

/**
 * Where a picture lies; null for avatars that have none. Those of built-in avatars come with the panel,
 * those of others the server draws when it is first asked (avatars told in words are too slow for it).
 */
export function movingPath(
  { name, own, body }: Pick<AvatarSummary, 'name' | 'own' | 'body'>,
  what: SheetName,
): string | null {
  if (own) return body === 'diffusion' ? null : `/api/v1/avatars/${name}/moving/${what}`;
  return DRAWN.some((each) => each === name) ? `/moving/${name}-${what}.webp` : null;
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
