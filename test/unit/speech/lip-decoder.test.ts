import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LipDecoder } from '../../../server/speech/lip-decoder.ts';
import { createLipFrame, type LipFrame } from '../../../server/speech/lip-sync.ts';
import { VISEMES, type Viseme } from '../../../server/speech/visemes.ts';

function saying(shares: Partial<Record<Viseme, number>>, voice = 1): LipFrame {
  const frame = createLipFrame();
  frame.visemes.fill(0);
  for (const [name, share] of Object.entries(shares)) {
    frame.visemes[VISEMES.indexOf(name as Viseme)] = share;
  }
  frame.voice = voice;
  return frame;
}

function shown(decoder: LipDecoder, frame: LipFrame): string {
  return VISEMES[decoder.update(frame).viseme]!;
}

test('the largest posterior is shown, but lips meet only on good evidence', () => {
  const decoder = new LipDecoder();
  assert.equal(shown(decoder, saying({ aa: 0.6, oh: 0.4 })), 'aa');
  assert.equal(shown(decoder, saying({ PP: 0.3, nn: 0.28, DD: 0.22, aa: 0.2 })), 'nn');
  assert.equal(shown(decoder, saying({ PP: 0.8, nn: 0.2 })), 'PP');
});

test('a closure once begun does not flicker open', () => {
  const decoder = new LipDecoder();
  const tracks = [0.8, 0.35, 0.4, 0.05].map((PP) => shown(decoder, saying({ PP, nn: 0.5 })));
  assert.deepEqual(tracks, ['PP', 'PP', 'PP', 'nn']);
});

test('nobody speaking is silence, whatever the posteriors say, and the gate does not flutter', () => {
  const decoder = new LipDecoder();
  const voices = [0.1, 0.65, 0.75, 0.71, 0.7, 0.6, 0.71, NaN];
  const seen = voices.map((voice) => shown(decoder, saying({ aa: 1 }, voice)));
  assert.deepEqual(seen, ['sil', 'sil', 'aa', 'aa', 'aa', 'sil', 'sil', 'sil']);
});

test('a reset decoder has heard nothing', () => {
  const decoder = new LipDecoder();
  decoder.update(saying({ PP: 1 }));
  decoder.reset();
  const { viseme, speaking, closed, biting } = decoder.reading;
  assert.deepEqual([viseme, speaking, closed, biting], [0, false, false, false]);
});
