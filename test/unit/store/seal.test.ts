import assert from 'node:assert/strict';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Seal } from '../../../server/store/seal.ts';

test('what is sealed is read again with the same key, by its owner alone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'posecast-seal-'));
  try {
    const seal = await Seal.open(folder, undefined);
    const sealed = seal.close('live_secret_密钥', 'row-1');
    assert.ok(!Buffer.from(sealed, 'base64').includes('secret'));
    assert.notEqual(sealed, seal.close('live_secret_密钥', 'row-1'), 'a new nonce each time');
    const again = await Seal.open(folder, undefined);
    assert.equal(again.open(sealed, 'row-1'), 'live_secret_密钥');
    assert.equal(again.open(sealed, 'row-2'), undefined, 'another row');
    const damaged = Buffer.from(sealed, 'base64');
    damaged[damaged.length - 1]! ^= 1;
    assert.equal(again.open(damaged.toString('base64'), 'row-1'), undefined);
    assert.equal(again.open('AAAA', 'row-1'), undefined);
    assert.equal(
      (await stat(join(folder, 'secret.key'))).mode & 0o077,
      0,
      'its owner alone reads it',
    );
    const other = await Seal.open(folder, 'a secret from the environment');
    assert.equal(other.open(sealed, 'row-1'), undefined);
    await writeFile(join(folder, 'secret.key'), 'short');
    await assert.rejects(Seal.open(folder, undefined), /is not a key/);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
