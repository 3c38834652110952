import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlayScript, PlayStep } from '../../../server/motion/play-script.ts';
import { EndlessScripts, MOST_KEPT } from '../../../server/session/endless-scripts.ts';
import { NOD, RAISE } from '../../support/motion-clips.ts';

const step = (template: PlayStep['template'], repeat?: number): PlayStep => {
  return { template, mirrored: false, speed: 1, repeat, size: 1, at: undefined };
};
const ON_AND_ON = step(NOD);

function script(id: number, ...moments: PlayStep[][]): PlayScript {
  return { id, rank: 3, when: 'after', emotion: undefined, moments, round: false };
}

function playing(id: number, moment = 0) {
  const progress = 0.5;
  return { avatar: 0, script: id, template: 'any', moment, moments: 2, progress, endless: true };
}

/** What is played again when the engine comes back. */
function again(kept: EndlessScripts): string[] {
  kept.lost();
  return kept.resumed().map(({ script: { id, when, moments }, avatar }) => {
    const templates = moments.map((steps) => steps.map(({ template }) => template.id).join('+'));
    return `${id} ${when} ${templates.join(' ')}${avatar === undefined ? '' : ` by ${avatar}`}`;
  });
}

test('what goes on is played again from the moment it was in, by whom it was', () => {
  const kept = new EndlessScripts();
  kept.told({ script: script(1, [step(RAISE)], [ON_AND_ON]), avatar: undefined });
  kept.told({ script: script(2, [ON_AND_ON]), avatar: 2 });
  kept.heard([playing(1), playing(2)]);
  kept.heard([playing(1, 1), playing(2)]);
  assert.deepEqual(again(kept), ['1 now nod', '2 now nod by 2']);
});

test('gestures and counted loops are lost, and so is what nobody saw play', () => {
  const kept = new EndlessScripts();
  kept.told({ script: script(1, [step(RAISE)]), avatar: undefined });
  kept.told({ script: script(2, [step(NOD, 20)]), avatar: undefined });
  kept.told({ script: script(3, [ON_AND_ON, step(RAISE)]), avatar: undefined });
  kept.heard([playing(1), playing(2), playing(3)]);
  kept.told({ script: script(4, [ON_AND_ON]), avatar: undefined });
  assert.deepEqual(again(kept), []);
});

test('what was stopped or displaced does not come back', () => {
  const kept = new EndlessScripts();
  for (const id of [1, 2, 3]) kept.told({ script: script(id, [ON_AND_ON]), avatar: undefined });
  kept.heard([playing(1), playing(2), playing(3)]);
  kept.stopped(1);
  kept.heard([playing(2)]);
  assert.deepEqual(again(kept), ['2 now nod']);
  kept.told({ script: script(4, [ON_AND_ON]), avatar: undefined });
  kept.heard([playing(4)]);
  kept.stopped(undefined);
  assert.deepEqual(again(kept), []);
});

test('what is asked for while the engine is away is played when it is back', () => {
  const kept = new EndlessScripts();
  kept.lost();
  kept.told({ script: script(1, [step(RAISE)], [ON_AND_ON]), avatar: undefined });
  assert.deepEqual(again(kept), ['1 now raise nod']);
});

test('a second death finds what the first left', () => {
  const kept = new EndlessScripts();
  kept.told({ script: script(1, [ON_AND_ON]), avatar: undefined });
  kept.heard([playing(1)]);
  kept.lost();
  for (const told of kept.resumed()) kept.told(told);
  kept.heard([playing(1)]);
  assert.deepEqual(again(kept), ['1 now nod']);
});

test('only the newest are kept', () => {
  const kept = new EndlessScripts();
  const ids = Array.from({ length: MOST_KEPT + 3 }, (_, id) => id);
  for (const id of ids) kept.told({ script: script(id, [ON_AND_ON]), avatar: undefined });
  kept.heard(ids.map((id) => playing(id)));
  assert.equal(again(kept)[0], '3 now nod');
});
