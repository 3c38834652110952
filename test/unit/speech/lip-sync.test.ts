import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../../server/core/errors.ts';
import {
  createLipFrame,
  LIP_HOP,
  LIP_WINDOW,
  LipModel,
  LipWindow,
  resetLipState,
  type LipState,
} from '../../../server/speech/lip-sync.ts';

const MODEL = fileURLToPath(new URL('../../../models/lipsync', import.meta.url));
const STEPS = 60;
let model: LipModel;

before(async () => {
  model = await LipModel.open(MODEL);
});
after(async () => {
  await model.close();
});

/** Vowel-like buzz that changes its colour every 100 ms, with pauses. */
function voice(steps = STEPS, gain = 0.2): Float32Array {
  return Float32Array.from({ length: steps * LIP_HOP }, (_, i) => {
    const part = Math.floor(i / 1600);
    if (part % 4 === 3) return 0;
    const phase = (2 * Math.PI * 120 * i) / 16000;
    let sum = 0;
    for (let k = 1; k < 30; k += 1)
      sum += Math.sin(k * phase) / (1 + Math.abs(k - 4 - 3 * (part % 5)));
    return sum * gain;
  });
}

/** Every step's posteriors and voice, in one row. */
async function stream(state: LipState, audio: Float32Array, chunkSizes: Iterator<number>) {
  const window = new LipWindow();
  const frame = createLipFrame();
  const rows: number[][] = [];
  for (let start = 0; start < audio.length;) {
    const size = Math.min(chunkSizes.next().value as number, audio.length - start);
    const chunk = audio.subarray(start, start + size);
    start += size;
    for (let used = 0; used < chunk.length;) {
      used += window.push(chunk, used);
      if (!window.isFull) continue;
      await model.step(state, window.samples, frame);
      rows.push([...frame.visemes, frame.voice]);
    }
  }
  return rows;
}

function* always(size: number): Generator<number> {
  for (;;) yield size;
}

function* anySize(seed: number): Generator<number> {
  for (let x = seed; ; x = (x * 48271) % 2147483647) yield 1 + (x % 1500);
}

test('the voice may come in chunks of any length', async () => {
  const audio = voice();
  const steady = await stream(model.createState(), audio, always(LIP_HOP));
  assert.equal(steady.length, STEPS);
  for (const seed of [1, 77, 4242]) {
    assert.deepEqual(await stream(model.createState(), audio, anySize(seed)), steady);
  }
});

test('speakers who share the weights do not hear each other', async () => {
  const [a, b] = [voice(), voice().reverse()];
  const alone = await stream(model.createState(), a, always(LIP_HOP));
  const states = [model.createState(), model.createState()] as const;
  const windows = [new LipWindow(), new LipWindow()] as const;
  const frame = createLipFrame();
  for (let step = 0; step < STEPS; step += 1) {
    for (const who of [0, 1] as const) {
      windows[who].push((who === 0 ? a : b).subarray(step * LIP_HOP, (step + 1) * LIP_HOP));
      await model.step(states[who], windows[who].samples, frame);
      if (who === 0) assert.deepEqual([...frame.visemes, frame.voice], alone[step]);
    }
  }
});

test('a reset state answers as a new one', async () => {
  const state = model.createState();
  const first = await stream(state, voice(), always(LIP_HOP));
  const carried = await stream(state, voice(), always(LIP_HOP));
  assert.notDeepEqual(carried, first);
  resetLipState(state);
  assert.deepEqual(await stream(state, voice(), always(LIP_HOP)), first);
});

test('posteriors are finite and sum to one', async () => {
  const loud = voice(STEPS, 20);
  for (const row of await stream(model.createState(), loud, always(LIP_HOP))) {
    const sum = row.slice(0, 15).reduce((total, p) => total + p, 0);
    assert.ok(Math.abs(sum - 1) < 1e-4, `sum ${sum}`);
    assert.ok(row[15]! >= 0 && row[15]! <= 1);
  }
});

test('samples that are no numbers count as silence and poison nothing', async () => {
  const [state, clean] = [model.createState(), model.createState()];
  const [frame, expected] = [createLipFrame(), createLipFrame()];
  for (const bad of [NaN, Infinity, -Infinity, 1e30]) {
    await model.step(state, new Float32Array(LIP_WINDOW).fill(bad), frame);
    await model.step(clean, new Float32Array(LIP_WINDOW), expected);
    assert.deepEqual(frame, expected);
  }
  assert.equal(state.resets, 0);
});

test('a poisoned state is cleared and counted, with the mouth shut for one frame', async () => {
  const state = model.createState();
  state.feeds.state.data.fill(NaN);
  const frame = createLipFrame();
  await model.step(state, voice(2).subarray(0, LIP_WINDOW), frame);
  assert.equal(state.resets, 1);
  assert.deepEqual(frame, createLipFrame());
  await model.step(state, voice(2).subarray(0, LIP_WINDOW), frame);
  assert.equal(state.resets, 1);
  assert.notDeepEqual(frame, createLipFrame());
});

test('digital silence is silence from the first frame on', async () => {
  for (const row of await stream(
    model.createState(),
    new Float32Array(100 * LIP_HOP),
    always(LIP_HOP),
  )) {
    assert.ok(row[0]! > 0.5, `sil ${row[0]}`);
    assert.ok(row[15]! < 0.5, `voice ${row[15]}`);
  }
});

test('a model that breaks the contract is refused in one sentence', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lips-'));
  try {
    await cp(MODEL, folder, { recursive: true });
    const metadata = JSON.parse(await readFile(join(folder, 'lipsync.json'), 'utf8')) as object;
    const refusals: [object, RegExp][] = [
      [{ sha256: '0'.repeat(64) }, /sha256/],
      [{ file: 'none.onnx' }, /none\.onnx/],
      [{ file: '../lipsync.onnx' }, /file/],
      [{ lookaheadMs: -20 }, /lookaheadMs/],
      [{ stateSize: 7 }, /state must be float32\[1,7\], not float32/],
      [{ outputs: Array.from({ length: 15 }, () => 'a') }, /output 0 must be sil, not a/],
    ];
    for (const [change, sentence] of refusals) {
      await writeFile(join(folder, 'lipsync.json'), JSON.stringify({ ...metadata, ...change }));
      await assert.rejects(LipModel.open(folder), (error: unknown) => {
        assert.ok(error instanceof AppError && error.code === 'bad_pack');
        assert.match(error.message, sentence);
        return true;
      });
    }
    await writeFile(join(folder, 'lipsync.json'), 'no json');
    await assert.rejects(LipModel.open(folder), /JSON/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
