/** Captions through the real server: refused where nothing is installed, and what a voice says. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { io } from 'socket.io-client';
import {
  CaptionsStatus,
  type Caption,
  type Reply,
  type TriggerFired,
} from '../../server/protocol/index.ts';
import type { Session } from '../../server/session/session.ts';
import { childrenWith, TestApp, until } from '../support/app.ts';
import { installRecogniser, RECOGNISER, wordErrors, wordsOf } from '../support/captions.ts';
import { sharedFile } from '../support/shared-data.ts';
import { concat, readSpeech, tripled, VOICE_RATE_HZ } from '../support/voices.ts';

const CLIPS = ['0870', '0880', '0890'].map((number) =>
  sharedFile(`speech/librivox/sense_and_sensibility_01_austen_64kb-${number}.wav`),
);
const WANTING = RECOGNISER.skip || CLIPS.find(({ skip }) => skip)?.skip || false;
const CHILD = 'recogniser-child';
const silence = (seconds: number) => new Float32Array(VOICE_RATE_HZ * seconds);

async function put(house: TestApp, { id }: Session, on: boolean): Promise<Response> {
  return fetch(`${house.app.url}/api/v1/sessions/${id}/captions`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ on }),
  });
}

async function status(house: TestApp, { id }: Session): Promise<CaptionsStatus> {
  const answer = await fetch(`${house.app.url}/api/v1/sessions/${id}/captions`);
  return CaptionsStatus.parse(await answer.json());
}

test('where nothing is installed captions are refused with what to do, and the rest lives', async () => {
  await using house = await TestApp.open({ captions: true });
  const session = await house.createSession();
  const answer = await put(house, session, true);
  const { error } = (await answer.json()) as { readonly error: { code: string; message: string } };
  assert.equal(answer.status, 503);
  assert.equal(error.code, 'missing_dependency');
  assert.match(error.message, /npm install|models pull captions/);
  const { on, state } = await status(house, session);
  assert.equal(on, false);
  assert.match(state, /^no-/);
  assert.equal(session.snapshot.state, 'live');
  assert.deepEqual(await childrenWith(CHILD), []);
});

test('what is said becomes captions and sets off triggers', { skip: WANTING }, async (t) => {
  const house = await TestApp.open({ modelMirror: RECOGNISER.folder });
  const session = await house.createSession();
  const socket = io(house.app.url, { transports: ['websocket'], reconnection: false });
  try {
    await installRecogniser(house);
    await until('the model is there', async () => (await status(house, session)).state === 'off');
    const captions: (Caption & { readonly delayMs: number })[] = [];
    const fired: string[] = [];
    socket.on('session:caption', (caption: Caption) => {
      const delayMs = (session.pipeline.mediaUs - caption.toUs) / 1000;
      captions.push({ ...caption, delayMs });
    });
    socket.on('trigger:fired', ({ trigger }: TriggerFired) => fired.push(trigger));
    const ask = async (name: string, request: object): Promise<void> => {
      const reply = (await socket.timeout(30_000).emitWithAck(name, request)) as Reply<unknown>;
      assert.ok(reply.ok, JSON.stringify(reply));
    };
    await ask('session:follow', { sessionId: session.id });
    await ask('triggers:save', {
      id: 'prudent',
      title: { en: 'Prudent' },
      source: { kind: 'words', phrases: ['prudently'], from: ['captions'] },
      action: { kind: 'emotion', emotion: 'happy' },
    });
    session.setTier('full');
    assert.equal((await put(house, session, true)).status, 200);
    await until('it is ready', async () => (await status(house, session)).state === 'ready');

    const said = await Promise.all(
      CLIPS.map(async ({ path }) => readFile(path.replace('.wav', '.txt'), 'utf8')),
    );
    const parts = CLIPS.flatMap(({ path }) => [readSpeech(path), silence(2)]);
    await house.speak(session, tripled(concat(silence(2), ...parts)));
    const words = said.flatMap(wordsOf);
    const heard = () => captions.flatMap(({ text }) => wordsOf(text));
    await until('most was heard', () => heard().length >= 0.9 * words.length);

    const errors = wordErrors(words, heard().slice(0, words.length));
    t.diagnostic(`${errors} errors in ${words.length} words; ${JSON.stringify(captions)}`);
    assert.ok(errors <= 0.2 * words.length, `${errors} errors: ${heard().join(' ')}`);
    assert.ok(fired.includes('prudent'), `fired: ${fired.join()}`);
    const kept = (await status(house, session)).captions;
    assert.deepEqual(kept[0]?.text, captions[0]?.text);

    const [pid] = await childrenWith(CHILD);
    process.kill(pid!, 'SIGKILL');
    const another = await until('it is back', async () =>
      (await childrenWith(CHILD)).find((each) => each !== pid),
    );
    await until('it is ready', async () => (await status(house, session)).state === 'ready');
    const before = captions.length;
    await house.speak(session, tripled(concat(silence(1), readSpeech(CLIPS[1]!.path), silence(3))));
    await until('the new one hears', () => captions.length > before);
    assert.deepEqual(await childrenWith(CHILD), [another]);
  } finally {
    socket.close();
    await house.close();
  }
  assert.deepEqual(await childrenWith(CHILD), []);
});
