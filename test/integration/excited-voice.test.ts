/** 「说到激动处自动挥手」 through the real server: a voice alone, no words, makes the avatar wave. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { io } from 'socket.io-client';
import type { MotionState } from '../../server/protocol/index.ts';
import { TestApp, until } from '../support/app.ts';
import { sharedFile } from '../support/shared-data.ts';
import { concat, raised, readSpeech, tripled, VOICE_RATE_HZ } from '../support/voices.ts';

const BOOK = ['0870', '0880', '0890'].map((part) =>
  sharedFile(`speech/librivox/sense_and_sensibility_01_austen_64kb-${part}.wav`),
);
const skip = BOOK.find((file) => file.skip !== false)?.skip ?? false;

test('an excited voice waves, and the calm one before it does not', { skip }, async () => {
  await using house = await TestApp.open();
  const session = await house.createSession();
  const socket = io(house.app.url, { transports: ['websocket'], reconnection: false });
  try {
    const waved: number[] = [];
    let startedAt = 0;
    socket.on('motion:state', ({ playing }: MotionState) => {
      if (playing.some(({ template }) => template === 'wave')) {
        waved.push((performance.now() - startedAt) / 1000);
      }
    });
    await socket.timeout(30_000).emitWithAck('session:follow', { sessionId: session.id });
    session.setTier('full');
    // Who speaks must be known before excitement is: fifteen seconds of reading.
    const calm = concat(...BOOK.map(({ path }) => readSpeech(path)));
    const calmSeconds = calm.length / VOICE_RATE_HZ;
    await house.speak(session, tripled(concat(calm, raised(calm, 9, 5))));
    startedAt = performance.now();
    await until('the avatar waves', () => waved[0]);
    assert.ok(waved[0]! > calmSeconds - 0.5, `it waved after ${waved[0]!} s, while calm`);
  } finally {
    socket.close();
  }
});
