import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JitterBuffer, type JitterPacket } from '../../../server/speech/jitter-buffer.ts';
import { seededRandom } from '../../support/random.ts';

const FRAME = 960;

/** Packet `index` of a stream of 20 ms packets that begins at sample 0; its payload is the index. */
function packet(index: number, change: Partial<JitterPacket> = {}): JitterPacket {
  const payload = new Uint8Array(20);
  new DataView(payload.buffer).setUint32(0, index);
  return {
    ssrc: 1,
    sequence: (65_530 + index) & 0xffff,
    startSample: index * FRAME,
    samples: FRAME,
    payload,
    restart: false,
    ...change,
  };
}

type Taken = {
  kind: string;
  startSample: number;
  samples: number;
  index?: number;
  restart?: boolean;
};

function takeAll(buffer: JitterBuffer, until: number): Taken[] {
  const taken: Taken[] = [];
  for (let item = buffer.take(until); item !== undefined; item = buffer.take(until)) {
    const { kind, startSample, samples } = item;
    if (item.kind !== 'packet') taken.push({ kind, startSample, samples });
    else {
      const view = new DataView(item.payload.buffer, item.payload.byteOffset);
      taken.push({ kind, startSample, samples, index: view.getUint32(0), restart: item.restart });
    }
  }
  return taken;
}

function kinds(taken: readonly Taken[]): string {
  return taken.map(({ kind, index }) => (kind === 'packet' ? index : kind)).join(' ');
}

test('packets come out in order and contiguous, over the wrap of the sequence', () => {
  const buffer = new JitterBuffer();
  for (const index of [1, 0, 2, 4, 3, 5, 8, 7, 6, 9]) buffer.insert(packet(index));

  const taken = takeAll(buffer, 10 * FRAME);

  assert.equal(kinds(taken), '0 1 2 3 4 5 6 7 8 9');
  assert.deepEqual(
    taken.map(({ startSample }) => startSample),
    taken.map((_, i) => i * FRAME),
  );
  assert.equal(buffer.stats.reordered, 4);
  assert.equal(buffer.stats.lost, 0);
});

test('a packet that continues what was given is ready, one after a gap is not', () => {
  const buffer = new JitterBuffer();
  assert.equal(buffer.ready, false);
  buffer.insert(packet(0));
  assert.equal(buffer.ready, true);
  takeAll(buffer, FRAME);
  buffer.insert(packet(2));
  assert.equal(buffer.ready, false);
  buffer.insert(packet(1));
  assert.equal(buffer.ready, true);
});

test('nothing is given before the first packet, nor beyond what was asked for', () => {
  const buffer = new JitterBuffer();
  assert.equal(buffer.take(1e9), undefined);
  buffer.insert(packet(5));
  buffer.insert(packet(6));

  assert.equal(buffer.take(5 * FRAME), undefined);
  assert.equal(kinds(takeAll(buffer, 5 * FRAME + 1)), '5');
  assert.equal(kinds(takeAll(buffer, 7 * FRAME)), '6');
});

test('a missing packet is concealed for its length and counted once passed', () => {
  const buffer = new JitterBuffer();
  for (const index of [0, 1, 3]) buffer.insert(packet(index));

  const taken = takeAll(buffer, 4 * FRAME);

  assert.equal(kinds(taken), '0 1 lost 3');
  assert.deepEqual(taken[2], { kind: 'lost', startSample: 2 * FRAME, samples: FRAME });
  assert.equal(buffer.stats.lost, 1);
});

test('a packet that comes after its place was asked for is late, not lost', () => {
  const buffer = new JitterBuffer();
  buffer.insert(packet(0));
  assert.equal(kinds(takeAll(buffer, 2 * FRAME)), '0 lost');

  assert.equal(buffer.insert(packet(1)), false);
  buffer.insert(packet(2));
  buffer.insert(packet(4));
  assert.equal(kinds(takeAll(buffer, 5 * FRAME)), '2 lost 4');
  assert.equal(buffer.stats.lost, 1);
  assert.equal(buffer.insert(packet(3)), false);

  assert.equal(buffer.stats.late, 2);
  assert.equal(buffer.stats.lost, 0);
});

test('a pause without a gap in the sequence is silence, not loss', () => {
  const buffer = new JitterBuffer();
  buffer.insert(packet(0));
  buffer.insert(packet(1, { startSample: 21 * FRAME }));

  const taken = takeAll(buffer, 22 * FRAME);

  assert.deepEqual(taken[1], { kind: 'silence', startSample: FRAME, samples: 20 * FRAME });
  assert.equal(kinds(taken), '0 silence 1');
  assert.equal(buffer.stats.dtx, 1);
  assert.equal(buffer.stats.lost, 0);
});

test('after a DTX packet, nothing to come is silence at once', () => {
  const buffer = new JitterBuffer();
  buffer.insert(packet(0, { payload: Uint8Array.of(0xd8) }));

  const first = buffer.take(3 * FRAME);
  assert.equal(first?.kind, 'packet');
  assert.equal(kinds(takeAll(buffer, 3 * FRAME)), 'silence');
});

