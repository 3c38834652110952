import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AudioTimeline } from '../../../server/session/audio-timeline.ts';
import { seeded } from '../../support/random.ts';

const PACKET_US = 20_000;
const SAMPLES = 960;

/** Sends packet number `n` at its time plus `delayUs`. */
function feed(timeline: AudioTimeline, n: number, delayUs: number, startUs = 1_000_000) {
  return timeline.place((n * SAMPLES) >>> 0, PACKET_US, startUs + (n + 1) * PACKET_US + delayUs);
}

test('packets keep their RTP distances whatever the network does', () => {
  const random = seeded(1);
  const timeline = new AudioTimeline(1_000_000);
  let last: number | undefined;
  for (let n = 0; n < 500; n += 1) {
    const { mediaUs, discontinuity } = feed(timeline, n, random() * 60_000);
    assert.equal(discontinuity, n === 0);
    if (last !== undefined) assert.equal(mediaUs - last, PACKET_US);
    last = mediaUs;
  }
});

test('packets lie on the 20 ms grid, so that they end with ticks', () => {
  const timeline = new AudioTimeline(123_456);
  const { mediaUs } = timeline.place(77, PACKET_US, 5_000_011);
  assert.equal(mediaUs % PACKET_US, 0);
});

test('after a delayed first packet the offset settles on the fastest ones', () => {
  const timeline = new AudioTimeline(1_000_000);
  for (let n = 0; n < 25; n += 1) feed(timeline, n, n < 3 ? 80_000 : 0);
  const { latenessUs } = feed(timeline, 25, 0);
  assert.ok(Math.abs(latenessUs) < 1000, `lateness is ${latenessUs} us`);
});

test('clock drift of 200 ppm is followed: lateness stays small over ten minutes', () => {
  for (const ppm of [200, -200]) {
    const timeline = new AudioTimeline(0);
    let lateness = 0;
    for (let n = 0; n < 30_000; n += 1) {
      const arrivalUs = (n + 1) * PACKET_US * (1 + ppm / 1e6);
      lateness = timeline.place((n * SAMPLES) >>> 0, PACKET_US, arrivalUs).latenessUs;
    }
    assert.ok(Math.abs(lateness) < 2000, `lateness is ${lateness} us at ${ppm} ppm`);
    assert.equal(timeline.reanchors, 1);
  }
});

test('a pause of the sender re-anchors instead of being slewed away', () => {
  const timeline = new AudioTimeline(0);
  for (let n = 0; n < 200; n += 1) feed(timeline, n, 0, 0);
  // The sender's clock stood still for 3 s: RTP goes on as if nothing had been.
  let placed = feed(timeline, 200, 3_000_000, 0);
  for (let n = 201; n < 330; n += 1) placed = feed(timeline, n, 3_000_000, 0);
  assert.equal(timeline.reanchors, 2);
  assert.ok(Math.abs(placed.latenessUs) < 25_000, `lateness is ${placed.latenessUs} us`);
});

test('a burst after a network hiccup does not re-anchor', () => {
  const timeline = new AudioTimeline(0);
  for (let n = 0; n < 100; n += 1) feed(timeline, n, 0, 0);
  for (let n = 100; n < 125; n += 1) feed(timeline, n, (125 - n) * PACKET_US, 0);
  for (let n = 125; n < 200; n += 1) feed(timeline, n, 0, 0);
  assert.equal(timeline.reanchors, 1);
});

test('MediaTime never runs backwards over a new microphone', () => {
  const timeline = new AudioTimeline(0);
  let endUs = 0;
  for (let n = 0; n < 100; n += 1) endUs = feed(timeline, n, 0, 0).mediaUs + PACKET_US;
  timeline.detach();
  const { mediaUs, discontinuity } = timeline.place(4_000_000_000, PACKET_US, 100 * PACKET_US);
  assert.equal(discontinuity, true);
  assert.ok(mediaUs >= endUs);
});

test('the 32-bit RTP timestamp may wrap', () => {
  const timeline = new AudioTimeline(0);
  const base = 2 ** 32 - 2 * SAMPLES;
  let last = timeline.place(base, PACKET_US, PACKET_US).mediaUs;
  for (let n = 1; n < 6; n += 1) {
    const timestamp = (base + n * SAMPLES) % 2 ** 32;
    const { mediaUs } = timeline.place(timestamp, PACKET_US, (n + 1) * PACKET_US);
    assert.equal(mediaUs - last, PACKET_US);
    last = mediaUs;
  }
  assert.equal(timeline.reanchors, 1);
});

test('timestamps that were rounded to milliseconds leave neither gap nor overlap, lost packets or not', () => {
  const random = seeded(2);
  const timeline = new AudioTimeline(0);
  let [expectedUs, lastN] = [Number.NaN, 0];
  for (let n = 0; n < 500; n += 1) {
    if (n % 7 === 3) continue;
    const rounded = n * SAMPLES + Math.round((random() - 0.5) * 48);
    const { mediaUs } = timeline.place(rounded >>> 0, PACKET_US, (n + 1) * PACKET_US);
    expectedUs = Number.isNaN(expectedUs) ? mediaUs : expectedUs + (n - lastN) * PACKET_US;
    lastN = n;
    assert.equal(mediaUs, expectedUs);
  }
});

test('a pause of any length keeps its length, and slow drift of timestamps is not lost', () => {
  const timeline = new AudioTimeline(0);
  const first = timeline.place(0, PACKET_US, PACKET_US).mediaUs;
  const paused = timeline.place(48_480, PACKET_US, 1_030_000).mediaUs;
  assert.equal(paused - first, 1_010_000);
  let [n, placed] = [0, paused];
  for (; n < 3000; n += 1) {
    const timestamp = Math.round(48_480 + n * SAMPLES * 1.0001);
    placed = timeline.place(timestamp, PACKET_US, 1_030_000 + n * PACKET_US * 1.0001).mediaUs;
  }
  const drifted = (n - 1) * PACKET_US * 1.0001;
  assert.ok(Math.abs(placed - paused - drifted) <= 2000);
});
