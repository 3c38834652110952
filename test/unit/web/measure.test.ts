import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  ClockMap,
  edgeEnergy,
  History,
  Measurement,
  mouthBox,
  OnsetFinder,
  pictureOnset,
  spread,
} from '../../../web/lib/measure.ts';

const STEP_MS = 128 / 48;
const LOUD = 0.01;
const ROOM = 1e-7;

/** Onsets that a finder sees in bursts [start, end) within 4 s. */
function onsets(bursts: readonly (readonly [number, number])[], room = ROOM): number[] {
  const finder = new OnsetFinder();
  const found: number[] = [];
  for (let timeMs = 0; timeMs < 4000; timeMs += STEP_MS) {
    const loud = bursts.some(([start, end]) => timeMs >= start && timeMs < end);
    if (finder.push(timeMs, loud ? LOUD : room)) found.push(timeMs);
  }
  return found;
}

describe('onsets of sound', () => {
  test('are found to the block', () => {
    const found = onsets([[650, 1000], [1650, 2000]]); // prettier-ignore
    assert.equal(found.length, 2);
    assert.ok(found[0]! >= 650 && found[0]! < 650 + STEP_MS);
    assert.ok(found[1]! >= 1650 && found[1]! < 1650 + STEP_MS);
  });

  test('a pause within a word begins nothing', () => {
    assert.equal(onsets([[650, 800], [900, 1100]]).length, 1); // prettier-ignore
  });

  test('a room’s steady noise is no voice', () => {
    assert.equal(onsets([[3000, 3300]], 1e-4).length, 1);
  });

  test('what sounds from the start on has no beginning', () => {
    assert.deepEqual(onsets([[0, 300]]), []);
  });
});

test('another clock is mapped by its fastest messages', () => {
  const clock = new ClockMap();
  for (let i = 0; i < 100; i += 1) clock.add(i * 20, i * 20 + 500 + (i % 7) * 3);
  assert.equal(clock.toPage(1000), 1500);
});

test('a clock that drifts is followed from window to window', () => {
  const clock = new ClockMap(1000);
  for (let i = 0; i < 1000; i += 1) clock.add(i * 20, i * 20 * 1.001);
  const error = clock.toPage(20_000) - 20_020;
  assert.ok(Math.abs(error) < 3, `off by ${error} ms`);
});

/** A mouth at 25 frames a second: `base` at rest, wide from `openMs` on for 300 ms. */
function mouth(openMs: number, shape: { base?: number; sway?: number } = {}): History {
  const { base = 7, sway = 0.05 } = shape;
  const history = new History(1000);
  for (let timeMs = 0; timeMs < 3000; timeMs += 40) {
    const open = timeMs >= openMs && timeMs < openMs + 300 ? 3 : 0;
    history.add(timeMs, base + sway * Math.sin(timeMs / 500) + open);
  }
  return history;
}

describe('onsets of the picture', () => {
  test('are the first frame that is open', () => {
    assert.equal(pictureOnset(mouth(1520), 1500), 1520);
    assert.equal(pictureOnset(mouth(1400), 1500), 1400);
  });

  test('a still mouth has none, nor one that never rests', () => {
    assert.equal(pictureOnset(mouth(9999), 1500), null);
    assert.equal(pictureOnset(mouth(1520, { sway: 2 }), 1500), null);
  });

  test('a single flickering frame is passed over', () => {
    const history = mouth(1600);
    history.values[history.timesMs.indexOf(1440)]! += 1;
    assert.equal(pictureOnset(history, 1500), 1600);
  });
});

test('bursts are followed from the microphone to the viewer', () => {
  const measurement = new Measurement();
  const bursts = [1000, 2010, 3030, 4000];
  const late = { microphone: 0, floor: 70, voice: 150 };
  for (let timeMs = 0; timeMs < 6000; timeMs += STEP_MS) {
    for (const [ear, delayMs] of Object.entries(late)) {
      const lost = ear === 'floor' ? 3030 : NaN;
      const loud = bursts.some(
        (at) => at !== lost && timeMs >= at + delayMs && timeMs < at + delayMs + 300,
      );
      measurement.hear(ear as keyof typeof late, timeMs, loud ? LOUD : ROOM);
    }
  }
  for (let timeMs = 0; timeMs < 6000; timeMs += 40) {
    const open = bursts.some((at) => timeMs >= at + 160 && timeMs < at + 460);
    measurement.see(timeMs, open ? 10 : 7);
  }
  measurement.settle(6000);
  const { bursts: count, soundMs, floorMs, avOffsetMs } = measurement.summary;
  assert.equal(count, 4);
  assert.ok(Math.abs(soundMs!.p50 - 150) <= STEP_MS);
  assert.ok(Math.abs(floorMs!.p50 - 70) <= STEP_MS);
  assert.equal(measurement.bursts[2]!.floorMs, null, 'a lost one is not mistaken for the next');
  assert.ok(avOffsetMs!.p50 >= 10 - STEP_MS && avOffsetMs!.p50 <= 50);
});

test('spread: between neighbours linearly, null of nothing', () => {
  assert.equal(spread([]), null);
  assert.deepEqual(spread([10, 0]), { p5: 0.5, p50: 5, p95: 9.5 });
});

test('edges count looking down, not across', () => {
  const stripes = (across: boolean): Uint8ClampedArray =>
    Uint8ClampedArray.from({ length: 8 * 8 * 4 }, (_, i) => {
      const x = Math.floor(i / 4) % 8;
      const y = Math.floor(i / 32);
      return (across ? x : y) % 2 === 0 ? 0 : 200;
    });
  assert.ok(Math.abs(edgeEnergy(stripes(false), 8, 8) - 200) < 1e-9);
  assert.equal(edgeEnergy(stripes(true), 8, 8), 0);
});

test('the mouth of the embedded hosts is inside its box', () => {
  const { x, y, width, height } = mouthBox(512, 512);
  assert.ok(x < 237 && x + width > 275 && y < 174 && y + height > 198);
});
