/** The parts of the live bench that are arithmetic. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { microphoneSound, wavBytes } from '../../../server/bench/fake-microphone.ts';
import { spread } from '../../../server/bench/live-viewer.ts';
import { coresBetween, rssSlope, sampleTree } from '../../../server/bench/process-tree.ts';
import { createLipFrame, LIP_HOP, LIP_WINDOW, LipModel } from '../../../server/speech/lip-sync.ts';

const RATE_HZ = 48_000;

/** Stretches of sound as [start, end] in seconds; pauses under 0.2 s belong to the sound. */
function sounds(audio: Float32Array): (readonly [number, number])[] {
  const found: [number, number][] = [];
  audio.forEach((sample, i) => {
    if (Math.abs(sample) < 1e-4) return;
    const seconds = i / RATE_HZ;
    const last = found.at(-1);
    if (last && seconds - last[1] < 0.2) last[1] = seconds;
    else found.push([seconds, seconds]);
  });
  return found;
}

test('the fake microphone speaks once a second, after true silence, at wandering phases', () => {
  const audio = microphoneSound([], 24);
  const found = sounds(audio);
  assert.equal(found.length, 24);
  assert.ok(found[0]![0] > 0.6, 'it begins with silence');
  const phases = new Set(found.map(([start]) => Math.floor(((start * 1000) % 40) / 8)));
  assert.equal(phases.size, 5, 'every fifth of a tick is met');
  for (const [i, [start, end]] of found.entries()) {
    assert.ok(end - start > 0.3 && end - start < 0.36, `burst ${i} takes ${end - start} s`);
    const before = found[i - 1]?.[1] ?? 0;
    assert.ok(start - before > 0.6, `${start - before} s of silence before burst ${i}`);
  }
});

test('where there are no recordings, every burst is a voice to the network, also the second minute’s', async () => {
  const at48 = microphoneSound([], 120);
  const audio = Float32Array.from({ length: at48.length / 3 }, (_, i) => at48[3 * i + 1]!);
  const model = await LipModel.open(join(import.meta.dirname, '../../../models/lipsync'));
  const [state, frame] = [model.createState(), createLipFrame()];
  const heard = new Set<number>();
  for (let i = 0; i + LIP_WINDOW <= audio.length; i += LIP_HOP) {
    await model.step(state, audio.subarray(i, i + LIP_WINDOW), frame);
    if (frame.voice > 0.5) heard.add(Math.floor((i * 3) / RATE_HZ));
  }
  await model.close();
  assert.equal(heard.size, 120);
});

test('the WAV says what it is', () => {
  const wav = wavBytes(Float32Array.of(0, 0.5, -1));
  assert.equal(wav.length, 50);
  assert.equal(wav.toString('latin1', 0, 4) + wav.toString('latin1', 8, 16), 'RIFFWAVEfmt ');
  assert.equal(wav.readUInt32LE(24), RATE_HZ);
  assert.deepEqual([wav.readInt16LE(46), wav.readInt16LE(48)], [16_384, -32_767]);
});

test('memory’s slope is the line through its samples', () => {
  const samples = Array.from({ length: 60 }, (_, i) => ({
    atMs: i * 1000,
    cpuSeconds: i / 2,
    rssMb: 300 + i * 0.1 + (i % 2),
  }));
  assert.ok(Math.abs(rssSlope(samples) - 6) < 0.1);
  assert.equal(rssSlope([]), 0);
  assert.equal(coresBetween(samples[0]!, samples[10]!), 0.5);
});

test('a process tree has a size', async () => {
  const { rssMb, cpuSeconds } = await sampleTree(process.pid);
  assert.ok(rssMb > 10 && cpuSeconds > 0);
});

test('spread of a single value is that value', () => {
  assert.deepEqual(spread([7]), { p5: 7, p50: 7, p95: 7 });
});
