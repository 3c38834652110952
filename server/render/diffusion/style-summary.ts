/** What a pack's diffusion.json says of how it is drawn at first, for lists. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AvatarSummary } from '../../protocol/session.ts';
import { DiffusionFile } from './diffusion-file.ts';

/** null for a pack that can't be read: opening it says what is wrong. */
export async function readStyle(packDir: string): Promise<AvatarSummary['style']> {
  try {
    const { graphs, look } = DiffusionFile.parse(
      JSON.parse(await readFile(join(packDir, 'diffusion.json'), 'utf8')),
    );
    return { ...look, promptChanges: graphs.text !== undefined };
  } catch {
    return null;
  }
}
