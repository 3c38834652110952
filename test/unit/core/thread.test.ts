import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { NativeCalls } from '../../../server/core/native-calls.ts';
import { Thread } from '../../../server/core/thread.ts';

const GRAPH = join(import.meta.dirname, '../../../models/lipsync/lipsync.onnx');

test('a thread that computes without pause is ended, and nothing else with it', async () => {
  for (let time = 0; time < 12; time += 1) {
    const busy = Promise.withResolvers<void>();
    const death = Promise.withResolvers<Error>();
    const thread = new Thread<never, 'busy'>({
      entry: new URL('../../support/busy-thread.ts', import.meta.url),
      name: 'busy',
      data: { graph: GRAPH },
      onMessage: () => busy.resolve(),
      onDeath: death.resolve,
    });
    await Promise.race([busy.promise, death.promise]);
    await sleep(time);
    await thread.kill();
    assert.match((await death.promise).message, /thread busy ended/);
  }
});

test('whoever ends a thread waits for its calls, and those that come later never begin', async () => {
  const calls = new NativeCalls();
  const underWay = new Int32Array(calls.memory);
  Atomics.add(underWay, 0, 2);
  let ended = false;
  const end = calls.forbid().then(() => (ended = true));
  for (const left of [1, 0]) {
    await sleep(20);
    assert.equal(ended, false, `${left + 1} under way`);
    Atomics.sub(underWay, 0, 1);
    Atomics.notify(underWay, 0);
  }
  await end;
  assert.equal(Atomics.load(underWay, 1), 1);
});
