import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readWindow, windowOf } from '../../../../server/outputs/push/tcp-window.ts';

const LINE =
  'ESTAB 0 0 127.0.0.1:34216 127.0.0.1:45511 cubic wscale:10,10 rto:204 bytes_sent:38400 ' +
  'bytes_acked:38401 rcv_space:65495 minrtt:0.032';

test('the window is read from what ss says of one connection', () => {
  assert.equal(readWindow(`${LINE} snd_wnd:84992\n`), 84_992);
  assert.equal(readWindow(LINE), 0, 'a closed one is not mentioned');
  assert.equal(readWindow(''), undefined);
  assert.equal(readWindow(`${LINE}\n${LINE}`), undefined, 'which of the two?');
});

test('ss is asked for both ports, and may be missing', async () => {
  const asked: string[] = [];
  const run = (args: readonly string[]): Promise<string> => {
    asked.push(args.join(' '));
    return Promise.resolve(`${LINE} snd_wnd:1000`);
  };
  assert.equal(await windowOf({ localPort: 34216, remotePort: 45511 }, run), 1000);
  assert.deepEqual(asked, ['-tinHO sport = :34216 and dport = :45511']);
  const missing = (): Promise<string> => Promise.reject(new Error('ENOENT'));
  assert.equal(await windowOf({ localPort: 1, remotePort: 2 }, missing), undefined);
  assert.equal(await windowOf({}, run), undefined);
});
