/** The packages the bench compares with must really run, and the analyser must be a browser's. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Analyser, upsample3 } from '../../../server/bench/lips-analyser.ts';
import { headAudioReader, wawaReader } from '../../../server/bench/lips-peers.ts';
import { earlier } from '../../../server/bench/lips-reader.ts';

function tone(hz: number, rate: number, seconds: number, gain = 1): Float32Array {
  return Float32Array.from(
    { length: rate * seconds },
    (_, i) => gain * Math.sin((2 * Math.PI * hz * i) / rate),
  );
}

/** A buzz of 120 Hz with a vowel's two formants, half a second, between silences. */
function vowel(): Float32Array {
  return Float32Array.from({ length: 16000 * 1.5 }, (_, i) => {
    if (i < 8000 || i >= 16000) return 0;
    let sum = 0;
    for (let k = 1; k < 30; k += 1) {
      const formant =
        Math.exp(-(((k * 120 - 700) / 250) ** 2)) + Math.exp(-(((k * 120 - 1200) / 300) ** 2));
      sum += formant * Math.sin((2 * Math.PI * 120 * k * i) / 16000);
    }
    return sum * 0.2;
  });
}

test('a tone peaks in its bin at the level a browser shows', () => {
  const analyser = new Analyser(tone(1500, 48000, 1, 0.05), 48000);
  const bytes = new Uint8Array(analyser.frequencyBinCount);
  for (let at = 2048; at < 48000; at += 960) {
    analyser.moveTo(at);
    analyser.getByteFrequencyData(bytes);
  }
  assert.equal(bytes.indexOf(Math.max(...bytes)), 64);
  // -26 dB of the sine, -13.5 of window and one-sidedness, on a scale of -100 to -30 dB.
  assert.ok(bytes[64]! >= 218 && bytes[64]! <= 222, `${bytes[64]}`);
  assert.equal(bytes[800], 0);
});

test('upsampling keeps a tone and adds no image of it', () => {
  const up = upsample3(tone(1000, 16000, 0.2, 0.5)).subarray(3000, 6000);
  const expected = tone(1000, 48000, 0.2, 0.5).subarray(3000, 6000);
  const worst = up.reduce((most, x, i) => Math.max(most, Math.abs(x - expected[i]!)), 0);
  assert.ok(worst < 0.005, `${worst}`);
});

test('both peers open on a vowel, rest in digital silence, and leave the page as it was', async () => {
  for (const reader of [await wawaReader(), await headAudioReader()]) {
    const { guess, opening } = await reader.read(vowel());
    assert.equal(guess.length, 75);
    assert.ok(guess.subarray(30, 50).some((viseme) => viseme !== 0));
    assert.ok(guess.subarray(0, 20).every((viseme) => viseme === 0));
    assert.ok(Math.max(...opening) > 0);
  }
  assert.ok(!('window' in globalThis));
  assert.ok(Math.abs(performance.now() - performance.now()) < 1000);
});

test('a known delay is taken out', async () => {
  const reader = {
    read: (audio: Float32Array) =>
      Promise.resolve({
        guess: Uint8Array.from({ length: audio.length / 320 }, (_, i) => i),
        opening: new Float64Array(audio.length / 320),
      }),
  };
  const { guess } = await earlier(reader, 2).read(new Float32Array(3200));
  assert.deepEqual([...guess], [2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});
