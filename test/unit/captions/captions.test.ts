/** Sessions, queue and switching; the recogniser is a process that answers at once. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { Captions, type CaptionedSession } from '../../../server/captions/captions.ts';
import type { Installation } from '../../../server/captions/installation.ts';
import { createLog } from '../../../server/core/log.ts';
import type { Caption, CaptionsState } from '../../../server/protocol/captions.ts';
import type { SessionId } from '../../../server/protocol/ids.ts';
import type { VoiceListener } from '../../../server/session/microphone-in.ts';
import { until } from '../../support/app.ts';

let workDir: string;
beforeEach(async () => {
  workDir = await mkdtemp(join(tmpdir(), 'posecast-captions-'));
});
afterEach(() => rm(workDir, { recursive: true, force: true }));

const ENTRY = new URL('../../support/odd-recogniser.ts', import.meta.url);

function open(change: { readonly find?: () => Promise<Installation>; encoder?: string } = {}) {
  const told: Caption[] = [];
  const states: CaptionsState[] = [];
  const { encoder = 'starts' } = change;
  const settings = { packageFile: '', encoder, decoder: '', tokenizer: '', workDir };
  const captions = new Captions({
    find: change.find ?? (() => Promise.resolve({ state: 'here', settings, reason: '' })),
    log: createLog('silent'),
    onCaption: (caption) => told.push(caption),
    onState: (state) => states.push(state),
    entry: ENTRY,
  });
  return { captions, told, states, [Symbol.asyncDispose]: () => captions.close() };
}

/** A session whose voice is played by the test. */
class Speaker implements CaptionedSession {
  readonly id: SessionId;
  readonly pipeline: { voiceListener: VoiceListener | undefined };
  #timeUs = 0;
  #listener: Parameters<CaptionedSession['onMood']>[0] | undefined;

  constructor(id: string) {
    this.id = id as SessionId;
    this.pipeline = { voiceListener: undefined };
  }

  onMood(listener: Parameters<CaptionedSession['onMood']>[0]): () => void {
    this.#listener = listener;
    return () => (this.#listener = undefined);
  }

  get listened(): boolean {
    return this.#listener !== undefined && this.pipeline.voiceListener !== undefined;
  }

  /** One second of speech and one of silence. */
  phrase(): void {
    const startUs = this.#timeUs;
    for (let i = 0; i < 100; i += 1) {
      this.pipeline.voiceListener?.(Uint8Array.of(1), this.#timeUs, false);
      this.#timeUs += 20_000;
      const voicedUs = startUs + 20_000 * Math.min(i + 1, 50);
      const mark = { timeUs: this.#timeUs, voicedUs, levelDb: -20 };
      if (i % 5 === 0) this.#listener?.({ ...mark, events: { phraseEnd: 0 } });
    }
  }
}

test('phrases of two sessions become captions, each under its own name', async () => {
  await using house = open();
  const [ann, bob] = [new Speaker('ann'), new Speaker('bob')];
  await house.captions.switch(ann, true);
  await house.captions.switch(bob, true);
  await until('it is ready', async () => (await house.captions.status(ann.id)).state === 'ready');
  ann.phrase();
  bob.phrase();
  await until('both are heard', () => house.told.length === 2);
  assert.deepEqual(house.told.map(({ sessionId }) => sessionId).sort(), ['ann', 'bob']);
  const [caption] = (await house.captions.status(bob.id)).captions;
  assert.equal(caption?.text, `words at ${caption?.fromUs}`);
  assert.ok(caption.toUs > caption.fromUs);
});

test('without the installation it says what to do, and listens to nobody', async () => {
  const reason = 'Captions need the package';
  await using house = open({ find: () => Promise.resolve({ state: 'no-package', reason }) });
  const ann = new Speaker('ann');
  await assert.rejects(house.captions.switch(ann, true), {
    code: 'missing_dependency',
    message: reason,
  });
  assert.equal(ann.listened, false);
  const { on, state } = await house.captions.status(ann.id);
  assert.deepEqual({ on, state }, { on: false, state: 'no-package' });
});

test('a recogniser that does not keep up loses the oldest phrases, and they are counted', async () => {
  // It never becomes ready: the queue only grows.
  await using house = open({ encoder: 'dies' });
  const ann = new Speaker('ann');
  await house.captions.switch(ann, true);
  for (let i = 0; i < 10; i += 1) ann.phrase();
  assert.equal((await house.captions.status(ann.id)).dropped, 7);
});

test('switched off it listens no more, keeps what was said and ends the process', async () => {
  await using house = open();
  const ann = new Speaker('ann');
  await house.captions.switch(ann, true);
  await until('it is ready', async () => (await house.captions.status(ann.id)).state === 'ready');
  ann.phrase();
  await until('it is heard', () => house.told.length === 1);
  const { on, state, captions } = await house.captions.switch(ann, false);
  assert.deepEqual(
    { on, state, captions: captions.length },
    { on: false, state: 'off', captions: 1 },
  );
  assert.equal(ann.listened, false);
  ann.phrase();
  await house.captions.close();
  assert.equal(house.told.length, 1);
});

test('a session that ends is forgotten', async () => {
  await using house = open();
  const ann = new Speaker('ann');
  await house.captions.switch(ann, true);
  house.captions.forget(ann.id);
  assert.equal(house.captions.knows(ann.id), false);
  assert.equal(ann.listened, false);
});

test('a session that ends while the installation is looked at is not listened to', async () => {
  const looked = Promise.withResolvers<Installation>();
  await using house = open({ find: () => looked.promise });
  const ann = new Speaker('ann');
  const switching = house.captions.switch(ann, true);
  house.captions.forget(ann.id);
  const settings = { packageFile: '', encoder: 'starts', decoder: '', tokenizer: '', workDir };
  looked.resolve({ state: 'here', settings, reason: '' });
  assert.equal((await switching).on, false);
  assert.equal(ann.listened, false);
});
