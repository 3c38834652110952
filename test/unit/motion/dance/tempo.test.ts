import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Tempo } from '../../../../server/motion/dance/tempo.ts';

const heard = (confidence: number) => ({ bpm: 100, phase: 0.25, confidence, nextBeatUs: 0 });

test('music counts once its beat is clear, and until it is unclear', () => {
  const tempo = new Tempo();
  assert.equal(tempo.at(0, undefined).source, null);
  assert.equal(tempo.at(0, heard(0.25)).source, null);
  assert.deepEqual(tempo.at(0, heard(0.4)), {
    bpm: 100,
    phase: 0.25,
    confidence: 0.4,
    source: 'music',
  });
  assert.equal(tempo.at(0, heard(0.25)).source, 'music');
  assert.deepEqual(tempo.at(0, heard(0.1)), { bpm: 0, phase: 0, confidence: 0, source: null });
  assert.equal(tempo.at(0, heard(0.25)).source, null);
});

test('a tempo by hand overrides the music until it is taken back', () => {
  const tempo = new Tempo();
  tempo.byHand = { bpm: 120, beatUs: 10_000_000 };
  const { bpm, phase, source } = tempo.at(9_875_000, heard(0.9));
  assert.deepEqual({ bpm, source }, { bpm: 120, source: 'tap' });
  assert.ok(Math.abs(phase - 0.75) < 1e-9, `${phase}`);
  tempo.byHand = undefined;
  assert.equal(tempo.at(0, heard(0.9)).source, 'music');
});
