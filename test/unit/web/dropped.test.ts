import assert from 'node:assert/strict';
import { test } from 'node:test';
import { destinationsOf } from '../../../web/lib/dropped.ts';

const file = (name: string, type = '') => ({ name, type });

test('what can only be one thing goes there', () => {
  assert.deepEqual(destinationsOf([file('talk.pdf', 'application/pdf')], false), ['scene']);
  assert.deepEqual(destinationsOf([file('Warm.CUBE')], true), ['scene']);
  assert.deepEqual(destinationsOf([file('walk.bvh')], false), ['motion']);
  assert.deepEqual(destinationsOf([file('voice.wav', 'audio/wav')], false), ['sound']);
});

test('what can be several things is asked for, music only while live', () => {
  assert.deepEqual(destinationsOf([file('me.png', 'image/png')], false), ['scene', 'photo']);
  assert.deepEqual(destinationsOf([file('song.mp3', 'audio/mpeg')], true), ['music', 'sound']);
  assert.deepEqual(destinationsOf([file('pack.zip')], false), ['pack', 'motion']);
});

test('several files go where all of them can go', () => {
  const slides = [file('one.png', 'image/png'), file('two.pdf', 'application/pdf')];
  assert.deepEqual(destinationsOf(slides, false), ['scene']);
  assert.deepEqual(destinationsOf([file('a.wav', 'audio/wav'), file('b.bvh')], false), []);
  assert.deepEqual(destinationsOf([file('notes.txt', 'text/plain')], false), []);
  assert.deepEqual(destinationsOf([], false), []);
});
