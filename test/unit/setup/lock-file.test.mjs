import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { completeLock, missingOptional } from '../../../setup/lock-file.mjs';

const LOCK = readFileSync(join(import.meta.dirname, '../../../package-lock.json'), 'utf8');

test('the lock file holds the packages of every platform, else npm ci refuses it', () => {
  const missing = missingOptional(JSON.parse(LOCK).packages).map(({ name }) => name);
  assert.deepEqual(missing, [], 'run `node setup/lock-file.mjs`');
});

test('the lock file names no registry host', () => {
  assert.doesNotMatch(LOCK, /"resolved": "https?:/);
});

test('missing platforms are added with version, platform and nothing invented', () => {
  const optionalDependencies = { 'swc-linux-x64-musl': '1.2.3', 'swc-wasm32-wasi': '1.2.3' };
  const lock = {
    packages: { 'node_modules/swc': { version: '1.2.3', dev: true, optionalDependencies } },
  };
  const { packages } = completeLock(lock);
  assert.deepEqual(packages['node_modules/swc-linux-x64-musl'], {
    version: '1.2.3',
    cpu: ['x64'],
    dev: true,
    libc: ['musl'],
    optional: true,
    os: ['linux'],
  });
  assert.deepEqual(packages['node_modules/swc-wasm32-wasi'], {
    version: '1.2.3',
    cpu: ['wasm32'],
    dev: true,
    optional: true,
  });
});

test('a package found in a folder above counts as present', () => {
  const packages = {
    'node_modules/a/node_modules/b': {
      version: '1.0.0',
      optionalDependencies: { 'c-linux-x64': '1.0.0' },
    },
    'node_modules/c-linux-x64': { version: '1.0.0' },
  };
  assert.deepEqual(missingOptional(packages), []);
});

test('a platform that the name does not tell is an error, not a guess', () => {
  const packages = { 'node_modules/a': { optionalDependencies: { bindings: '1.0.0' } } };
  assert.throws(() => completeLock({ packages }), /bindings@1.0.0/);
});
