import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nowPlaying, samePlaying } from '../../../web/lib/now-playing.ts';

function step(avatar: number, template: string, script = 1) {
  return { avatar, script, template, moment: 0, moments: 1, progress: 0.5, endless: false };
}

test('a template is shown once for each avatar that plays it', () => {
  const shown = nowPlaying([step(0, 'wave'), step(0, 'wave', 2), step(1, 'nod'), step(2, 'wave')]);
  assert.deepEqual(
    shown.map(({ template, avatar }) => `${template} ${avatar}`),
    ['wave 0', 'nod 1', 'wave 2'],
  );
});

test('another avatar that plays the same is news, progress is not', () => {
  const one = nowPlaying([step(1, 'nod')]);
  assert.ok(samePlaying(one, nowPlaying([{ ...step(1, 'nod'), progress: 0.9 }])));
  assert.ok(!samePlaying(one, nowPlaying([step(2, 'nod')])));
  assert.ok(!samePlaying(one, []));
});
