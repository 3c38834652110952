import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { TriggerRules, type MoodSample } from '../../../../server/motion/trigger/rules.ts';
import { Trigger } from '../../../../server/protocol/trigger.ts';
import { seeded } from '../../../support/random.ts';

const DEFAULTS = join(import.meta.dirname, '../../../../server/motion/trigger/defaults.json');
const defaults = z.array(Trigger).parse(JSON.parse(readFileSync(DEFAULTS, 'utf8')));
const always = (): number => 0;
const quiet: MoodSample = {
  levelDb: -100,
  voice: 0,
  pitch: null,
  events: { question: 0, exclamation: 0 },
};

function trigger(change: Partial<z.input<typeof Trigger>>): Trigger {
  return Trigger.parse({
    id: 'one',
    title: { en: 'One' },
    source: { kind: 'event', name: 'bell' },
    action: { kind: 'template', template: 'wave' },
    coolDownSeconds: 0,
    ...change,
  });
}

function rulesOf(...triggers: Trigger[]): TriggerRules {
  const rules = new TriggerRules(always);
  rules.set(triggers);
  return rules;
}

const words = (...phrases: string[]): Trigger['source'] => ({
  kind: 'words',
  phrases,
  from: ['chat'],
});

test('words are whole words in English, anywhere in Chinese, in any case, from their source', () => {
  const rules = rulesOf(trigger({ source: words('hi', 'thank you', '你好') }));
  const hears = (text: string): boolean => rules.said(text, 'chat', (now += 10)) !== undefined;
  let now = 0;
  assert.equal(hears('oh HI there'), true);
  assert.equal(hears('this chips'), false);
  assert.equal(hears('Thank, you'), false);
  assert.equal(hears('a big thank you!'), true);
  assert.equal(hears('主播你好啊'), true);
  assert.equal(hears('你们好'), false);
  assert.equal(rules.said('hi', 'captions', 1000), undefined);
});

test('a cool-down holds one trigger, and priority decides among several', () => {
  const low = trigger({ id: 'low', priority: 1, coolDownSeconds: 5 });
  const high = trigger({ id: 'high', priority: 9, coolDownSeconds: 5 });
  const rules = rulesOf(low, high);
  assert.equal(rules.event('bell', 0)?.id, 'high');
  assert.equal(rules.event('bell', 0.5), undefined, 'the lower one waits a second');
  assert.equal(rules.event('bell', 1.5)?.id, 'low');
  assert.equal(rules.event('bell', 3), undefined);
  assert.equal(rules.event('bell', 5)?.id, 'high');
  assert.equal(rules.event('other', 60), undefined);
});

test('chance is the share of times a trigger acts', () => {
  const rules = new TriggerRules(seeded(3));
  rules.set([trigger({ chance: 0.25 })]);
  let fired = 0;
  for (let i = 0; i < 2000; i += 1) if (rules.event('bell', i * 2)) fired += 1;
  assert.ok(Math.abs(fired / 2000 - 0.25) < 0.03, `${fired}`);
});

test('disarmed triggers do nothing; hotkeys and events are told apart', () => {
  const rules = rulesOf(
    trigger({ armed: false }),
    trigger({ id: 'key', source: { kind: 'hotkey', key: 'Alt+KeyW' } }),
  );
  assert.equal(rules.event('bell', 1), undefined);
  assert.equal(rules.event('Alt+KeyW', 2), undefined);
  assert.equal(rules.hotkey('Alt+KeyW', 3)?.id, 'key');
});

test('silence acts after its seconds, again after as many, and speech starts it anew', () => {
  const rules = rulesOf(trigger({ source: { kind: 'silence', seconds: 20 } }));
  const fired: number[] = [];
  for (let tick = 0; tick <= 700; tick += 1) {
    const now = tick / 10;
    const voice = Math.abs(now - 30) < 0.05 ? 1 : 0;
    if (rules.mood({ ...quiet, voice }, now)) fired.push(now);
  }
  assert.deepEqual(fired, [20, 50, 70]);
});

test('a timer rings at its pace, and goes on when other triggers change', () => {
  const timer = trigger({ source: { kind: 'timer', everySeconds: 7 } });
  const rules = rulesOf(timer);
  const fired: number[] = [];
  for (let tick = 0; tick <= 300; tick += 1) {
    if (tick === 100) rules.set([timer, trigger({ id: 'two' })]);
    if (rules.mood(quiet, tick / 10)) fired.push(tick / 10);
  }
  assert.deepEqual(fired, [7, 14, 21, 28]);
});

test('questions and exclamations act once per count, and not when the engine starts anew', () => {
  const rules = rulesOf(
    trigger({ id: 'ask', source: { kind: 'tone', tone: 'question' } }),
    trigger({ id: 'cry', source: { kind: 'tone', tone: 'exclamation' } }),
  );
  const counts: [number, number][] = [
    [4, 2],
    [5, 2],
    [5, 2],
    [5, 3],
    [0, 0],
    [1, 0],
  ];
  const fired = counts.map(([question, exclamation], i) => {
    return rules.mood({ ...quiet, events: { question, exclamation } }, i * 2)?.id;
  });
  assert.deepEqual(fired, [undefined, 'ask', undefined, 'cry', undefined, 'ask']);
});

test('the built-in triggers: the voice alone is armed, words are not', () => {
  const armed = defaults.filter((each) => each.armed).map(({ source }) => source.kind);
  assert.deepEqual(new Set(armed), new Set(['tone', 'silence', 'hotkey']));
  assert.equal(new Set(defaults.map(({ id }) => id)).size, defaults.length);
});
