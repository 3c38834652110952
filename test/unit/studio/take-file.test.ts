/** The take file: what goes in comes out, and what is whole of a damaged one is used. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { AssetId, Scene } from '../../../server/protocol/scene.ts';
import { compileTemplate } from '../../../server/motion/template/compile.ts';
import { TakeFile } from '../../../server/studio/take/take-file.ts';
import { CHUNK, checksum, encodeChunk } from '../../../server/studio/take/take-format.ts';
import { TakeRecorder } from '../../../server/studio/take/take-recorder.ts';
import type { TakeRecord } from '../../../server/studio/take/take-records.ts';
import { seeded } from '../../support/random.ts';
import { recordDance, recordTake, TAKE_HEAD, TAKE_START_US } from '../../support/take.ts';
import { richTemplate } from '../../support/templates.ts';

const SECONDS = 1;
let folder = '';
let path = '';
let whole: TakeRecord[] = [];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'posecast-take-'));
  path = join(folder, 'whole.ptake');
  await recordTake(path, SECONDS);
  whole = await recordsOf(path);
});
after(() => rm(folder, { recursive: true, force: true }));

async function recordsOf(file: string): Promise<TakeRecord[]> {
  const records: TakeRecord[] = [];
  for await (const record of (await TakeFile.open(file)).records()) records.push(record);
  return records;
}

function variant(name: string, bytes: Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

test('what was recorded comes back, and takes less than 100 kB a second', async () => {
  const summary = await (await TakeFile.open(path)).summary();
  assert.deepEqual(summary.head, TAKE_HEAD);
  assert.equal(summary.damage, '');
  assert.equal(summary.dropped, 0);
  assert.equal(summary.seconds, SECONDS);
  assert.equal(summary.packets, 50);
  assert.equal(summary.poses, 16);
  assert.equal(summary.commands, 4);
  const first = whole.find((record) => record.type === 'packet');
  assert.equal(first?.flags, 1, 'whoever reads it has heard nothing before');
  assert.equal(first.timeUs, 0);
  assert.equal(first.arrivalUs, 32_000);
  const [play, again] = whole.filter((record) => record.type === 'play');
  assert.equal(play!.arrivalUs, 300_000);
  const template = play!.script.moments[0]![0]!.template;
  assert.deepEqual(template.frames, compileTemplate(richTemplate()).frames);
  assert.equal(again!.script.moments[0]![0]!.template, template, 'one track, said once');
  assert.ok(readFileSync(path).length < 100_000 * SECONDS);
});

test('music and the tempo come back, at their places after the start', async () => {
  const dance = join(folder, 'dance.ptake');
  await recordDance(dance, SECONDS);
  const records = await recordsOf(dance);
  const music = records.filter((record) => record.type === 'music');
  assert.equal(music.length, 50);
  assert.deepEqual(
    music.slice(0, 2).map(({ timeUs, arrivalUs, flags }) => [timeUs, arrivalUs, flags]),
    [
      [0, -40_000, 1],
      [20_000, -20_000, 0],
    ],
  );
  const [tempo] = records.filter((record) => record.type === 'tempo');
  assert.deepEqual(tempo?.tempo, { bpm: 100, beatUs: 123_000 });
  const { packets, music: count } = await (await TakeFile.open(dance)).summary();
  assert.deepEqual([packets, count], [50, 50]);
});

test('the tempo that was set before the recording is in it; taken back, it is none', async () => {
  const file = join(folder, 'tempo.ptake');
  const tape = await TakeRecorder.open(file, TAKE_HEAD, TAKE_START_US);
  tape.tempo({ bpm: 90, beatUs: TAKE_START_US - 500_000 }, TAKE_START_US);
  tape.tempo(undefined, TAKE_START_US + 100_000);
  await tape.close(TAKE_START_US + 1_000_000);
  const told = (await recordsOf(file)).flatMap((record) =>
    record.type === 'tempo' ? [record.tempo] : [],
  );
  assert.deepEqual(told, [{ bpm: 90, beatUs: -500_000 }, undefined]);
});

test('scenes and styles come back; what this version does not know is passed over and counted', async () => {
  const file = join(folder, 'scenes.ptake');
  const tape = await TakeRecorder.open(file, TAKE_HEAD, TAKE_START_US);
  const asset = AssetId.parse('image-0123456789abcdef01234567');
  const scene = Scene.parse({ title: 'Talk', slides: [{ asset }], fadeMs: 250 });
  tape.scene({ scene, slide: 1, fadeMs: 0 }, TAKE_START_US - 5);
  tape.style({ prompt: 'a watercolour', strength: 0.5 }, TAKE_START_US + 10);
  tape.scene({ scene: undefined, slide: 0, fadeMs: 400 }, TAKE_START_US + 20);
  await tape.close(TAKE_START_US + 1e6);
  const told = (await recordsOf(file)).filter(({ type }) => type === 'scene' || type === 'style');
  assert.deepEqual(told, [
    { type: 'scene', arrivalUs: 0, scene, slide: 1, fadeMs: 0 },
    { type: 'style', arrivalUs: 10, style: { prompt: 'a watercolour', strength: 0.5 } },
    { type: 'scene', arrivalUs: 20, scene: undefined, slide: 0, fadeMs: 400 },
  ]);

  const later = { type: 'hologram', on: true };
  const command = encodeChunk(CHUNK.command, Buffer.alloc(8), Buffer.from(JSON.stringify(later)));
  const strange = encodeChunk(CHUNK.command, Buffer.from('?'));
  strange[0] = 99;
  strange.writeUInt32LE(checksum(strange), 8);
  const bytes = Buffer.concat([readFileSync(path), command, strange]);
  const summary = await (await TakeFile.open(variant('later.ptake', bytes))).summary();
  assert.deepEqual([summary.dropped, summary.packets, summary.damage], [2, 50, '']);
});

test('cut off anywhere, the records before the cut are there', async () => {
  const bytes = readFileSync(path);
  const random = seeded(5);
  const head = (await TakeFile.open(path)).head;
  const headEnd = 8 + 12 + Buffer.byteLength(JSON.stringify(head));
  for (let i = 0; i < 30; i += 1) {
    const length = headEnd + Math.floor(random() * (bytes.length - headEnd));
    const cut = variant('cut.ptake', bytes.subarray(0, length));
    const records = await recordsOf(cut);
    assert.deepEqual(records, whole.slice(0, records.length));
    const { damage } = await (await TakeFile.open(cut)).summary();
    assert.match(damage, /cut off/);
  }
});

test('a flipped bit ends the reading there, whichever it is', async () => {
  const bytes = readFileSync(path);
  const random = seeded(6);
  for (let i = 0; i < 30; i += 1) {
    const flipped = Buffer.from(bytes);
    const at = 400 + Math.floor(random() * (bytes.length - 400));
    flipped[at]! ^= 1 << Math.floor(random() * 8);
    const file = variant('flipped.ptake', flipped);
    const records = await recordsOf(file);
    assert.ok(records.length < whole.length || at > bytes.length - 60);
    assert.deepEqual(records, whole.slice(0, records.length));
    const { damage } = await (await TakeFile.open(file)).summary();
    assert.match(damage, /damaged at byte|cut off/);
  }
});

test('what is no take, of another version or not there is refused with a sentence', async () => {
  const bytes = readFileSync(path);
  const other = Buffer.from(bytes);
  other[5] = 9;
  const refused = (file: string, message: RegExp, code = 'unreadable_media') =>
    assert.rejects(TakeFile.open(file), (error: Error) => {
      assert.match(error.message, message);
      assert.equal((error as Error & { code: string }).code, code);
      return true;
    });
  await refused(variant('a.ptake', Buffer.from('RIFF0000WAVEfmt ')), /is no take/);
  await refused(variant('b.ptake', other), /version 9; this reads version 1/);
  await refused(variant('c.ptake', bytes.subarray(0, 40)), /damaged at its head/);
  await refused(variant('d.ptake', Buffer.alloc(0)), /is no take/);
  await refused(join(folder, 'none.ptake'), /There is no take/, 'not_found');
  assert.equal(await TakeFile.is(path), true);
  assert.equal(await TakeFile.is(join(folder, 'a.ptake')), false);
});
