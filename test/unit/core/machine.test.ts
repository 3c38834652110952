import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { MachineMeter, parseGpu } from '../../../server/core/machine.ts';
import { until } from '../../support/app.ts';

test('reads the first GPU of nvidia-smi’s table', () => {
  assert.deepEqual(parseGpu('37, 1024, 24576\n90, 1, 2\n'), {
    busyShare: 0.37,
    memoryUsedMb: 1024,
    memoryTotalMb: 24576,
  });
  assert.equal(parseGpu('[N/A], 1024, 24576\n'), null);
  assert.equal(parseGpu(''), null);
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

test('asks nvidia-smi where there is one, and ends it when it is closed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'posecast-smi-'));
  const program = join(folder, 'nvidia-smi');
  await writeFile(program, '#!/bin/sh\necho "12, 300, 8000"\n');
  await chmod(program, 0o755);
  const meter = new MachineMeter(`${folder}:/bin:/usr/bin`, 20);
  const gpu = await until('it has answered', () => meter.latest.gpu ?? undefined);
  assert.deepEqual(gpu, { busyShare: 0.12, memoryUsedMb: 300, memoryTotalMb: 8000 });
  await writeFile(program, '#!/bin/sh\nexec sleep 60\n');
  await meter.close();
  await rm(folder, { recursive: true, force: true });
});
