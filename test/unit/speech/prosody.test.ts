import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Prosody, PROSODY_HOP, type ProsodyFrame } from '../../../server/speech/prosody.ts';

/** Buzz at `pitchHz`; `gainAt` gives the amplitude at a time in seconds. */
function buzz(seconds: number, pitchHz: (t: number) => number, gainAt: (t: number) => number) {
  let phase = 0;
  return Float32Array.from({ length: seconds * 16000 }, (_, i) => {
    phase += (2 * Math.PI * pitchHz(i / 16000)) / 16000;
    let sum = 0;
    for (let k = 1; k < 12; k += 1) sum += Math.sin(k * phase) / k;
    return sum * gainAt(i / 16000) * 0.3;
  });
}

function run(audio: Float32Array): ProsodyFrame[] {
  const prosody = new Prosody();
  const frames: ProsodyFrame[] = [];
  for (let start = 0; start + PROSODY_HOP <= audio.length; start += PROSODY_HOP) {
    frames.push({ ...prosody.push(audio.subarray(start, start + PROSODY_HOP)) });
  }
  return frames;
}

/** Four syllables a second; every fourth is 9 dB louder and four semitones higher. */
function sentence(gain = 1): Float32Array {
  const stressed = (t: number): boolean => Math.floor(t * 4) % 4 === 1;
  return buzz(
    8,
    (t) => (stressed(t) ? 150 : 118),
    (t) => gain * (stressed(t) ? 0.85 : 0.3) * Math.max(0.003, Math.sin(Math.PI * ((t * 4) % 1))),
  );
}

test('pitch of a buzz is found within three per cent, and no pitch in noise or silence', () => {
  for (const hz of [85, 120, 210, 320]) {
    const frame = run(
      buzz(
        0.5,
        () => hz,
        () => 0.5,
      ),
    ).at(-1)!;
    assert.ok(Math.abs(frame.pitchHz / hz - 1) < 0.03, `${hz} heard as ${frame.pitchHz}`);
  }
  let x = 1;
  const noise = Float32Array.from({ length: 16000 }, () => {
    x = (x * 48271) % 2147483647;
    return (x / 2147483647 - 0.5) * 0.5;
  });
  const voiced = run(noise).filter((frame) => frame.pitchHz > 0).length;
  assert.ok(voiced <= 5, `${voiced} of 50 noise frames voiced`);
  assert.ok(
    run(new Float32Array(16000)).every((frame) => frame.pitchHz === 0 && frame.stress === 0),
  );
});

test('stressed syllables are found, at their peaks, and plain ones mostly are not', () => {
  const stresses = run(sentence()).flatMap((frame, i) => (frame.stress > 0 ? [i * 0.02] : []));
  const onStressed = stresses.filter((t) => Math.floor((t - 0.06) * 4) % 4 === 1);
  assert.ok(onStressed.length >= 6, `${onStressed.length} of 8 found`);
  assert.ok(
    stresses.length - onStressed.length <= 2,
    `${stresses.length} events: ${stresses.join(' ')}`,
  );
});

test('a quieter microphone hears the same stresses after the first second', () => {
  const at = (gain: number): number[] =>
    run(sentence(gain)).flatMap((f, i) => (f.stress > 0 && i > 50 ? [i] : []));
  assert.ok(at(1).length >= 6);
  assert.deepEqual(at(0.1), at(1));
});

test('loudness follows the speaker and rests at zero in silence', () => {
  const frames = run(
    buzz(
      4,
      () => 120,
      (t) => (t < 2 ? 0.5 : 0),
    ),
  );
  assert.ok(frames[80]!.loudness > 0.8);
  assert.equal(frames.at(-1)!.loudness, 0);
  assert.equal(frames.at(-1)!.energyDb, -100);
});

test('samples that are no numbers count as silence', () => {
  const prosody = new Prosody();
  const frame = prosody.push(new Float32Array(PROSODY_HOP).fill(NaN));
  assert.equal(frame.energyDb, -100);
  assert.equal(frame.stress, 0);
  assert.equal(prosody.push(new Float32Array(PROSODY_HOP)), frame, 'the frame is reused');
});
