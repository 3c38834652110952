import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { checkTemplate } from '../../../server/motion/template/check.ts';
import { templateParts } from '../../../server/motion/template/sample.ts';
import { TextCompiler } from '../../../server/motion/text/compile-text.ts';
import { EMOTIONS, TemplateId } from '../../../server/protocol/index.ts';
import { readTimeline } from '../../../server/studio/timeline.ts';
import { ordersOf } from '../../../web/lib/studio-orders.ts';
import { ScriptEditor } from '../../../web/lib/studio-script-editor.ts';
import * as scripts from '../../../web/lib/studio-script.ts';
import { scrollTo, rowsOf, rulerStep, zoomsFor } from '../../../web/lib/studio-script-layout.ts';
import { columnsOf, peaksOf, PEAKS_HZ } from '../../../web/lib/studio-script-peaks.ts';
import { seeded } from '../../support/random.ts';

const WAVE = TemplateId.parse('wave');
const wave = scripts.stepAsk(WAVE);

describe('a script', () => {
  test('what is written reads as the same marks, here and on the server', () => {
    const MOTIONS = join(import.meta.dirname, '../../../models/motions');
    const library = readdirSync(MOTIONS)
      .filter((name) => name.endsWith('.json'))
      .map((name) => checkTemplate(JSON.parse(readFileSync(join(MOTIONS, name), 'utf8'))))
      .map((template) => ({ ...template, builtIn: true, parts: templateParts(template) }));
    let script = scripts.withMark(scripts.EMPTY, 2, wave);
    script = scripts.withMark(script, 0.5, { say: 'wave, then nod' });
    for (const [i, emotion] of EMOTIONS.entries()) {
      script = scripts.withMark(script, 3 + i, { say: emotion });
    }
    const text = scripts.writeScript(script);
    const read = scripts.readScript(text);
    assert.ok(read.ok);
    assert.equal(scripts.writeScript(read.script), text);
    const played = readTimeline(text, new TextCompiler(library));
    assert.deepEqual(
      played.map(({ seconds }) => seconds),
      script.marks.map(({ at }) => at),
    );
    assert.deepEqual(
      played.slice(2).map(({ script: { emotion } }) => emotion),
      [...EMOTIONS],
      'an emotion is a sentence that the server understands',
    );
  });

  test('subtitles become sentences where their marks lie; nonsense says why', () => {
    const read = scripts.readScript('1\n00:00:01,000 --> 00:00:03,000\n[wave] Hello [happy]');
    assert.ok(read.ok);
    assert.deepEqual(
      read.script.marks.map(({ at, ask }) => [at, ask]),
      [
        [1, { say: 'wave' }],
        [3, { say: 'happy' }],
      ],
    );
    const bad = scripts.readScript('hello');
    assert.ok(!bad.ok);
    assert.match(bad.why, /neither JSON nor subtitles/);
  });

  test('marks stay in order and within the sound', () => {
    let script = scripts.withMark(scripts.EMPTY, 4, wave);
    script = scripts.withMark(script, 2, { say: 'nod' });
    script = scripts.movedMark(script, 1, -3, 10);
    assert.deepEqual(
      script.marks.map(({ id, at }) => [id, at]),
      [
        [1, 0],
        [2, 2],
      ],
    );
    assert.equal(scripts.movedMark(script, 2, 99, 10).marks[1]?.at, 10);
    assert.equal(scripts.movedMark(script, 2, 2, 10), script, 'nothing changed');
    assert.equal(scripts.withoutMark(script, 77), script);
    assert.equal(scripts.writeScript(scripts.EMPTY), '');
  });

  test('a mark tells what it is and how long it takes', () => {
    const titleOf = (id: string) => id.toUpperCase();
    const step = { template: WAVE, speed: 2, repeat: 3, size: 1 };
    const both = { script: { moments: [[step, { ...step, repeat: 1 }], [step]] } };
    assert.equal(scripts.labelOf(both, titleOf), 'WAVE + WAVE → WAVE');
    assert.equal(
      scripts.secondsOf(both, () => 4),
      12,
    );
    assert.equal(scripts.emotionOf({ say: 'sad' }), 'sad');
    assert.equal(scripts.emotionOf({ say: 'sad nod' }), undefined);
  });
});

