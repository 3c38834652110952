import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { TextCompiler } from '../../../server/motion/text/compile-text.ts';
import { templateParts } from '../../../server/motion/template/sample.ts';
import { checkTemplate } from '../../../server/motion/template/check.ts';
import { readScript, readTimeline } from '../../../server/studio/timeline.ts';

const MOTIONS = join(import.meta.dirname, '../../../models/motions');
const library = readdirSync(MOTIONS)
  .filter((name) => name.endsWith('.json'))
  .map((name) => checkTemplate(JSON.parse(readFileSync(join(MOTIONS, name), 'utf8'))))
  .map((template) => ({ ...template, builtIn: true, parts: templateParts(template) }));
const compiler = new TextCompiler(library);

const first = (text: string) =>
  readTimeline(text, compiler).map(({ seconds, script }) => ({
    seconds: Number(seconds.toFixed(3)),
    templates: script.moments.flat().map((step) => step.template as string),
  }));

test('marks in subtitles lie where their words lie', () => {
  const srt = [
    '1\r\n00:00:01,000 --> 00:00:03,000\r\n[wave] Hello!',
    '2\r\n00:01:00,500 --> 00:01:02,500\r\nabcde [nod] fghij',
    '3\r\n01:00:00,000 --> 01:00:01,000\r\nno marks here',
  ].join('\r\n\r\n');
  assert.deepEqual(first(srt), [
    { seconds: 1, templates: ['wave'] },
    { seconds: 61.333, templates: ['nod'] },
  ]);
  assert.deepEqual(first('WEBVTT\n\n00:02.000 --> 00:04.000\n[wave]'), [
    { seconds: 2, templates: ['wave'] },
  ]);
});

test('JSON gives sentences, steps and scripts their times', () => {
  const json = JSON.stringify({
    format: 'posecast-script',
    version: 1,
    cues: [
      { at: 0.5, say: 'wave, then nod' },
      { at: 2, step: { template: 'bow', speed: 2 } },
      { at: 3, script: { moments: [[{ template: 'clap' }]], emotion: 'happy' } },
    ],
  });
  assert.deepEqual(first(json), [
    { seconds: 0.5, templates: ['wave', 'nod'] },
    { seconds: 2, templates: ['bow'] },
    { seconds: 3, templates: ['clap'] },
  ]);
});

test('what is wrong is named, nothing is left out in silence', () => {
  const refusals: [string, RegExp][] = [
    ['{"format":"posecast-script"', /no JSON/],
    ['{"format":"posecast-script","version":1,"cues":[{"at":-1,"say":"wave"}]}', /cues\.0/],
    ['{"format":"posecast-script","version":1,"cues":[{"at":1,"say":"backflip"}]}', /backflip/],
    ['hello', /neither JSON nor subtitles/],
    ['1\n00:00:05,000 --> 00:00:01,000\n[wave]', /ends before it starts/],
  ];
  for (const [text, reason] of refusals) {
    assert.throws(() => readTimeline(text, compiler), reason, text);
  }
});

test('scenes and slides stand apart from motion, also as marks in both languages', () => {
  const srt = [
    '1\n00:00:01,000 --> 00:00:02,000\n[scene intro] Hello [slide 2]',
    '2\n00:00:03,000 --> 00:00:04,000\n[next slide] [wave]',
    '3\n00:00:05,000 --> 00:00:06,000\n[第3页]',
    '4\n00:00:07,000 --> 00:00:08,000\n[上一页]',
  ].join('\n\n');
  const { shown, moved } = readScript(srt);
  assert.deepEqual(
    shown.map((cue) => ('scene' in cue ? cue.scene : cue.slide)),
    ['intro', 2, 'next', 3, 'previous'],
  );
  assert.deepEqual(
    moved.map((cue) => ('say' in cue ? cue.say : '')),
    ['wave'],
  );
});

test('"region 2" in a script is that of the slide that is shown then', () => {
  const script = (at: number) =>
    `{"format":"posecast-script","version":1,"cues":[{"at":${at},"say":"point at region 1"}]}`;
  const placesAt = (seconds: number) => (seconds < 5 ? [{ x: 0.1, y: 0.2 }] : [{ x: 0.7, y: 0.8 }]);
  const aimed = (at: number) =>
    readTimeline(script(at), compiler, placesAt)[0]!.script.moments[0]![0]!.at;
  assert.deepEqual(aimed(1), { x: 0.1, y: 0.2 });
  assert.deepEqual(aimed(6), { x: 0.7, y: 0.8 });
});
