import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeyInserter, standInFor } from '../../../../server/outputs/push/key-inserter.ts';
import { seeded } from '../../../support/random.ts';

const HANDSHAKE = Buffer.alloc(3073, '~');
const KEY = 'live_123456789_AbCdEfGhIjKlMnOpQr';

/** All that comes out when `stream` goes in, cut at random places. */
function through(inserter: KeyInserter, stream: Buffer, next: () => number): Buffer {
  const out: Buffer[] = [];
  for (let at = 0; at < stream.length;) {
    const length = 1 + Math.floor(next() * 40);
    out.push(Buffer.from(inserter.push(Buffer.from(stream.subarray(at, at + length)))));
    at += length;
  }
  return Buffer.concat(out);
}

test('a stand-in has the length of its key and is another each time', () => {
  const [one, two] = [standInFor(KEY), standInFor(KEY)];
  assert.equal(one.length, KEY.length);
  assert.notEqual(one, two);
  assert.match(one, /^~[A-Za-z0-9]+$/);
  assert.equal(standInFor('ab'), 'ab', 'nothing to hide');
});

test('three stand-ins become keys however the stream is cut, nothing else changes', () => {
  const next = seeded(5);
  for (let round = 0; round < 200; round += 1) {
    const standIn = standInFor(KEY);
    const noise = (): Buffer =>
      Buffer.from(Array.from({ length: 60 + Math.floor(next() * 80) }, () => next() * 256));
    const names = (name: string): Buffer[] =>
      [0, 1, 2].map(() => {
        const cut = 1 + ((round * 7) % 31);
        // As RTMP does where a message is longer than a chunk.
        return round % 2 === 0
          ? Buffer.from(name)
          : Buffer.concat([
              Buffer.from(name.slice(0, cut)),
              Buffer.of(0xc3),
              Buffer.from(name.slice(cut)),
            ]);
      });
    const gaps = [noise(), noise(), noise(), noise()];
    const stream = (name: string): Buffer =>
      Buffer.concat([
        HANDSHAKE,
        ...gaps.flatMap((gap, i) => [gap, names(name)[i] ?? Buffer.alloc(0)]),
      ]);
    const out = through(new KeyInserter(standIn, KEY), stream(standIn), next);
    assert.deepEqual(out, stream(KEY));
  }
});

test('after the three, what looks the same passes by untouched', () => {
  const standIn = standInFor(KEY);
  const inserter = new KeyInserter(standIn, KEY);
  assert.deepEqual(inserter.push(Buffer.from(HANDSHAKE)), HANDSHAKE, 'not a byte is held back');
  const out = inserter.push(Buffer.from(standIn.repeat(4)));
  assert.equal(out.toString(), KEY.repeat(3) + standIn);
});
