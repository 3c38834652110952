import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Trigger, TriggerSummary, type TriggerId } from '../../../server/protocol/index.ts';
import { draftOf, triggerOf } from '../../../web/lib/trigger-draft.ts';

const ACTIONS = [
  { kind: 'template', template: 'wave' },
  { kind: 'emotion', emotion: 'sad' },
  { kind: 'dance', on: true },
  { kind: 'dance', on: false },
  { kind: 'slide', turn: 'previous' },
  { kind: 'slide', turn: 3 },
  { kind: 'scene', scene: 'intro' },
  { kind: 'scene', scene: null },
  { kind: 'point', region: 2 },
  { kind: 'point', region: 'prices' },
  { kind: 'recording', on: true, format: 'webm' },
  { kind: 'recording', on: false, format: 'mp4' },
  { kind: 'script', script: { moments: [[{ template: 'wave', repeat: 2 }]] } },
] as const;

test('a trigger that is opened in the form and saved does what it did', () => {
  for (const action of ACTIONS) {
    const trigger = TriggerSummary.parse({
      id: 'one',
      title: { en: 'One' },
      source: { kind: 'event', name: 'bell' },
      action,
      builtIn: false,
    });
    const saved = triggerOf(draftOf(trigger, null), 'one' as TriggerId, trigger);
    assert.deepEqual(Trigger.parse(saved).action, trigger.action);
  }
});
