import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERROR_STATUS } from '../../../server/protocol/index.ts';
import { chooseLanguage, DICTIONARIES, type Dictionary } from '../../../web/lib/i18n/index.ts';

/** Every string with its path; functions are called with numbers. */
function* sentences(value: unknown, path: string): Generator<readonly [string, string]> {
  if (typeof value === 'string') yield [path, value];
  else if (typeof value === 'function') {
    yield [path, (value as (...parameters: readonly unknown[]) => string)(3, 3)];
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) yield* sentences(inner, `${path}.${key}`);
  }
}

const all = (dictionary: Dictionary) => new Map(sentences(dictionary, ''));

test('no string is missing or empty in any language', () => {
  const paths = [...all(DICTIONARIES.en).keys()];

  for (const dictionary of Object.values(DICTIONARIES)) {
    const found = all(dictionary);
    assert.deepEqual([...found.keys()].sort(), [...paths].sort());
    for (const [path, words] of found) assert.notEqual(words.trim(), '', path);
  }
});

test('Chinese strings are in Chinese', () => {
  const same = [/^\.language\.other$/, /\.(rtmp|whip)$/];

  for (const [path, words] of all(DICTIONARIES.zh)) {
    if (same.some((pattern) => pattern.test(path))) continue;
    assert.match(words, /\p{Script=Han}/u, path);
  }
});

test('every error code of the protocol has a sentence and a remedy', () => {
  for (const dictionary of Object.values(DICTIONARIES)) {
    for (const code of Object.keys(ERROR_STATUS)) assert.ok(code in dictionary.errors, code);
  }
});

test('a stored language wins over the wish of the browser', () => {
  assert.equal(chooseLanguage(null, 'zh-TW'), 'zh');
  assert.equal(chooseLanguage(null, 'de-DE'), 'en');
  assert.equal(chooseLanguage('en', 'zh-CN'), 'en');
});
