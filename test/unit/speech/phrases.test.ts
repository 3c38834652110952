import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Phrases } from '../../../server/speech/phrases.ts';
import type { ProsodyFrame } from '../../../server/speech/prosody.ts';

const SILENCE: ProsodyFrame = {
  energyDb: -90,
  levelDb: -25,
  floorDb: -80,
  loudness: 0,
  pitchHz: 0,
  stress: 0,
};

/** One second of voice, then half a second of silence; the pitch is in Hz over the phrase, 0..1. */
function speak(phrases: Phrases, pitchHz: (share: number) => number, energyDb = -25): void {
  for (let i = 0; i < 50; i += 1) {
    const frame = { ...SILENCE, energyDb, loudness: 0.9, pitchHz: pitchHz(i / 50) };
    phrases.push(frame, 0.98);
  }
  for (let i = 0; i < 25; i += 1) phrases.push(SILENCE, 0.02);
}

const falling = (share: number): number => 125 - 20 * share;
const asking = (share: number): number => (share < 0.8 ? 115 : 115 + (share - 0.8) * 350);
const shouting = (share: number): number => 115 + 60 * Math.sin(Math.PI * share);

test('every phrase ends once, and a statement is neither question nor exclamation', () => {
  const phrases = new Phrases();
  for (let i = 0; i < 4; i += 1) speak(phrases, falling);
  assert.deepEqual(phrases.events, { stress: 0, phraseEnd: 4, question: 0, exclamation: 0 });
});

test('a rising end is a question', () => {
  const phrases = new Phrases();
  speak(phrases, falling);
  speak(phrases, asking);
  assert.deepEqual(phrases.events, { stress: 0, phraseEnd: 2, question: 1, exclamation: 0 });
});

test('a phrase louder and higher than the ones before is an exclamation', () => {
  const phrases = new Phrases();
  for (let i = 0; i < 3; i += 1) speak(phrases, falling, -30);
  speak(phrases, shouting, -20);
  assert.deepEqual(phrases.events, { stress: 0, phraseEnd: 4, question: 0, exclamation: 1 });
});

test('a short gap ends nothing, a click is no phrase', () => {
  const phrases = new Phrases();
  const loud = { ...SILENCE, loudness: 0.9, energyDb: -20, pitchHz: 120 };
  for (let i = 0; i < 20; i += 1) phrases.push(loud, 0.9);
  for (let i = 0; i < 8; i += 1) phrases.push(SILENCE, 0.1);
  for (let i = 0; i < 20; i += 1) phrases.push(loud, 0.9);
  assert.equal(phrases.events.phraseEnd, 0);
  for (let i = 0; i < 25; i += 1) phrases.push(SILENCE, 0.1);
  assert.equal(phrases.events.phraseEnd, 1);
  for (let i = 0; i < 5; i += 1) phrases.push(loud, 0.9);
  for (let i = 0; i < 25; i += 1) phrases.push(SILENCE, 0.1);
  assert.equal(phrases.events.phraseEnd, 1);
});

test('pitch is told beside the speaker and is NaN without a voice', () => {
  const phrases = new Phrases();
  for (let i = 0; i < 200; i += 1) phrases.push({ ...SILENCE, loudness: 1, pitchHz: 110 }, 1);
  assert.ok(Math.abs(phrases.pitch) < 0.2, `${phrases.pitch}`);
  phrases.push({ ...SILENCE, loudness: 1, pitchHz: 220 }, 1);
  assert.ok(phrases.pitch > 11 && phrases.pitch < 12.1, `${phrases.pitch}`);
  phrases.push(SILENCE, 0);
  assert.ok(Number.isNaN(phrases.pitch));
});

test('stressed syllables are counted', () => {
  const phrases = new Phrases();
  phrases.push({ ...SILENCE, stress: 0.4 }, 1);
  phrases.push(SILENCE, 1);
  phrases.push({ ...SILENCE, stress: 0.9 }, 1);
  assert.equal(phrases.events.stress, 2);
});
