import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ARKIT, ARKIT_COUNT, ARKIT_NAMES } from '../../../server/protocol/arkit.ts';
import { createLipFrame, type LipFrame } from '../../../server/speech/lip-sync.ts';
import { Mouth, MOUTH_WEIGHTS, VISEME_SHAPES, visemeFace } from '../../../server/speech/mouth.ts';
import { VISEMES, type Viseme } from '../../../server/speech/visemes.ts';

const STEP_S = 0.02;

function saying(viseme: Viseme, sureness = 1, voice = 1): LipFrame {
  const frame = createLipFrame();
  frame.visemes.fill((1 - sureness) / 14);
  frame.visemes[VISEMES.indexOf(viseme)] = sureness;
  frame.voice = voice;
  return frame;
}

function faceOf(mouth: Mouth): Float32Array {
  const face = new Float32Array(ARKIT_COUNT);
  mouth.apply(face);
  return face;
}

function gap(face: Float32Array): number {
  return face[ARKIT.jawOpen]! - face[ARKIT.mouthClose]!;
}

function settled(viseme: Viseme): Float32Array {
  const mouth = new Mouth();
  for (let i = 0; i < 20; i += 1) mouth.update(saying(viseme), STEP_S);
  return faceOf(mouth);
}

test('every shape stays within 0..1 and names ARKit weights', () => {
  for (const viseme of Object.keys(VISEME_SHAPES) as Viseme[]) {
    for (const weight of visemeFace(viseme)) assert.ok(weight >= 0 && weight <= 1);
  }
  for (const name of MOUTH_WEIGHTS) assert.ok(ARKIT_NAMES.includes(name));
});

test('p closes, a opens widest, f bites, o and u round, i spreads', () => {
  const closed = settled('PP');
  assert.ok(gap(closed) < 0.02 && closed[ARKIT.mouthPressLeft]! > 0.3);
  const openness = VISEMES.map((viseme) => gap(settled(viseme)));
  assert.equal(VISEMES[openness.indexOf(Math.max(...openness))], 'aa');
  const bite = settled('FF');
  assert.ok(bite[ARKIT.mouthRollLower]! > 0.5 && gap(bite) < 0.15);
  assert.ok(settled('ou')[ARKIT.mouthPucker]! > 0.5);
  assert.ok(settled('oh')[ARKIT.mouthFunnel]! > 0.3 && gap(settled('oh')) > 0.3);
  assert.ok(settled('ih')[ARKIT.mouthStretchLeft]! > settled('aa')[ARKIT.mouthStretchLeft]!);
});

test('a vowel opens the mouth halfway within one step and a closure shuts it within two', () => {
  const mouth = new Mouth();
  mouth.update(saying('aa'), STEP_S);
  assert.ok(gap(faceOf(mouth)) > 0.5 * gap(settled('aa')));
  for (let i = 0; i < 5; i += 1) mouth.update(saying('aa'), STEP_S);
  mouth.update(saying('PP'), STEP_S);
  mouth.update(saying('PP'), STEP_S);
  assert.ok(gap(faceOf(mouth)) < 0.03, `gap ${gap(faceOf(mouth))}`);
});

test('an unsure closure still beats its neighbours', () => {
  const mouth = new Mouth();
  const torn = saying('PP', 0.5);
  torn.visemes.fill(0);
  torn.visemes[VISEMES.indexOf('PP')] = 0.5;
  torn.visemes[VISEMES.indexOf('aa')] = 0.5;
  for (let i = 0; i < 20; i += 1) mouth.update(torn, STEP_S);
  assert.ok(gap(faceOf(mouth)) < 0.4 * gap(settled('aa')));
});

test('without a voice the mouth is shut, whatever the visemes say', () => {
  const mouth = new Mouth();
  for (let i = 0; i < 10; i += 1) mouth.update(saying('aa', 0.9, 0.1), STEP_S);
  assert.deepEqual(faceOf(mouth), new Float32Array(ARKIT_COUNT));
  mouth.update(saying('aa', 0.9, NaN), STEP_S);
  assert.deepEqual(faceOf(mouth), new Float32Array(ARKIT_COUNT));
});

test('after speech the mouth comes to rest at exactly nothing and stays there', () => {
  const mouth = new Mouth();
  for (let i = 0; i < 10; i += 1) mouth.update(saying('aa'), STEP_S);
  for (let i = 0; i < 15; i += 1) mouth.update(saying('sil', 0.97, 0.05), STEP_S);
  assert.deepEqual(faceOf(mouth), new Float32Array(ARKIT_COUNT));
});

test('a held vowel does not quiver with the posteriors', () => {
  const mouth = new Mouth();
  const wander = (i: number): void => mouth.update(saying('aa', i % 2 === 0 ? 0.89 : 0.91), STEP_S);
  for (let i = 0; i < 12; i += 1) wander(i);
  const held = faceOf(mouth)[ARKIT.jawOpen]!;
  for (let i = 0; i < 50; i += 1) {
    wander(i);
    assert.equal(faceOf(mouth)[ARKIT.jawOpen], held);
  }
});

test('only the lips own weights are written', () => {
  const face = new Float32Array(ARKIT_COUNT).fill(0.5);
  new Mouth().apply(face);
  ARKIT_NAMES.forEach((name, i) => assert.equal(face[i], MOUTH_WEIGHTS.includes(name) ? 0 : 0.5));
});

test('a reset mouth is shut', () => {
  const mouth = new Mouth();
  mouth.update(saying('aa'), STEP_S);
  mouth.reset();
  assert.deepEqual(faceOf(mouth), new Float32Array(ARKIT_COUNT));
});
