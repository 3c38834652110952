import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { examineFfmpeg } from '../../../server/doctor/encoders.ts';
import { examineMediasoup, examineModels } from '../../../server/doctor/installation.ts';
import { examineDataFolder, examinePort } from '../../../server/doctor/machine.ts';
import { firstLine, probeProgram } from '../../../server/doctor/probe.ts';
import { formatReport, reportOf, type DoctorItem } from '../../../server/doctor/report.ts';

const works: DoctorItem = { name: 'ffmpeg', ok: true, required: true, detail: '7.1' };
const optional: DoctorItem = { name: 'gpu', ok: false, required: false, detail: 'none' };
const broken: DoctorItem = {
  name: 'mediasoup',
  ok: false,
  required: true,
  detail: "worker doesn't start",
  hint: 'run set-up',
};

test('only what is required decides', () => {
  assert.equal(reportOf([works, optional]).ok, true);
  assert.equal(reportOf([works, optional, broken]).ok, false);
});

test('the text aligns details, puts hints below and ends with the verdict', () => {
  assert.deepEqual(formatReport(reportOf([works, optional, broken])).split('\n'), [
    '✔ ffmpeg     7.1',
    '– gpu        none',
    "✖ mediasoup  worker doesn't start",
    '             → run set-up',
    '',
    '1 needed, not working.',
  ]);
  assert.match(formatReport(reportOf([works])), /Ready to go live\.$/);
});

test('a program that hangs is killed and reported', async () => {
  const probe = await probeProgram('sleep', ['60'], { timeoutMs: 50 });
  assert.equal(probe.code, undefined);
  assert.equal(probe.stderr, 'no answer in 50 ms');
});

test('a program that is missing is reported', async () => {
  const probe = await probeProgram('/nowhere/program', []);
  assert.equal(probe.code, undefined);
  assert.match(probe.stderr, /ENOENT/);
});

test("the cause is ffmpeg's first line, without the address of its encoder", () => {
  const text = '[h264_nvenc @ 0x55d0a1] Cannot load libcuda.so.1\nError while opening encoder\n';
  assert.equal(firstLine(text), 'Cannot load libcuda.so.1');
});

test('a missing ffmpeg is one item that says what to install', async () => {
  const items = await examineFfmpeg('/nowhere/ffmpeg');
  assert.equal(items.length, 1);
  assert.equal(items[0]?.ok, false);
  assert.match(items[0].hint ?? '', /install ffmpeg/);
});

test('a taken port is seen, and free again once it is released', async () => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const door = {
    setting: 'POSECAST_RTMP_PORT',
    host: '127.0.0.1',
    port: address.port,
    udp: false,
  };
  const taken = await examinePort(door);
  assert.deepEqual([taken.ok, taken.required, taken.detail], [false, false, 'taken']);
  assert.match(taken.hint ?? '', /POSECAST_RTMP_PORT/);
  server.close();
  await once(server, 'close');
  assert.equal((await examinePort({ ...door, udp: true })).ok, true);
});

test('the data folder may be missing where it can be made', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'posecast-doctor-'));
  assert.equal((await examineDataFolder(join(folder, 'a', 'b'))).ok, true);
  const file = join(folder, 'file');
  await writeFile(file, '');
  const below = await examineDataFolder(join(file, 'data'));
  assert.equal(below.ok, false);
  assert.match(below.detail, /ENOTDIR|is not a folder/);
  await rm(folder, { recursive: true });
});

test('a worker that does not start and missing models are needed', async () => {
  const worker = await examineMediasoup('/nowhere', '/bin/false');
  assert.deepEqual([worker.ok, worker.required], [false, true]);
  const models = await examineModels('/nowhere');
  assert.deepEqual(
    models.map(({ name, ok, required }) => ({ name, ok, required })),
    [
      { name: 'avatars', ok: false, required: true },
      { name: 'lip-sync model', ok: false, required: true },
    ],
  );
});
