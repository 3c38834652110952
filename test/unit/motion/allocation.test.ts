/**
 * A step that leaves garbage behind makes collections, and a collection makes a frame late. What a
 * stretch of ticks allocates is how much the heap has grown before anything of it is collected.
 */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { LivePose } from '../../../server/motion/live-pose.ts';
import { Motion } from '../../../server/motion/motion.ts';
import type { PlayScript, PlayStep } from '../../../server/motion/play-script.ts';
import { FRAME_FLOATS, FRAME_LAYOUT } from '../../../server/motion/template/compiled-template.ts';
import { createPose } from '../../../server/protocol/pose.ts';
import { clip, NOD } from '../../support/motion-clips.ts';

const TICK_SECONDS = 0.04;
const WARM_UP_TICKS = 6000;
const TICKS = 20_000;
/** So few that they fit into the young generation: nothing is collected between two looks. */
const STRETCH_TICKS = 200;
/** Of a stretch, those in which live sources see somebody. */
const SEEN_TICKS = 100;
/**
 * Bytes a tick. What there is (about 400) are numbers that the compiler boxes between functions, 12
 * to 16 bytes each; Math.hypot alone made 2000.
 */
const MOST_BYTES = 700;

let collect: () => void;

before(() => {
  setFlagsFromString('--expose-gc');
  collect = runInNewContext('gc') as () => void;
});

const SWAY = clip({
  id: 'sway',
  seconds: 2,
  loop: true,
  beats: 4,
  aim: 'rightHand',
  tracks: {
    body: {
      rightWrist: [
        { t: 0, x: -1, y: 0 },
        { t: 1, x: -1.2, y: -0.5 },
        { t: 2, x: -1, y: 0 },
      ],
    },
    rightHand: [{ t: 0, shape: 'open' }],
    face: { jawOpen: [{ t: 0, value: 0.5 }] },
  },
});

function script(id: number, template: PlayStep['template'], rank: number): PlayScript {
  const step = { template, mirrored: id % 2 === 0, speed: 1, size: 1, at: { x: 0.2, y: 0.4 } };
  return { id, rank, when: 'now', emotion: 'happy', moments: [[step]], round: false };
}

/** Everything that can move an avatar at once, moving. */
class Everything {
  readonly webcam = new LivePose();
  readonly vmc = new LivePose();
  readonly motion = new Motion({
    seed: 7,
    placeOf: ({ x, y }) => ({ x: 4 * x - 2, y: 3 * y - 1.4 }),
    live: [this.webcam, this.vmc],
  });
  readonly #pose = createPose();
  readonly #speech = { voice: 1, stress: 0 };
  readonly #beat = { bpm: 117, phase: 0 };
  readonly #record = { floats: new Float32Array(FRAME_FLOATS), timeUs: 0, has: () => true };
  #tick = 0;

  constructor() {
    this.motion.tier = 'full';
    this.motion.player.play(script(1, SWAY, 1), 0);
    this.motion.player.play(script(2, NOD, 2), 0);
    for (let i = 2; i < FRAME_LAYOUT.head; i += 3) this.#record.floats[i] = 1;
  }

  run(ticks: number): void {
    for (let i = 0; i < ticks; i += 1) this.#next();
  }

  #next(): void {
    this.#tick += 1;
    const seconds = this.#tick * TICK_SECONDS;
    this.#speech.stress = this.#tick % 12 < 3 ? 1 : 0;
    this.#beat.phase = ((seconds * this.#beat.bpm) / 60) % 1;
    this.motion.player.beat = this.#beat;
    this.motion.update(seconds, this.#speech, this.#pose);
  }

  /** Somebody is seen for a while from now on; then the layers fade. */
  see(): void {
    const { floats } = this.#record;
    const seconds = (this.#tick + SEEN_TICKS) * TICK_SECONDS;
    for (let i = 0; i < FRAME_LAYOUT.head; i += 3) {
      floats[i] = Math.sin(i + seconds);
      floats[i + 1] = Math.cos(i - seconds);
    }
    this.#record.timeUs = seconds * 1e6;
    this.webcam.push(this.#record);
    this.vmc.push(this.#record);
  }
}

/** Bytes a tick that `run` allocates. */
function allocated(run: (ticks: number) => void, prepare: () => void): number {
  let bytes = 0;
  for (let done = 0; done < TICKS; done += STRETCH_TICKS) {
    prepare();
    collect();
    const from = process.memoryUsage().heapUsed;
    run(STRETCH_TICKS);
    bytes += process.memoryUsage().heapUsed - from;
  }
  return bytes / TICKS;
}

test('an avatar moved by everything at once allocates next to nothing per tick', (t) => {
  const everything = new Everything();
  for (let done = 0; done < WARM_UP_TICKS; done += STRETCH_TICKS) {
    everything.see();
    everything.run(STRETCH_TICKS);
  }
  const { playing } = everything.motion.player.state(WARM_UP_TICKS * TICK_SECONDS);
  assert.equal(playing.length, 2, 'the templates still play');
  const bytes = allocated(
    (ticks) => everything.run(ticks),
    () => everything.see(),
  );
  t.diagnostic(`${bytes.toFixed(1)} bytes a tick`);
  assert.ok(bytes <= MOST_BYTES, `${bytes.toFixed(1)} bytes a tick`);
});

test('the measure sees a single array per tick', () => {
  const kept: object[] = [{}];
  const bytes = allocated(
    (ticks) => {
      for (let i = 0; i < ticks; i += 1) kept[0] = Array.from({ length: 100 }, () => i);
    },
    () => undefined,
  );
  assert.ok(bytes > MOST_BYTES, `${bytes}`);
});
