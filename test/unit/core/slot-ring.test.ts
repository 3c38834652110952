import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { createMeta, createRing, RingReader, RingWriter } from '../../../server/core/slot-ring.ts';
import { seeded } from '../../support/random.ts';

function record(
  value: number,
  bytes: number,
): { payload: Uint8Array; meta: ReturnType<typeof createMeta> } {
  const payload = new Uint8Array(bytes).fill(value & 0xff);
  return { payload, meta: { timeUs: value * 10, sourceUs: value, flags: value & 3, bytes } };
}

test('records come out as they went in, in order', () => {
  const ring = createRing({ slots: 4, slotBytes: 64 });
  const reader = new RingReader(ring);
  const writer = new RingWriter(ring);
  for (const value of [1, 2, 3]) {
    const { payload, meta } = record(value, 10 + value);
    assert.equal(writer.push(payload, meta), true);
  }
  const out = new Uint8Array(64);
  const meta = createMeta();
  for (const value of [1, 2, 3]) {
    assert.equal(reader.read(out, meta), true);
    assert.deepEqual(meta, record(value, 10 + value).meta);
    assert.deepEqual(out.subarray(0, meta.bytes), record(value, 10 + value).payload);
  }
  assert.equal(reader.read(out, meta), false);
});

test('a full ring drops the oldest and counts them', () => {
  const ring = createRing({ slots: 4, slotBytes: 16 });
  const reader = new RingReader(ring);
  const writer = new RingWriter(ring);
  for (let value = 1; value <= 10; value += 1) {
    const { payload, meta } = record(value, 8);
    writer.push(payload, meta);
  }
  const out = new Uint8Array(16);
  const meta = createMeta();
  const seen: number[] = [];
  while (reader.read(out, meta)) seen.push(meta.sourceUs);
  assert.deepEqual(seen, [7, 8, 9, 10]);
  assert.equal(reader.dropped, 6);
});

test('a payload larger than a slot is refused and nothing is written', () => {
  const ring = createRing({ slots: 2, slotBytes: 16 });
  const reader = new RingReader(ring);
  const writer = new RingWriter(ring);
  assert.equal(writer.push(new Uint8Array(17 + 7), record(1, 24).meta), false);
  assert.equal(reader.pending, 0);
  assert.equal(writer.push(record(2, 16).payload, record(2, 16).meta), true);
  assert.equal(reader.pending, 1);
});

test('random pushes and reads: every record read is whole, and read + dropped = written', () => {
  const random = seeded(7);
  const ring = createRing({ slots: 8, slotBytes: 128 });
  const reader = new RingReader(ring);
  const writer = new RingWriter(ring);
  const out = new Uint8Array(128);
  const meta = createMeta();
  let written = 0;
  let read = 0;
  let newest = 0;
  for (let round = 0; round < 5000; round += 1) {
    if (random() < 0.6) {
      written += 1;
      const { payload, meta: described } = record(written, 1 + Math.floor(random() * 128));
      writer.push(payload, described);
    } else if (reader.read(out, meta)) {
      read += 1;
      assert.ok(meta.sourceUs > newest, 'records stay in order');
      newest = meta.sourceUs;
      assert.deepEqual(out.subarray(0, meta.bytes), record(newest, meta.bytes).payload);
    }
  }
  while (reader.read(out, meta)) read += 1;
  assert.equal(read + reader.dropped, written);
});

test('a reader on another thread never sees a torn record', async () => {
  const ring = createRing({ slots: 4, slotBytes: 4096 });
  const reader = new RingReader(ring);
  const worker = new Worker(new URL('../../support/ring-writer.ts', import.meta.url), {
    workerData: { ring, count: 20_000 },
  });
  const exited = once(worker, 'exit');
  const out = new Uint8Array(4096);
  const meta = createMeta();
  let read = 0;
  let ended = false;
  void exited.then(() => (ended = true));
  while (!ended || reader.pending > 0) {
    await reader.wait(20);
    while (reader.read(out, meta)) {
      read += 1;
      const value = meta.sourceUs & 0xff;
      for (let i = 0; i < meta.bytes; i += 97) assert.equal(out[i], value);
    }
  }
  await exited;
  assert.ok(read > 0);
  assert.equal(read + reader.dropped, 20_000);
});
