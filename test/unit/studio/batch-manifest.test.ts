/** What a batch's manifest may look like. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readManifest } from '../../../server/studio/batch-manifest.ts';
import { expandRows } from '../../../server/studio/batch-rows.ts';

test('CSV: names in the first line, quotes, line ends, empty cells and lines', () => {
  const text = '\uFEFFaudio, out,avatar\r\na.wav,"b, ""c"".mp4",\r\n\r\n"d\n.wav",e.mp4,leo\r\n';
  assert.deepEqual(readManifest(text), [
    { audio: 'a.wav', out: 'b, "c".mp4' },
    { audio: 'd\n.wav', out: 'e.mp4', avatar: 'leo' },
  ]);
});

test('JSON: an array of objects', () => {
  assert.deepEqual(readManifest(' [{"audio": "a.wav", "fps": 30}]'), [{ audio: 'a.wav', fps: 30 }]);
});

test('what is no manifest is refused with the place', () => {
  const refused = (text: string, message: RegExp) =>
    assert.throws(() => readManifest(text), { code: 'bad_request', message });
  refused('[1]', /array of objects/);
  refused('[{]', /no JSON/);
  refused('', /no rows/);
  refused('audio,out\n', /no rows/);
  refused('audio\na,b', /row 1 has too many cells/);
  refused('audio\n"a"b', /line 2 has a stray quote/);
});

test('cells with several values are a row for each combination, named after them', () => {
  const rows = [
    ...readManifest('audio,out,avatar,scene\na.wav|b.wav,{audio}-{avatar}-{scene}.mp4,leo,x/t.json'),
    ...readManifest('[{"audio":"c.wav","avatar":["mira","leo"],"scene":[],"out":"{row} {avatar}.mp4"}]'),
  ]; // prettier-ignore
  const found = expandRows(rows);
  assert.deepEqual(
    found.map(({ number, cells }) => [number, cells['audio'], cells['out']]),
    [
      [1, 'a.wav', 'a-leo-t.mp4'],
      [1, 'b.wav', 'b-leo-t.mp4'],
      [2, 'c.wav', '2 mira.mp4'],
      [2, 'c.wav', '2 leo.mp4'],
    ],
  );
  assert.equal(found[2]!.cells['scene'], undefined);
});

test('two results for one file are refused', () => {
  const twice = (rows: Record<string, unknown>[], message: RegExp) =>
    assert.throws(() => expandRows(rows), { code: 'bad_request', message });
  twice([{ audio: ['a', 'b'], out: 'x.mp4' }], /row 1 twice for "x.mp4"; put \{audio\}/);
  twice([{ audio: 'a', out: 'x.mp4' }, { audio: 'b', out: 'x.mp4' }], /rows 1 and 2 for "x.mp4"/); // prettier-ignore
});