test('a microphone that stops is concealed for 100 ms, then silent', () => {
  const buffer = new JitterBuffer();
  buffer.insert(packet(0));

  const taken = takeAll(buffer, 20 * FRAME);

  assert.equal(kinds(taken), '0 lost lost lost lost lost silence');
  assert.deepEqual(taken.at(-1), { kind: 'silence', startSample: 6 * FRAME, samples: 14 * FRAME });
});

test('a new sender, a jump of the sequence and a new anchor restart the decoder', () => {
  const changes: Partial<JitterPacket>[] = [
    { ssrc: 2, sequence: 77 },
    { sequence: 30_000 },
    { restart: true },
  ];
  for (const change of changes) {
    const buffer = new JitterBuffer();
    buffer.insert(packet(0));
    buffer.insert(packet(1));
    buffer.insert(packet(5, change));

    const taken = takeAll(buffer, 6 * FRAME);

    assert.equal(kinds(taken), '0 1 silence 5');
    assert.deepEqual(
      taken.filter(({ kind }) => kind === 'packet').map(({ restart }) => restart),
      [true, false, true],
    );
    assert.equal(buffer.stats.restarts, 1);
    assert.equal(buffer.stats.lost, 0);
  }
});

test('packets of 10, 40 and 60 ms keep their places', () => {
  const buffer = new JitterBuffer();
  const sizes = [480, 1920, 2880, 960];
  let startSample = 0;
  for (const [index, samples] of sizes.entries()) {
    buffer.insert(packet(index, { startSample, samples }));
    startSample += samples;
  }

  assert.equal(kinds(takeAll(buffer, startSample)), '0 1 2 3');
  assert.equal(buffer.take(startSample), undefined);
});

test('a full buffer drops the oldest and counts them', () => {
  const buffer = new JitterBuffer(8);
  for (let index = 0; index < 20; index++) buffer.insert(packet(index));

  assert.equal(kinds(takeAll(buffer, 20 * FRAME)), '12 13 14 15 16 17 18 19');
  assert.equal(buffer.stats.overflowed, 12);
  assert.equal(buffer.stats.lost, 0);
});

test('payloads too large for a packet are refused', () => {
  assert.equal(new JitterBuffer().insert(packet(0, { payload: new Uint8Array(1501) })), false);
});

test('random loss, delay and doubling: every place is given once and every packet counted', () => {
  const random = seededRandom(41);
  for (let round = 0; round < 60; round++) {
    const buffer = new JitterBuffer();
    const count = 400;
    const arrivals: { readonly at: number; readonly index: number }[] = [];
    const arrived = new Map<number, number>();
    for (let index = 0; index < count; index++) {
      if (random.next() < 0.1) continue;
      const copies = random.next() < 0.05 ? 2 : 1;
      for (let copy = 0; copy < copies; copy++) {
        const at = (index + 1) * FRAME + random.int(0, 5) * FRAME;
        arrivals.push({ at, index });
        arrived.set(index, Math.min(at, arrived.get(index) ?? Infinity));
      }
    }
    arrivals.sort((a, b) => a.at - b.at);
    const depth = random.int(1, 6) * FRAME;
    const given: Taken[] = [];
    let next = 0;
    for (let now = 0; now < (count + 20) * FRAME; now += FRAME) {
      while (next < arrivals.length && arrivals[next]!.at <= now) {
        buffer.insert(packet(arrivals[next++]!.index));
      }
      given.push(...takeAll(buffer, now - depth));
    }

    let position = given[0]!.startSample;
    for (const item of given) {
      assert.equal(item.startSample, position);
      position += item.samples;
    }
    const played = given.filter(({ kind }) => kind === 'packet').map(({ index }) => index!);
    const first = played[0]!;
    for (const [index, at] of arrived) {
      const inTime = at <= (index + 1) * FRAME - FRAME + depth && index >= first;
      if (inTime) assert.ok(played.includes(index), `${index} came in time`);
    }
    const { stats } = buffer;
    assert.equal(stats.received, arrivals.length);
    assert.equal(stats.received, played.length + stats.late + stats.duplicates);
    assert.equal(stats.duplicates, arrivals.length - arrived.size);
    const last = Math.max(...played);
    const missing = Array.from({ length: last - first }, (_, i) => first + i);
    assert.equal(stats.lost, missing.filter((index) => !arrived.has(index)).length);
  }
});

test('random nonsense leaves the timeline contiguous', () => {
  const random = seededRandom(42);
  const buffer = new JitterBuffer(16);
  let end = 0;
  for (let i = 0; i < 20_000; i++) {
    buffer.insert({
      ssrc: random.int(1, 2),
      sequence: random.int(0, 65_535),
      startSample: end + random.int(-5000, 5000),
      samples: random.int(1, 6) * 480,
      payload: random.bytes(random.int(0, 4)),
      restart: random.next() < 0.05,
    });
    const until = end + 960;
    for (let item = buffer.take(until); item !== undefined; item = buffer.take(until)) {
      assert.ok(item.samples > 0);
      if (item.kind !== 'packet') assert.ok(i === 0 || item.startSample === end);
      end = Math.max(end, item.startSample + item.samples);
    }
  }
  assert.ok(end > 1e6);
});
