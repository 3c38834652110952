import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ARKIT, ARKIT_COUNT } from '../../../server/protocol/arkit.ts';
import { visemeFace } from '../../../server/speech/mouth.ts';
import { fuseMouth } from '../../../server/speech/mouth-fusion.ts';

function fused(audio: Float32Array, webcam: Float32Array, confidence: number): Float32Array {
  const out = new Float32Array(ARKIT_COUNT).fill(0.25);
  fuseMouth(audio, webcam, confidence, out);
  return out;
}

test('without a camera the voice moves the mouth alone, with one fully seen the camera does', () => {
  const [said, seen] = [visemeFace('aa'), visemeFace('ou')];
  assert.equal(fused(said, seen, 0)[ARKIT.jawOpen], said[ARKIT.jawOpen]);
  assert.equal(fused(said, seen, NaN)[ARKIT.jawOpen], said[ARKIT.jawOpen]);
  assert.equal(fused(said, seen, 1)[ARKIT.jawOpen], seen[ARKIT.jawOpen]);
  const half = fused(said, seen, 0.5)[ARKIT.mouthPucker]!;
  assert.ok(half > 0 && half < seen[ARKIT.mouthPucker]!);
});

test('lips that the voice hears meet are shut, though the camera saw them open', () => {
  const face = fused(visemeFace('PP'), visemeFace('aa'), 1);
  assert.equal(face[ARKIT.jawOpen], 0);
  assert.ok(face[ARKIT.mouthPressLeft]! >= 0.5);
});

test('a bite stays a bite', () => {
  assert.ok(fused(visemeFace('FF'), visemeFace('E'), 1)[ARKIT.mouthRollLower]! > 0.6);
});

test('the rest of the face is left alone, and a broken camera value counts as unseen', () => {
  const broken = visemeFace('aa');
  broken[ARKIT.jawOpen] = NaN;
  const face = fused(visemeFace('E'), broken, 1);
  assert.equal(face[ARKIT.eyeBlinkLeft], 0.25);
  assert.equal(face[ARKIT.jawOpen], visemeFace('E')[ARKIT.jawOpen]);
});

test('it may write into one of the two', () => {
  const audio = visemeFace('aa');
  const expected = fused(audio, visemeFace('ih'), 0.7);
  fuseMouth(audio, visemeFace('ih'), 0.7, audio);
  assert.equal(audio[ARKIT.jawOpen], expected[ARKIT.jawOpen]);
});
