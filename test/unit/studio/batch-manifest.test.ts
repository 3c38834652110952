/** What a batch's manifest may look like. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readManifest } from '../../../server/studio/batch-manifest.ts';

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
