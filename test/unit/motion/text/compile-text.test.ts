import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { compileText, TextCompiler } from '../../../../server/motion/text/compile-text.ts';
import {
  describe,
  isRight,
  measureText,
  Sentences,
  wanted,
} from '../../../../server/motion/text/measure.ts';
import { MotionScript } from '../../../../server/protocol/motion.ts';
import { templateSummaries, templateSummary } from '../../../support/template-summaries.ts';
import { seededRandom } from '../../../support/random.ts';

const FIXTURES = join(import.meta.dirname, '../../../../server/bench/sentences');
const library = templateSummaries();
const sentences = (name: string) =>
  Sentences.parse(JSON.parse(readFileSync(join(FIXTURES, `${name}.json`), 'utf8')));

test('there are at least 150 sentences, half of them Chinese, a third held out', () => {
  const tuned = sentences('tuned');
  const heldOut = sentences('held-out');
  const all = [...tuned, ...heldOut];
  assert.ok(all.length >= 150);
  assert.equal(all.filter(({ language }) => language === 'zh').length * 2, all.length);
  assert.ok(heldOut.length * 3 >= all.length);
  const texts = new Set(all.map(({ text }) => text));
  assert.equal(texts.size, all.length, 'no sentence is in it twice');
});

test('every tuned sentence becomes exactly what it asks for', () => {
  const compiler = new TextCompiler(library);
  for (const sentence of sentences('tuned')) {
    const compiled = compiler.compile(sentence.text);
    const [want = null] = wanted(sentence, library);
    assert.ok(
      isRight(sentence, compiled, library),
      `${sentence.text}: wanted ${describe(want)}, got ${describe(compiled.script)}, ` +
        `not understood: ${compiled.notUnderstood.map(({ text }) => text).join(', ')}`,
    );
  }
});

test('held-out sentences carry over, and the measure can tell right from wrong', () => {
  const heldOut = sentences('held-out');
  const { heldOut: share } = measureText({ tuned: [], heldOut }, library);
  assert.ok(share >= 0.7, `${share}`);
  const wrong = heldOut.map((sentence) => ({ ...sentence, expect: 'salute[x7]' }));
  assert.equal(measureText({ tuned: [], heldOut: wrong }, library).heldOut, 0);
});

test('once and so many times are said of loops; unsaid, they go on', () => {
  const passes = (text: string): (number | undefined)[] =>
    compileText(text, library).script!.moments.flatMap((steps) =>
      steps.map(({ repeat }) => repeat),
    );
  assert.equal(library.find(({ id }) => id === 'dance-sway')?.loop, true);
  assert.deepEqual(passes('sway'), [undefined]);
  assert.deepEqual(passes('sway once'), [1]);
  assert.deepEqual(passes('dance twice'), [2]);
  assert.deepEqual(passes('点头一次,然后跳舞两次'), [1, 2]);
});

test('what is not understood is reported where it stands, with the nearest templates', () => {
  const text = 'Wave, then do a BACKFLIP twice';
  const { script, notUnderstood } = compileText(text, library);
  assert.equal(script?.moments.length, 1);
  const [gap] = notUnderstood;
  assert.equal(notUnderstood.length, 1);
  assert.equal(gap?.text, 'BACKFLIP twice');
  assert.equal(text.slice(gap.from, gap.to), gap.text);
  assert.equal(gap.offers[0], 'dance-shoulders');
  assert.deepEqual(compileText('clxp', library).notUnderstood, []);
  assert.equal(compileText('cheeering lots', library).notUnderstood[0]?.text, 'lots');
});

test('a parameter the template cannot follow is reported, not dropped', () => {
  const { script, notUnderstood } = compileText('nod with your left hand', library);
  assert.equal(describe(script), describe(compileText('nod', library).script));
  assert.deepEqual(
    notUnderstood.map(({ text }) => text),
    ['with your left hand'],
  );
  assert.equal(compileText('count to ten', library).script, null);
  assert.equal(compileText('count to ten', library).notUnderstood[0]?.text, 'count to ten');
});

test('what must not be done is understood and not done', () => {
  const { script, understood } = compileText("don't wave, but nod", library);
  assert.deepEqual(
    understood.map(({ step }) => step?.template ?? null),
    [null, 'nod'],
  );
  assert.equal(script?.moments.length, 1);
});

test("people's own templates are found by title, Chinese title and tag", () => {
  const own = templateSummary({
    id: 'my-dab' as never,
    title: { en: 'Golden dab', zh: '黄金庆典' },
    tags: ['victory'],
  });
  for (const text of [
    'golden dab',
    '来个黄金庆典',
    'victory!',
    'please do the golden dab slowly',
  ]) {
    const { script, notUnderstood } = compileText(text, [...library, own]);
    assert.equal(script?.moments[0]?.[0]?.template, 'my-dab', text);
    assert.deepEqual(notUnderstood, [], text);
  }
});

test('a template the library lacks is reported like any strange word', () => {
  const without = library.filter(({ id }) => id !== 'wave');
  const { script, notUnderstood } = compileText('wave and nod', without);
  assert.equal(script?.moments.length, 1);
  assert.equal(notUnderstood[0]?.text, 'wave');
  assert.ok(notUnderstood[0].offers.length > 0);
});

test('order holds over before, after, while and instead, in both languages', () => {
  const same = (text: string, like: string): void => {
    const got = describe(compileText(text, library).script);
    assert.equal(got, describe(compileText(like, library).script), text);
  };
  same('wave after you nod', 'nod, wave');
  same('before waving, bow', 'bow, wave');
  same('instead of waving, bow', 'bow');
  same('bow, then while nodding, clap', '先鞠躬,然后一边点头一边鼓掌');
  same('挥手之后鞠躬', 'wave then bow');
  same('clap and nod at the same time, then bow', '一边鼓掌一边点头,再鞠躬');
  same('point left, right and up', '指左边,指右边,指上面');
});

test('any row of words gives a script the engine accepts, and positions inside the text', () => {
  const random = seededRandom(4);
  const words = sentences('tuned').flatMap(({ text }) => text.split(/(?<=\s)|(?=[,，一边])/u));
  const compiler = new TextCompiler(library);
  for (let round = 0; round < 500; round += 1) {
    const count = random.int(0, 14);
    const text = Array.from({ length: count }, () => words[random.int(0, words.length - 1)]).join(
      '',
    );
    const { script, understood, notUnderstood } = compiler.compile(text);
    if (script) assert.doesNotThrow(() => MotionScript.parse(script), text);
    for (const { from, to } of [...understood, ...notUnderstood]) {
      assert.ok(from >= 0 && from < to && to <= text.length, `${text}: ${from}..${to}`);
    }
  }
});

test('a very long text is cut, and says so', () => {
  const { script, notUnderstood } = compileText('wave '.repeat(4000), library);
  assert.equal(script?.moments.length, 1);
  assert.equal(notUnderstood.at(-1)?.from, 500);
});

test('a region by number is the slide’s where it has regions, and one of nine where it has none', () => {
  const compiler = new TextCompiler(library);
  const regions = [
    { x: 0.2, y: 0.3 },
    { x: 0.71, y: 0.44 },
  ];
  const at = (text: string, places = regions): unknown =>
    compiler.compile(text, places).script?.moments[0]![0]!.at;
  assert.deepEqual(at('point at region 2'), regions[1]);
  assert.deepEqual(at('指向区域2'), regions[1]);
  assert.notDeepEqual(at('point at region 2', []), regions[1]);
  const beyond = compiler.compile('point at region 3', regions);
  assert.ok(beyond.notUnderstood.length > 0, 'what the slide hasn’t is not pointed at');
});
