/**
 * A real recogniser for tests: POSECAST_CAPTIONS_TEST_MODEL names a folder with the files of the
 * captions model (as in models/manifest.json) in which sherpa-onnx-node is installed.
 */
import { existsSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestApp } from './app.ts';

const FOLDER = process.env['POSECAST_CAPTIONS_TEST_MODEL'] ?? '';
const NEEDED = [
  'encoder_model.ort',
  'decoder_model_merged.ort',
  'tokenizer.bin',
  'node_modules/sherpa-onnx-node',
];

export const RECOGNISER: { readonly folder: string; readonly skip: string | false } = {
  folder: FOLDER,
  skip: NEEDED.every((name) => FOLDER !== '' && existsSync(join(FOLDER, name)))
    ? false
    : `SKIPPED FOR WANT OF A RECOGNISER: set POSECAST_CAPTIONS_TEST_MODEL to a folder with ${NEEDED.join(', ')}`,
};

/** Installs it in a running house (opened with `modelMirror: RECOGNISER.folder`) as a person would. */
export async function installRecogniser({ app, config }: TestApp): Promise<void> {
  const folder = join(config.dataDir, 'captions');
  await mkdir(folder, { recursive: true });
  await symlink(join(RECOGNISER.folder, 'node_modules'), join(folder, 'node_modules'));
  for (const part of ['encoder', 'decoder', 'tokenizer']) {
    const path = `/api/v1/models/moonshine-tiny-en-${part}/pull`;
    const answer = await fetch(app.url + path, { method: 'POST' });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  }
}

/** Lower-case words without punctuation. */
export function wordsOf(text: string): string[] {
  return (
    text
      .toLowerCase()
      .replaceAll('-', ' ')
      .replace(/\bmr\b\.?/g, 'mister')
      .match(/[a-z']+/g) ?? []
  );
}

/** Substitutions, insertions and deletions that make `heard` of `said`. */
export function wordErrors(said: readonly string[], heard: readonly string[]): number {
  let row = heard.map((_, i) => i + 1);
  row.unshift(0);
  for (const [i, word] of said.entries()) {
    const next = [i + 1];
    for (const [j, other] of heard.entries()) {
      next.push(Math.min(row[j]! + (word === other ? 0 : 1), row[j + 1]! + 1, next[j]! + 1));
    }
    row = next;
  }
  return row.at(-1)!;
}
