/** A body that listens far ahead: its frame shows the mouth of its own time, and its window lies where it says. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Durations } from '../../../server/core/percentiles.ts';
import { ARKIT, ARKIT_COUNT } from '../../../server/protocol/arkit.ts';
import { Ear, hearingSamples, partHeard } from '../../../server/speech/ear.ts';
import { LipModel } from '../../../server/speech/lip-sync.ts';
import { Speech } from '../../../server/speech/speech.ts';
import { tripled } from '../../support/voices.ts';

const PIECE = 960;
const FRAMES = 40;
const FRAME_US = 40_000;
const FAR = { beforeMs: 1500, afterMs: 239 };
const meter = { stages: { decode: new Durations(1), lips: new Durations(1) } };
let lips: LipModel;

before(async () => {
  lips = await LipModel.open(fileURLToPath(new URL('../../../models/lipsync', import.meta.url)));
});
after(() => lips.close());

/** Two seconds of syllables with pauses, 48 kHz. */
const VOICE = tripled(
  Float32Array.from({ length: 32_000 }, (_, i) => {
    const part = Math.floor(i / 2400);
    if (part % 3 === 2) return 0;
    let sum = 0;
    for (let k = 1; k < 30; k += 1) {
      sum +=
        Math.sin((k * 2 * Math.PI * 120 * i) / 16_000) / (1 + Math.abs(k - 4 - 3 * (part % 5)));
    }
    return 0.2 * sum;
  }),
);

/** What each frame shows when it is drawn as soon as `ear` has heard enough. */
async function frames(hearing: typeof FAR | undefined) {
  const speech = await Speech.open(lips);
  const ear = new Ear(speech, hearing);
  const shown = [];
  let at = 0;
  for (let frame = 0; frame < FRAMES; frame += 1) {
    const timeUs = frame * FRAME_US;
    while (speech.heardUs < timeUs + ear.aheadUs) {
      const piece = new Float32Array(PIECE);
      piece.set(VOICE.subarray(at, at + PIECE));
      await speech.hearSound(piece, meter);
      at += PIECE;
    }
    const face = new Float32Array(ARKIT_COUNT);
    const { voice, stress } = speech.show(timeUs);
    speech.applyMouth(face);
    shown.push({ face, voice, stress, sound: ear.listen(timeUs)?.slice() });
  }
  speech.close();
  return { shown, aheadUs: ear.aheadUs };
}

test('hearing further ahead delays the frame and changes nothing of what it shows', async () => {
  const near = await frames(undefined);
  const far = await frames(FAR);
  assert.equal(near.aheadUs, 60_000);
  assert.equal(far.aheadUs, 239_938);
  assert.ok(near.shown.every(({ sound }) => sound === undefined));
  const said = ({ face, voice, stress }: (typeof near.shown)[number]) => ({ face, voice, stress });
  assert.deepEqual(far.shown.map(said), near.shown.map(said));
  assert.ok(
    near.shown.some(({ face }) => face[ARKIT.jawOpen]! > 0.1),
    'the mouth moves',
  );
});

test('the window holds the sound of its time, silence before there was any', async () => {
  const { shown } = await frames(FAR);
  const window = shown[30]!.sound!;
  assert.equal(window.length, hearingSamples(FAR));
  // Frame 30 is at 1.2 s: the first 300 ms lie before the beginning. The low-pass rings a little.
  assert.ok(window.subarray(0, 4700).every((sample) => Math.abs(sample) < 1e-3));
  let [error, energy] = [0, 0];
  for (let i = 4800; i < window.length; i += 1) {
    // At sample 4800 of the window the voice begins.
    const heard = VOICE[3 * (i - 4800)]!;
    error += (window[i]! - heard) ** 2;
    energy += heard ** 2;
  }
  assert.ok(error < 0.02 * energy, `off by ${error / energy} of its energy`);
  const narrow = { beforeMs: 100, afterMs: 60 };
  const part = partHeard(window, FAR, narrow);
  assert.deepEqual([part.length, part[0]], [2560, window[1400 * 16]]);
});
