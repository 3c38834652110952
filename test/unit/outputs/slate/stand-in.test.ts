import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { namePicture } from '../../../../server/outputs/slate/name-picture.ts';
import { StandIn } from '../../../../server/outputs/slate/stand-in.ts';

const SIZE = { width: 64, height: 48 };
const BYTES = (SIZE.width * SIZE.height * 3) / 2;
const LOOK = { name: 'mira', ground: '#101418' } as const;
const GROUND = [0x10, 0x14, 0x18] as const;
const SHORT_US = 500_000;
const LONG_US = 5_000_000;

function open(show: 'frame' | 'name'): StandIn {
  return new StandIn({ ...SIZE, fps: 25, ffmpeg: 'ffmpeg' }, { ...LOOK, show });
}

const slate = namePicture('mira', { ...SIZE, ground: GROUND });
const last = new Uint8Array(BYTES).fill(120);

describe('what stands in for a picture', () => {
  test('the last picture in a short trouble, the slate in a long one, with a fade', () => {
    const standIn = open('name');
    assert.deepEqual(standIn.fill(last, SHORT_US), last);
    assert.equal(standIn.visible, false);
    const middle = Array.from({ length: 12 }, () => standIn.fill(last, LONG_US)[0]!);
    for (let i = 1; i < middle.length; i += 1) assert.ok(middle[i]! < middle[i - 1]!, 'it darkens');
    assert.deepEqual(standIn.fill(last, LONG_US), slate);
    assert.equal(standIn.visible, true);
  });

  test('pictures that come again fade in over it, and are soon untouched', () => {
    const standIn = open('name');
    for (let i = 0; i < 15; i += 1) standIn.fill(last, LONG_US);
    const fresh = (): Uint8Array => new Uint8Array(BYTES).fill(200);
    const shown = Array.from({ length: 13 }, () => {
      const picture = fresh();
      standIn.fade(picture);
      return picture;
    });
    assert.ok(shown[0]![0]! < 60 && shown[5]![0]! > 60 && shown[5]![0]! < 160);
    assert.deepEqual(shown.at(-1), fresh());
    assert.equal(standIn.visible, false);
  });

  test('the last picture for as long as it takes, where that was chosen', () => {
    const standIn = open('frame');
    for (let i = 0; i < 100; i += 1) assert.deepEqual(standIn.fill(last, LONG_US), last);
    assert.equal(standIn.visible, false);
  });

  test('the slate where there was no picture yet', () => {
    assert.deepEqual(open('name').fill(undefined, SHORT_US), slate);
    assert.deepEqual(open('frame').fill(undefined, SHORT_US), slate);
  });

  test('a file that can’t be read is stood in for by the name', async () => {
    const standIn = new StandIn(
      { ...SIZE, fps: 25, ffmpeg: 'no-such-program' },
      { ...LOOK, show: 'file', path: '/nowhere.mp4' },
    );
    for (let i = 0; i < 13; i += 1) standIn.fill(last, LONG_US);
    assert.deepEqual(standIn.fill(last, LONG_US), slate);
    await standIn.close();
  });

  test('the name is written: dark on light, light on dark, whatever its letters', () => {
    for (const [name, ground] of [
      ['leo-2', [250, 250, 250]],
      ['mira', [10, 10, 10]],
      ['名', [128, 128, 128]],
    ] as const) {
      const luma = namePicture(name, { ...SIZE, ground }).subarray(0, SIZE.width * SIZE.height);
      assert.ok(Math.max(...luma) - Math.min(...luma) > 60, name);
    }
  });
});
