import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loudnessGuesses } from '../../../server/bench/lips-baselines.ts';
import { parseAlignment, visemeTrack } from '../../../server/bench/lips-clips.ts';
import { score } from '../../../server/bench/lips-score.ts';
import { VISEMES, type Viseme } from '../../../server/speech/visemes.ts';

function track(...names: Viseme[]): Uint8Array {
  return Uint8Array.from(names, (name) => VISEMES.indexOf(name));
}

test('the three kinds of alignment read alike', () => {
  const expected = [
    { startS: 0, endS: 0.1, phone: 'sil' },
    { startS: 0.1, endS: 0.25, phone: 'b' },
  ];
  const lab = '0 1000000 x^x-sil+b=aa@x\n1000000 2500000 x^sil-b+aa=n@1';
  const plain = '0 1000000 sil\n1000000 2500000 b\n';
  const json = '{"w":[{"w":[{"b":0,"d":0.1,"t":"sil"}]},{"w":[{"b":0.1,"d":0.15,"t":"b"}]}]}';
  const grid = `class = "IntervalTier" name = "word" intervals [1]: xmin = 0 xmax = 1 text = "word"
    class = "IntervalTier" name = "phone" xmin = 0 xmax = 0.25 intervals: size = 2
    intervals [1]: xmin = 0 xmax = 0.1 text = "sil" intervals [2]: xmin = 0.1 xmax = 0.25 text = "b"`;
  for (const [name, text] of [
    ['a.lab', lab],
    ['a.lab', plain],
    ['a.phone.json', json],
    ['a.TextGrid', grid],
  ] as const) {
    assert.deepEqual(parseAlignment(name, text), expected, name);
  }
});

test('diphthongs split, h takes the next shape, what is unknown is silence', () => {
  const segments = ['HH', 'AY1', '???', 'P'].map((phone, i) => ({
    startS: i * 0.2,
    endS: (i + 1) * 0.2,
    phone,
  }));
  const names = Array.from(visemeTrack(segments, 16000), (v) => VISEMES[v]);
  assert.deepEqual(names.slice(0, 10), Array(10).fill('aa'));
  assert.equal(names[15], 'aa');
  assert.equal(names[16], 'ih');
  assert.equal(names[25], 'sil');
  assert.equal(names[35], 'PP');
  assert.equal(names[45], 'sil');
});

test('two phones in one label are both heard', () => {
  const names = Array.from(
    visemeTrack([{ startS: 0, endS: 0.2, phone: 'PT' }], 3200),
    (v) => VISEMES[v],
  );
  assert.deepEqual(names, [...Array<string>(6).fill('PP'), ...Array<string>(4).fill('DD')]);
});

test('a perfect guess scores one and no false opening, an always open mouth scores none', () => {
  const truth = track('sil', 'sil', 'sil', 'sil', 'sil', 'PP', 'aa', 'FF', 'oh', 'ih', 'sil');
  const perfect = score([{ truth, guess: truth }]);
  assert.deepEqual(
    [
      perfect.acc15,
      perfect.acc6All,
      perfect.macroF1,
      perfect.pbmRecall,
      perfect.fvPrecision,
      perfect.falseOpenSilence,
    ],
    [1, 1, 1, 1, 1, 0],
  );
  const open = score([{ truth, guess: truth.map(() => VISEMES.indexOf('aa')) }]);
  assert.equal(open.falseOpenSilence, 1);
  assert.equal(open.pbmRecall, 0);
  assert.equal(open.acc15, 1 / 5);
});

test('a closure counts within 40 ms and not beyond', () => {
  const truth = track('aa', 'aa', 'aa', 'aa', 'PP', 'aa', 'aa', 'aa', 'aa');
  const at = (frame: number) => truth.map((_, i) => VISEMES.indexOf(i === frame ? 'PP' : 'aa'));
  assert.equal(score([{ truth, guess: at(6) }]).pbmRecall, 1);
  assert.equal(score([{ truth, guess: at(7) }]).pbmRecall, 0);
  assert.equal(score([{ truth, guess: at(7) }]).pbmPrecision, 0);
});

test('the loudness baseline finds the best thresholds there are', () => {
  const truth = track('sil', 'sil', 'aa', 'aa', 'ih', 'ih');
  const levels = [0.001, 0.002, 0.5, 0.6, 0.1, 0.12];
  const audio = Float32Array.from({ length: 6 * 320 }, (_, i) => levels[Math.floor(i / 320)]!);
  const [guess] = loudnessGuesses([{ name: 'a', audio, truth }]);
  assert.deepEqual(guess?.guess, truth);
});
