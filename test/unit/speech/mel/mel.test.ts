/** Mel front ends against what librosa, Wav2Lip's and Whisper's own code give. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { melBank } from '../../../../server/speech/mel/mel-bank.ts';
import { Spectrum } from '../../../../server/speech/mel/spectrum.ts';
import { firstColumn, WAV2LIP_HOP, Wav2LipMel } from '../../../../server/speech/mel/wav2lip-mel.ts';
import { WHISPER_COLUMNS, WhisperMel } from '../../../../server/speech/mel/whisper-mel.ts';
import { readNpy } from '../../../support/npy.ts';
import { sharedFile, type SharedFile } from '../../../support/shared-data.ts';
import { readSpeech } from '../../../support/voices.ts';

const TOLERANCE = 1e-4;
const golden = (name: string): SharedFile => sharedFile(`golden/${name}`);

function tone(hz: number, samples: number, gain = 0.5): Float32Array {
  return Float32Array.from({ length: samples }, (_, i) => gain * Math.sin((2 * Math.PI * hz * i) / 16_000)); // prettier-ignore
}

for (const length of [400, 800]) {
  test(`a spectrum of ${length} samples is the sum that it stands for`, () => {
    const samples = Float32Array.from({ length }, (_, i) => Math.sin(i * i * 0.01) + 0.3);
    const spectrum = new Spectrum(length);
    spectrum.run(samples, 0);
    for (const k of [0, 1, 7, 33, length / 4, length / 2]) {
      let [re, im] = [0, 0];
      for (let n = 0; n < length; n += 1) {
        const x = samples[n]! * (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / length));
        re += x * Math.cos((2 * Math.PI * k * n) / length);
        im -= x * Math.sin((2 * Math.PI * k * n) / length);
      }
      assert.ok(
        Math.abs(spectrum.power[k]! - (re * re + im * im)) < 1e-6 * (1 + re * re + im * im),
      );
    }
  });
}

test("Slaney's filters have the numbers that librosa gives", () => {
  const bank = melBank({ rateHz: 16_000, length: 800, count: 80, lowHz: 55, highHz: 7600 });
  const sum = bank.weights.reduce((total, filter) => total + filter.reduce((a, b) => a + b, 0), 0);
  assert.ok(Math.abs(sum - 3.9994979) < 1e-6, String(sum));
  assert.equal(bank.first[0], 3);
  const wanted = [0.0038696, 0.019348, 0.0208124, 0.0053341];
  wanted.forEach((value, i) => assert.ok(Math.abs(bank.weights[0]![i]! - value) < 1e-7));
});

test("Wav2Lip's mel: silence is -4, 440 Hz is loudest in band 10, windows begin where they should", () => {
  const mel = new Wav2LipMel();
  const out = new Float32Array(80);
  mel.column(new Float32Array(1600), 800, out);
  assert.ok(out.every((value) => value === -4));
  mel.column(tone(440, 4000), 2000, out);
  assert.equal(out.indexOf(Math.max(...out)), 10);
  const starts = Array.from({ length: 11 }, (_, i) => firstColumn(i * 40_000));
  assert.deepEqual(starts, [0, 3, 6, 9, 12, 16, 19, 22, 25, 28, 32]);
});

for (const [name, speech] of [
  ['arctic_a0009', 'speech/cmu-arctic/arctic_a0009.wav'],
  ['pocketsphinx-0870', 'speech/librivox/sense_and_sensibility_01_austen_64kb-0870.wav'],
] as const) {
  const reference = golden(`wav2lip_mel_${name}.npy`);
  test(`Wav2Lip's mel of ${name}`, { skip: reference.skip }, () => {
    const { shape, data } = readNpy(reference.path);
    const samples = readSpeech(sharedFile(speech).path);
    const columns = shape[1]!;
    const out = new Float32Array(80 * columns);
    const mel = new Wav2LipMel();
    for (let c = 0; c < columns; c += 1) mel.column(samples, c * WAV2LIP_HOP, out, c, columns);
    let worst = 0;
    for (let i = 0; i < out.length; i += 1) {
      // The reference pads after its pre-emphasis: its last two columns see another end.
      if (i % columns < columns - 2) worst = Math.max(worst, Math.abs(out[i]! - data[i]!));
    }
    assert.ok(worst < TOLERANCE, `off by ${worst}`);
  });
}

test("Whisper's log-mel: silence is flat, a tone stands out by 2", () => {
  const mel = new WhisperMel();
  const out = new Float32Array(80 * WHISPER_COLUMNS);
  mel.run(new Float32Array(3200), out);
  assert.ok(out.every((value) => value === -1.5));
  mel.run(tone(1000, 16_000), out);
  const [least, most] = [out, out].map((all, i) => all.reduce((a, b) => (i ? Math.max(a, b) : Math.min(a, b)))); // prettier-ignore
  assert.ok(Math.abs(most! - least! - 2) < 1e-6);
  assert.equal(out[WHISPER_COLUMNS - 1], least);
});

const whisper = golden('whisper_logmel_pocketsphinx-0870_first712.npy');
test("Whisper's log-mel of a sentence", { skip: whisper.skip }, () => {
  const { shape, data } = readNpy(whisper.path);
  const path = 'speech/librivox/sense_and_sensibility_01_austen_64kb-0870.wav';
  const out = new Float32Array(80 * WHISPER_COLUMNS);
  new WhisperMel().run(readSpeech(sharedFile(path).path), out);
  let worst = 0;
  for (let m = 0; m < 80; m += 1) {
    for (let c = 0; c < shape[1]!; c += 1) {
      const difference = out[m * WHISPER_COLUMNS + c]! - data[m * shape[1]! + c]!;
      worst = Math.max(worst, Math.abs(difference));
    }
  }
  assert.ok(worst < TOLERANCE, `off by ${worst}`);
});
