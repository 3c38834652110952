import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { MachineMeter, parseGpu } from '../../../server/core/machine.ts';
import { until } from '../../support/app.ts';

const ABSENT = { busyShare: null, memoryUsedMb: null, memoryTotalMb: null };

test('reads the first GPU of several', () => {
  assert.deepEqual(parseGpu('37, 1024, 24576\n90, 1, 2\n'), {
    busyShare: 0.37,
    memoryUsedMb: 1024,
    memoryTotalMb: 24576,
  });
  assert.equal(parseGpu('[N/A], [N/A], [N/A]\n90, 1, 2\n')?.busyShare, 0.9, 'the first that tells anything'); // prettier-ignore
});

test('what a GPU doesn’t tell is unknown, not zero, and the rest is told', () => {
  for (const absent of ['[N/A]', '[Not Supported]', '[Unknown Error]', '', '-', 'ERR!']) {
    assert.deepEqual(parseGpu(`${absent}, 1024, 24576\n`), { ...ABSENT, memoryUsedMb: 1024, memoryTotalMb: 24576 }); // prettier-ignore
    assert.deepEqual(parseGpu(`37, ${absent}, ${absent}\n`), { ...ABSENT, busyShare: 0.37 });
    assert.equal(parseGpu(`${absent}, ${absent}, ${absent}\n`), null);
  }
  assert.deepEqual(parseGpu('37\n'), { ...ABSENT, busyShare: 0.37 });
});

test('without GPUs, or without a driver, there is none', () => {
  for (const table of [
    '',
    '\n',
    'No devices were found\n',
    'NVIDIA-SMI has failed, because it could not reach the driver.\n',
  ]) {
    // prettier-ignore
    assert.equal(parseGpu(table), null, table);
  }
});

test('tells the processors’ share, and no GPU where there is no nvidia-smi', async () => {
  const meter = new MachineMeter('/nowhere', 20);
  const { cpuShare, cores, gpu } = await until('it was measured', () =>
    meter.latest.cpuShare > 0 ? meter.latest : undefined,
  );
  assert.ok(cpuShare <= 1 && cores >= 1);
  assert.equal(gpu, null);
  await meter.close();
});

/** A program of that name in a folder of its own, which is to be removed. */
async function program(script: string): Promise<{ folder: string; path: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'posecast-smi-'));
  const path = join(folder, 'nvidia-smi');
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return { folder, path: `${folder}:/bin:/usr/bin` };
}

test('asks nvidia-smi where there is one', async () => {
  const { folder, path } = await program('echo "12, 300, 8000"');
  const meter = new MachineMeter(path, 20);
  const gpu = await until('it has answered', () => meter.latest.gpu ?? undefined);
  assert.deepEqual(gpu, { busyShare: 0.12, memoryUsedMb: 300, memoryTotalMb: 8000 });
  await meter.close();
  await rm(folder, { recursive: true });
});

test('one that takes too long is ended, and asked again later', async () => {
  const { folder, path } = await program(`trap '' TERM; echo $$ >> "$0.log"; while :; do sleep 0.1; done`); // prettier-ignore
  const pids = async (): Promise<number[]> =>
    (await readFile(join(folder, 'nvidia-smi.log'), 'utf8').catch(() => ''))
      .trim()
      .split('\n')
      .map(Number);
  const meter = new MachineMeter(path, 2, 100);
  await until('it was asked twice', async () => (await pids()).length > 1);
  const [first] = await pids();
  assert.throws(() => process.kill(first!, 0), { code: 'ESRCH' }, 'the first one is gone');
  assert.equal(meter.latest.gpu, null);
  await meter.close();
  await rm(folder, { recursive: true });
});

test('one that hangs is asked alone, and ended when the meter is closed', async () => {
  // Deaf to a polite end, as a program that waits for its driver.
  const { folder, path } = await program(`trap '' TERM; echo begun >> "$0.log"; while :; do sleep 0.1; done`); // prettier-ignore
  const log = join(folder, 'nvidia-smi.log');
  const begun = async (): Promise<number> =>
    (await readFile(log, 'utf8').catch(() => '')).split('\n').length - 1;
  const meter = new MachineMeter(path, 5);
  await until('it was asked', async () => (await begun()) > 0);
  // Sixty rounds.
  await sleep(300);
  assert.equal(await begun(), 1);
  assert.equal(meter.latest.gpu, null);
  await meter.close();
  await rm(folder, { recursive: true });
});

test('one that fails once is asked again', async () => {
  // The first answer comes from a driver that is being reset.
  const { folder, path } = await program(`[ -e "$0.seen" ] && echo "1, 2, 3" || { touch "$0.seen"; exit 15; }`); // prettier-ignore
  const meter = new MachineMeter(path, 2);
  assert.deepEqual(await until('it answers', () => meter.latest.gpu ?? undefined), { busyShare: 0.01, memoryUsedMb: 2, memoryTotalMb: 3 }); // prettier-ignore
  await meter.close();
  await rm(folder, { recursive: true });
});
