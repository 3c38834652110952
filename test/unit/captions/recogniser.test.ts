/** The supervisor's side: real processes that die, refuse and answer. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { Piece } from '../../../server/captions/piece-cutter.ts';
import { Recogniser, type RecogniserState } from '../../../server/captions/recogniser.ts';
import { AppError } from '../../../server/core/errors.ts';
import { createLog } from '../../../server/core/log.ts';
import { until } from '../../support/app.ts';
import { ANSWERS, DIES, REFUSES } from '../../support/odd-recogniser.ts';

const ENTRY = new URL('../../support/odd-recogniser.ts', import.meta.url);

let workDir: string;
beforeEach(async () => {
  workDir = await mkdtemp(join(tmpdir(), 'posecast-recogniser-'));
});
afterEach(() => rm(workDir, { recursive: true, force: true }));

function open(encoder = 'starts') {
  const states: RecogniserState[] = [];
  const recogniser = Recogniser.open({
    settings: { packageFile: '', encoder, decoder: '', tokenizer: '', workDir },
    log: createLog('silent'),
    onState: (state) => states.push(state),
    entry: ENTRY,
  });
  return { recogniser, states, [Symbol.asyncDispose]: () => recogniser.close() };
}

function piece(what: number, fromUs = 0): Piece {
  const packets = [{ rtp: Uint8Array.of(what), timeUs: fromUs, restart: false }];
  return { fromUs, toUs: fromUs + 1, packets };
}

const ready = (recogniser: Recogniser) =>
  until('the recogniser is ready', () => recogniser.state.name === 'ready');

test('it hears one piece after another, and refuses two at once', async () => {
  await using house = open();
  const { recogniser } = house;
  await assert.rejects(recogniser.hear(piece(ANSWERS)), { code: 'conflict' });
  await ready(recogniser);
  const first = recogniser.hear(piece(ANSWERS, 40));
  await assert.rejects(recogniser.hear(piece(ANSWERS)), { code: 'conflict' });
  assert.equal(await first, 'words at 40');
  assert.equal(await recogniser.hear(piece(ANSWERS, 80)), 'words at 80');
});

test('a piece it dies over is given up, and the next is heard by a new process', async () => {
  await using house = open();
  const { recogniser, states } = house;
  await ready(recogniser);
  const pid = recogniser.pid;
  await assert.rejects(
    recogniser.hear(piece(DIES)),
    (error) => error instanceof AppError && /code 9/.test(error.message),
  );
  await ready(recogniser);
  assert.notEqual(recogniser.pid, pid);
  assert.equal(await recogniser.hear(piece(ANSWERS, 7)), 'words at 7');
  assert.deepEqual(
    states.map(({ name }) => name),
    ['ready', 'starting', 'ready'],
  );
});

test('a piece it refuses is no death', async () => {
  await using house = open();
  const { recogniser } = house;
  await ready(recogniser);
  const pid = recogniser.pid;
  await assert.rejects(recogniser.hear(piece(REFUSES)), /No such sound/);
  assert.equal(await recogniser.hear(piece(ANSWERS, 1)), 'words at 1');
  assert.equal(recogniser.pid, pid);
});

test('one that can not be had is told as it says it, and not tried again', async () => {
  await using house = open('refuses');
  const { recogniser } = house;
  await until('it has failed', () => recogniser.state.name === 'failed');
  assert.equal(recogniser.state.reason, 'The model is broken');
  await recogniser.close();
  assert.equal(await readFile(join(workDir, 'starts'), 'utf8'), '.');
});

test('one that dies at every start is given up after five', async () => {
  await using house = open('dies');
  const { recogniser } = house;
  await until('it has failed', () => recogniser.state.name === 'failed');
  assert.match(recogniser.state.reason, /code 7.*5 times/);
  assert.equal(await readFile(join(workDir, 'starts'), 'utf8'), '.....');
});

test('close waits for the death of the process and fails what was asked', async () => {
  const { recogniser } = open();
  await ready(recogniser);
  const pid = recogniser.pid!;
  const asked = assert.rejects(recogniser.hear(piece(ANSWERS)), /switched off/);
  await recogniser.close();
  await asked;
  assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
});