describe('the script editor', () => {
  test('undo and redo go through every change; a drag is one', () => {
    const editor = new ScriptEditor(10);
    editor.seek(3);
    editor.add(wave);
    editor.grab();
    for (const at of [3.5, 4, 4.5]) editor.move(1, at);
    editor.drop();
    editor.remove(1);
    assert.deepEqual(editor.view.get().script.marks, []);
    editor.undo();
    assert.equal(editor.chosen, undefined, 'it was let go of');
    assert.equal(editor.view.get().script.marks[0]?.at, 4.5);
    editor.undo();
    assert.equal(editor.view.get().script.marks[0]?.at, 3);
    editor.undo();
    assert.deepEqual(editor.view.get().script, scripts.EMPTY);
    assert.equal(editor.view.get().canUndo, false);
    editor.redo();
    assert.equal(editor.view.get().script.marks[0]?.at, 3);
    editor.add({ say: 'nod' });
    assert.equal(editor.view.get().canRedo, false, 'a new change forgets what was undone');
  });

  test('a storm of edits, all undone, leaves nothing; all redone, what was there', () => {
    const random = seeded(7);
    const editor = new ScriptEditor(60);
    for (let i = 0; i < 150; i += 1) {
      editor.seek(random() * 70 - 5);
      const { marks } = editor.view.get().script;
      const some = marks[Math.floor(random() * marks.length)];
      const choice = random();
      if (!some || choice < 0.5) editor.add({ say: `nod ${i}` });
      else if (choice < 0.75) editor.move(some.id, random() * 80 - 10);
      else editor.remove(some.id);
      const times = editor.view.get().script.marks.map(({ at }) => at);
      assert.deepEqual(
        times,
        times.toSorted((a, b) => a - b),
      );
      assert.ok(times.every((at) => at >= 0 && at <= 60));
    }
    const last = editor.view.get().script;
    while (editor.view.get().canUndo) editor.undo();
    assert.deepEqual(editor.view.get().script, scripts.EMPTY);
    while (editor.view.get().canRedo) editor.redo();
    assert.deepEqual(editor.view.get().script, last);
  });

  test('the mark after a deleted one is chosen, else the one before', () => {
    const editor = new ScriptEditor(10);
    for (const at of [1, 2, 3]) {
      editor.seek(at);
      editor.add(wave);
    }
    editor.chooseNext(1);
    assert.equal(editor.view.get().chosen, 3, 'the last stays chosen');
    editor.chooseNext(-1);
    assert.equal(editor.view.get().chosen, 2);
    editor.remove(2);
    assert.equal(editor.view.get().chosen, 3);
    editor.remove(3);
    assert.equal(editor.view.get().chosen, 1);
    editor.remove(1);
    assert.equal(editor.view.get().chosen, null);
  });
});

describe('the timeline', () => {
  test('labels lie in rows of their own while they would meet', () => {
    let script = scripts.EMPTY;
    for (const at of [0, 0.5, 1, 3]) script = scripts.withMark(script, at, wave);
    const rows = rowsOf(script.marks, 100, () => 120);
    assert.deepEqual([...rows.values()], [0, 1, 2, 0]);
    const near = rowsOf(script.marks, 400, () => 120);
    assert.deepEqual([...near.values()], [0, 0, 0, 0], 'zoomed in, there is room');
  });

  test('the ruler’s lines are 64 pixels apart or more, and zooms end where nothing is to be seen', () => {
    for (const pixels of [0.01, 0.2, 1, 7, 30, 100, 400]) {
      assert.ok(rulerStep(pixels) * pixels >= 64 || rulerStep(pixels) === 3600);
    }
    assert.deepEqual(zoomsFor(1, 1000), [1], 'a second fills the window');
    assert.equal(zoomsFor(60, 1000).at(-1), 16);
  });

  test('scrolls only when the playhead is out of sight', () => {
    assert.equal(scrollTo(150, { left: 100, width: 300 }), 100);
    assert.equal(scrollTo(900, { left: 100, width: 300 }), 800);
    assert.equal(scrollTo(20, { left: 100, width: 300 }), 0);
  });
});

describe('peaks', () => {
  test('hold the least and the greatest sample of all channels', () => {
    const rateHz = 8000;
    const left = new Float32Array(rateHz);
    const right = new Float32Array(rateHz);
    left[4000] = 0.9;
    right[4001] = -0.7;
    const peaks = peaksOf([left, right], rateHz);
    assert.equal(peaks.values.length, 2 * PEAKS_HZ);
    const middle = columnsOf(peaks, { from: 0.4, to: 0.6, columns: 1 });
    assert.deepEqual([...middle].map((v) => v.toFixed(1)), ['-0.7', '0.9']); // prettier-ignore
    const ten = columnsOf(peaks, { from: 0, to: 1, columns: 10 });
    const loud = [...ten].flatMap((value, i) => (value === 0 ? [] : [i >> 1]));
    assert.deepEqual([...new Set(loud)], [5], 'only where it is');
  });

  test('a column never misses a peak, however it is zoomed; beyond the sound it is silent', () => {
    const random = seeded(3);
    const sound = Float32Array.from({ length: 44_100 }, () => random() * 2 - 1);
    const peaks = peaksOf([sound], 44_100);
    const most = sound.reduce((a, b) => Math.max(a, b));
    for (const columns of [1, 3, 100, 333]) {
      const seen = columnsOf(peaks, { from: 0, to: 1, columns });
      assert.ok(Math.abs(Math.max(...seen) - most) < 1e-6, `${columns} columns`);
    }
    assert.deepEqual([...columnsOf(peaks, { from: 2, to: 3, columns: 2 })], [0, 0, 0, 0]);
    assert.deepEqual(peaksOf([], 48_000).values.length, 0);
  });
});

test('sounds with one script are one order; takes have theirs', () => {
  const look = { avatars: ['mira'], width: 256 };
  const sounds = [
    { id: 'a', script: 'x' },
    { id: 'b', script: '' },
    { id: 'c', script: 'x' },
  ];
  assert.deepEqual(ordersOf(look, sounds, { names: ['t'], script: 'y' }), [
    { ...look, sounds: ['a', 'c'], takes: [], script: 'x' },
    { ...look, sounds: ['b'], takes: [] },
    { ...look, sounds: [], takes: ['t'], script: 'y' },
  ]);
  assert.deepEqual(ordersOf(look, [], { names: [], script: 'y' }), []);
});
