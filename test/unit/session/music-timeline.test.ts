import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MUSIC_DELAY_US, MusicTimeline } from '../../../server/session/music-timeline.ts';
import { seededRandom } from '../../support/random.ts';

const MS20 = 20_000;
const OFFSET = 5_000_000;

/** One packet of 20 ms that ends at `sentUs` on the sender's clock and comes `lateUs` after it. */
function packet(number: number, lateUs: number, drift = 1) {
  return {
    rtpTimestamp: (4_294_960_000 + number * 960) >>> 0,
    durationUs: MS20,
    arrivalUs: OFFSET + 1_000_000 + (number + 1) * MS20 * drift + lateUs,
  };
}

test('packets keep their distances, a delay after they came, over jitter and the counter’s end', () => {
  const timeline = new MusicTimeline();
  const random = seededRandom(3);
  const starts = Array.from({ length: 400 }, (_, i) => {
    const placed = timeline.place(packet(i, i === 0 ? 0 : random.int(0, 25_000)), OFFSET);
    assert.equal(placed.discontinuity, i === 0);
    return placed.mediaUs;
  });
  assert.ok(Math.abs(starts[0]! - (1_000_000 + MUSIC_DELAY_US)) <= 1000, `${starts[0]}`);
  for (let i = 1; i < starts.length; i += 1) {
    assert.ok(Math.abs(starts[i]! - starts[i - 1]! - MS20) < 0.01);
  }
  assert.equal(timeline.anchors, 1);
});

test('a drifting clock is anchored anew before the delay is eaten up', () => {
  const timeline = new MusicTimeline();
  let most = 0;
  for (let i = 0; i < 60_000; i += 1) {
    most = Math.max(most, timeline.place(packet(i, 0, 1.0002), OFFSET).latenessUs);
  }
  assert.ok(most < 45_000, `${most} us late`);
  assert.ok(timeline.anchors > 2 && timeline.anchors < 12, `${timeline.anchors} anchors`);
});

test('a jump of the sender, and a new sender, are anchored at once', () => {
  const timeline = new MusicTimeline();
  timeline.place(packet(0, 0), OFFSET);
  const jumped = { ...packet(1, 0), rtpTimestamp: 123_456 };
  const placed = { ...timeline.place(jumped, OFFSET) };
  assert.ok(placed.discontinuity);
  assert.ok(Math.abs(placed.latenessUs) <= 1000);
  timeline.detach();
  assert.ok(timeline.place({ ...jumped, rtpTimestamp: 124_416 }, OFFSET).discontinuity);
});
