import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  publishSample,
  watchNumbers,
  watchSample,
  type StatEntry,
} from '../../../web/lib/stats.ts';

const pair = { type: 'candidate-pair', id: 'P1', currentRoundTripTime: 0.02 };
const transport = { type: 'transport', selectedCandidatePairId: 'P1' };
const video = {
  type: 'inbound-rtp',
  kind: 'video',
  mid: '1',
  packetsReceived: 100,
  packetsLost: 0,
  bytesReceived: 10_000,
  jitterBufferDelay: 1,
  jitterBufferEmittedCount: 50,
  totalDecodeTime: 0.125,
  framesDecoded: 50,
  estimatedPlayoutTimestamp: 1_000_000,
};
const audio = {
  type: 'inbound-rtp',
  kind: 'audio',
  mid: '0',
  packetsReceived: 100,
  packetsLost: 0,
  bytesReceived: 10_000,
  jitterBufferDelay: 4800,
  jitterBufferEmittedCount: 48_000,
  estimatedPlayoutTimestamp: 1_000_012,
};

function later(entry: StatEntry, added: Readonly<Record<string, number>>): StatEntry {
  const sums = Object.entries(added).map(([key, more]) => [key, Number(entry[key] ?? 0) + more]);
  return { ...entry, ...(Object.fromEntries(sums) as Record<string, number>) };
}

const first = watchSample([pair, transport, video, audio], 10_000);

test('rates are taken between two reports', () => {
  const entries = [
    pair,
    transport,
    later(video, {
      jitterBufferDelay: 0.75,
      jitterBufferEmittedCount: 25,
      totalDecodeTime: 0.0625,
      framesDecoded: 25,
      packetsReceived: 60,
      bytesReceived: 100_000,
    }),
    later(audio, {
      jitterBufferDelay: 2400,
      jitterBufferEmittedCount: 48_000,
      packetsReceived: 30,
      packetsLost: 10,
      bytesReceived: 25_000,
    }),
  ];

  const numbers = watchNumbers(first, watchSample(entries, 11_000));

  assert.deepEqual(numbers, {
    roundTripMs: 20,
    bufferMs: 30,
    soundBufferMs: 50,
    decodeMs: 2.5,
    avOffsetMs: 12,
    fps: 25,
    loss: 0.1,
    kbps: 1000,
  });
});

test('a picture older than the sound counts as late, a younger one as early', () => {
  const early = { ...video, estimatedPlayoutTimestamp: 1_000_040 };

  const numbers = watchNumbers(first, watchSample([early, audio], 11_000));

  assert.equal(numbers.avOffsetMs, -28);
});

test('what a browser does not report is null, not zero', () => {
  const bare = { type: 'inbound-rtp', kind: 'video', packetsReceived: 100 };
  const before = watchSample([bare], 0);

  const numbers = watchNumbers(before, watchSample([bare], 1000));

  assert.equal(numbers.avOffsetMs, null);
  assert.equal(numbers.roundTripMs, null);
  assert.equal(numbers.bufferMs, null);
  assert.equal(numbers.decodeMs, null);
  assert.equal(numbers.loss, null);
});

test("mediasoup's silent probator track is not taken for the picture", () => {
  const probator = { type: 'inbound-rtp', kind: 'video', mid: 'probator', framesDecoded: 0 };

  const sample = watchSample([probator, video, audio], 0);

  assert.equal(sample.framesDecoded, 50);
});

test('counters that started anew give no numbers instead of negative ones', () => {
  const anew = { ...video, jitterBufferDelay: 0.1, jitterBufferEmittedCount: 5, framesDecoded: 5 };

  const numbers = watchNumbers(first, watchSample([anew, audio], 11_000));

  assert.equal(numbers.bufferMs, null);
  assert.equal(numbers.decodeMs, null);
  assert.equal(numbers.fps, null);
});

test('Firefox names the pair in use by a mark, without a transport entry', () => {
  const others = { type: 'candidate-pair', id: 'P0', currentRoundTripTime: 0.5 };

  const sample = watchSample([others, { ...pair, selected: true }], 0);

  assert.equal(sample.roundTripMs, 20);
});

test('the way in reports its round trip and the loss that the server saw', () => {
  const remote = { type: 'remote-inbound-rtp', kind: 'audio', fractionLost: 0.04 };

  assert.deepEqual(publishSample([pair, transport, remote]), { roundTripMs: 20, loss: 0.04 });
  assert.deepEqual(publishSample([]), { roundTripMs: null, loss: null });
});
