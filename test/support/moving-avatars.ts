/**
 * Draws the small moving pictures of the built-in avatars that the panel shows before going live:
 *
 *   node test/support/moving-avatars.ts
 *
 * Writes web/public/moving/NAME-talk.webp and NAME-wave.webp. Those of other avatars the server draws
 * itself, with the same code.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { drawSheet } from '../../server/avatars/moving-sheet.ts';
import { listPacks, loadAvatar } from '../../server/inference/pack.ts';
import { readTemplates } from '../../server/motion/template-files.ts';

const MODELS = join(import.meta.dirname, '../../models');
const TARGET = join(import.meta.dirname, '../../web/public/moving');

mkdirSync(TARGET, { recursive: true });
const templates = await readTemplates(join(MODELS, 'motions'), pino({}, pino.destination(2)));
const wave = templates.find(({ id }) => id === 'wave');
if (!wave) throw new Error('There is no template "wave".');
for (const { name } of await listPacks(join(MODELS, 'avatars'))) {
  const pack = await loadAvatar(join(MODELS, 'avatars'), name);
  for (const what of ['talk', 'wave'] as const) {
    const file = join(TARGET, `${name}-${what}.webp`);
    const bytes = await drawSheet(pack, what, wave);
    writeFileSync(file, bytes);
    process.stdout.write(`${file}: ${(bytes.length / 1000).toFixed(0)} kB\n`);
  }
}
