/** Both languages say everything: nothing empty, nothing left in English, nothing nobody uses. */
import assert from 'node:assert/strict';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';
import { PageWords } from '../../../web/lib/i18n/page-words.ts';

const WEB = join(import.meta.dirname, '../../../web');

/** Names and units that are the same in Chinese. */
const SAME = new Set([
  ...[
    'OBS',
    'RTMP',
    'WHIP',
    'Key',
    'GPU',
    'CPU',
    'LUT',
    'ms',
    'MP4',
    'Posecast',
    'English',
    '中文',
  ],
]);

type Leaf = { readonly path: string; readonly value: unknown };

function leaves(value: unknown, path = ''): Leaf[] {
  if (typeof value !== 'object' || value === null) return [{ path, value }];
  return Object.entries(value).flatMap(([key, each]) =>
    leaves(each, path ? `${path}.${key}` : key),
  );
}

/** A string as it is; a function with something for each of its parameters. */
function said({ value }: Leaf): string {
  if (typeof value !== 'function') return String(value);
  const speak = value as (...parameters: unknown[]) => string;
  // Counts, names and shares: a number reads as any of them.
  return speak(...Array.from({ length: 4 }, () => 2));
}

const words = new PageWords();
const en = leaves(await words.load('en'));
const zh = leaves(await words.load('zh'));

test('both languages have the same strings', () => {
  const paths = (list: readonly Leaf[]) => list.map(({ path }) => path).sort();
  assert.deepEqual(paths(zh), paths(en));
});

test('no string is empty', () => {
  for (const leaf of [...en, ...zh]) assert.notEqual(said(leaf).trim(), '', leaf.path);
});

test('no Chinese string was left in English', () => {
  const left = zh.filter((leaf) => {
    const words = said(leaf);
    const english = said(en.find(({ path }) => path === leaf.path)!);
    return words === english && /[a-z]{3}/i.test(words) && !SAME.has(words) && !isName(words);
  });
  assert.deepEqual(
    left.map((leaf) => `${leaf.path}: ${said(leaf)}`),
    [],
  );
});

test('no component speaks by itself', async () => {
  const spoken: string[] = [];
  for await (const file of glob('{app,components}/**/*.tsx', { cwd: WEB })) {
    const text = await readFile(join(WEB, file), 'utf8');
    const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
    for (const words of wordsIn(tree)) if (!ALIKE.has(words)) spoken.push(`${file}: ${words}`);
  }
  assert.deepEqual(spoken, []);
});

/** The product's name, units, and what the terminal calls it. */
const ALIKE = new Set(['Posecast', 'ms', 'p95', 'p99', 'BPM']);
const HEARD = new Set(['aria-label', 'alt', 'title', 'placeholder']);

/** Text between tags, and attributes that are read out or shown. */
function wordsIn(node: ts.Node): string[] {
  const own: string[] = [];
  if (ts.isJsxText(node)) own.push(node.text.trim());
  if (ts.isJsxAttribute(node) && HEARD.has(node.name.getText())) {
    const { initializer } = node;
    if (initializer && ts.isStringLiteral(initializer)) own.push(initializer.text);
  }
  const below: string[] = [];
  ts.forEachChild(node, (child) => void below.push(...wordsIn(child)));
  return [...own.filter((words) => /\p{L}{2}/u.test(words)), ...below];
}

test('every string is used somewhere', async () => {
  let code = '';
  for await (const file of glob('{app,components,lib}/**/*.{ts,tsx}', { cwd: WEB })) {
    if (!file.startsWith('lib/i18n/')) code += await readFile(join(WEB, file), 'utf8');
  }
  const has = (pattern: string) => new RegExp(pattern).test(code);
  const unused = en.filter(({ path }) => {
    const [name, group] = path.split('.').toReversed();
    if (has(`\\b${name}\\b`)) return false;
    // Of a group, one may be chosen by a key that is computed, or the whole be handed on.
    return group === undefined || !has(`\\.${group}(\\[|\\})`);
  });
  assert.deepEqual(
    unused.map(({ path }) => path),
    [],
  );
});

/** What no language translates: formats, commands, addresses. */
function isName(words: string): boolean {
  return /^[A-Z0-9 .()/·:×-]+$/.test(words) || /^[\w-]+ ?\(/.test(words) || words.includes('//');
}
