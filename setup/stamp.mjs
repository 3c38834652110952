// "Is this build newer than its sources?", answered by content: a stamp file beside the build holds
// the hash of every source. Times of files say nothing after a clone or a checkout.

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/**
 * SHA-256 over the names and contents of all files under `paths` (files or folders; what doesn't
 * exist counts as empty).
 * @param {string} root names are taken relative to it
 * @param {readonly string[]} paths relative to root
 * @param {ReadonlySet<string>} [skipped] names of folders and files left out wherever they stand
 */
export function hashSources(root, paths, skipped = new Set()) {
  const hash = createHash('sha256');
  for (const path of paths) {
    for (const file of filesUnder(join(root, path), skipped)) {
      const content = readFileSync(file);
      hash.update(`${relative(root, file).split(sep).join('/')}\0${content.length}\0`);
      hash.update(content);
    }
  }
  return hash.digest('hex');
}

/** Was the stamp written for these sources? */
export function stampMatches(stampFile, hash) {
  try {
    return readFileSync(stampFile, 'utf8').trim() === hash;
  } catch {
    return false;
  }
}

export function writeStamp(stampFile, hash) {
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, `${hash}\n`);
}

/**
 * All files under a folder (or the file itself), with full paths. Sorted, so that nothing depends on
 * the order that the file system happens to give.
 * @param {string} path
 * @param {ReadonlySet<string>} [skipped]
 * @returns {string[]}
 */
export function filesUnder(path, skipped = new Set()) {
  let entries;
  try {
    entries = readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOTDIR') return [path];
    if (error.code === 'ENOENT') return [];
    throw error;
  }
  return entries
    .filter((entry) => !skipped.has(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const child = join(path, entry.name);
      if (entry.isDirectory()) return filesUnder(child, skipped);
      return entry.isFile() ? [child] : [];
    });
}
