import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BLOCK_HEADER_BYTES,
  blockHeader,
  matroskaHeader,
} from '../../../server/outputs/matroska.ts';

/** Walks EBML elements (RFC 8794) of one level: id as hex, and the body. */
function elements(bytes: Uint8Array): { readonly id: string; readonly body: Uint8Array }[] {
  const found: { id: string; body: Uint8Array }[] = [];
  for (let at = 0; at < bytes.length;) {
    const idBytes = Math.clz32(bytes[at]!) - 23;
    const id = Buffer.from(bytes.subarray(at, at + idBytes)).toString('hex');
    at += idBytes;
    assert.equal(bytes[at], 1, 'sizes are eight bytes wide');
    const size = Buffer.from(bytes).readUIntBE(at + 2, 6);
    const unknown = bytes.subarray(at + 1, at + 8).every((byte) => byte === 0xff);
    at += 8;
    const end = unknown ? bytes.length : at + size;
    assert.ok(end <= bytes.length, `element ${id} ends inside its parent`);
    found.push({ id, body: bytes.subarray(at, end) });
    at = end;
  }
  return found;
}

test('the header is one EBML head and an open segment with its tracks', () => {
  const header = matroskaHeader([
    { kind: 'i420', width: 512, height: 288, fps: 25 },
    { kind: 'h264', width: 512, height: 288, fps: 25, avcC: Uint8Array.of(1, 2, 3) },
    { kind: 'pcm16', rateHz: 48_000 },
  ]);

  const [head, segment, ...rest] = elements(header);
  assert.equal(head?.id, '1a45dfa3');
  assert.equal(segment?.id, '18538067');
  assert.deepEqual(rest, []);
  const [info, tracks] = elements(segment.body);
  const scale = elements(info!.body).find(({ id }) => id === '2ad7b1');
  assert.equal(Buffer.from(scale!.body).readBigUInt64BE(), 100_000n);
  const codecs = elements(tracks!.body).map(({ body }) =>
    Buffer.from(elements(body).find(({ id }) => id === '86')!.body).toString(),
  );
  assert.deepEqual(codecs, ['V_UNCOMPRESSED', 'V_MPEG4/ISO/AVC', 'A_PCM/INT/LIT']);
});

test('a block header and its payload make exactly one cluster', () => {
  const payload = Uint8Array.of(9, 8, 7);
  const block = { track: 1, ticks: 2 ** 40 + 1, keyframe: true, payloadBytes: payload.length };

  const header = blockHeader(block);

  assert.equal(header.length, BLOCK_HEADER_BYTES);
  const [cluster, ...rest] = elements(Buffer.concat([header, payload]));
  assert.equal(cluster?.id, '1f43b675');
  assert.deepEqual(rest, []);
  const time = Buffer.from(cluster.body.subarray(2, 10)).readBigUInt64BE();
  assert.deepEqual([...cluster.body.subarray(0, 2)], [0xe7, 0x88]);
  assert.equal(time, 2n ** 40n + 1n);
  const [simple] = elements(cluster.body.subarray(10));
  assert.equal(simple?.id, 'a3');
  assert.deepEqual([...simple.body], [0x82, 0, 0, 0x80, 9, 8, 7]);
  assert.equal(blockHeader({ ...block, keyframe: false })[34], 0);
});
