import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readDistribution } from '../../../setup/distribution.mjs';
import { needsOfCommand, needsOfSuites } from '../../../setup/main.mjs';
import { lockMatches } from '../../../setup/packages.mjs';
import { readTestArguments } from '../../../setup/tests.mjs';

const locked = {
  '': { version: '0.1.0' },
  'node_modules/zod': { version: '4.0.0', integrity: 'sha512-a' },
  'node_modules/swc-arm64': { version: '1.0.0', integrity: 'sha512-b', optional: true },
};
const installed = { 'node_modules/zod': { version: '4.0.0', integrity: 'sha512-a' } };

test('packages match without those of other processors', () => {
  assert.equal(lockMatches(locked, installed), true);
});

test('a missing package, another version or other content does not match', () => {
  const zod = 'node_modules/zod';
  assert.equal(lockMatches(locked, {}), false);
  assert.equal(lockMatches(locked, { [zod]: { ...installed[zod], version: '4.0.1' } }), false);
  assert.equal(lockMatches(locked, { [zod]: { ...installed[zod], integrity: 'x' } }), false);
});

test('npm test runs all suites, or those named, or those of the paths', () => {
  const all = ['unit', 'integration', 'e2e'];
  assert.deepEqual(readTestArguments([]).suites, all);
  assert.deepEqual(readTestArguments(['e2e', 'unit']).suites, ['unit', 'e2e']);
  assert.deepEqual(readTestArguments(['./test/unit/speech']), {
    suites: ['unit'],
    paths: ['./test/unit/speech'],
    options: [],
  });
});

test('other arguments of npm test go to node --test', () => {
  const { suites, options } = readTestArguments(['unit', '--test-name-pattern=jitter']);
  assert.deepEqual(
    { suites, options },
    { suites: ['unit'], options: ['--test-name-pattern=jitter'] },
  );
});

test('unit tests need packages only, a browser is fetched for end-to-end tests only', () => {
  assert.deepEqual(needsOfSuites(['unit']), ['packages']);
  assert.equal(needsOfSuites(['unit', 'integration']).includes('chromium'), false);
  assert.equal(needsOfSuites(['e2e']).includes('chromium'), true);
});

test('doctor gets nothing by itself, so that it can say what is missing', () => {
  assert.deepEqual(needsOfCommand('doctor'), ['packages']);
  assert.ok(needsOfCommand('live').includes('worker'));
});

test('a distribution is read from os-release, unknown ones are the platform', () => {
  const folder = mkdtempSync(join(tmpdir(), 'posecast-os-'));
  const file = join(folder, 'os-release');
  writeFileSync(
    file,
    'NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_ID="21.3"\n',
  );
  assert.deepEqual(readDistribution(file), {
    id: 'linuxmint',
    family: 'linuxmint ubuntu debian',
    version: '21.3',
  });
  rmSync(folder, { recursive: true });
  assert.deepEqual(readDistribution(file), {
    id: process.platform,
    family: process.platform,
    version: '',
  });
});
