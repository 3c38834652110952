/** Lip networks on a face: what a network leaves alone stays, what it paints stays within its mask. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ModelShelf } from '../../../../server/inference/model-shelf.ts';
import type { AvatarPack } from '../../../../server/inference/pack.ts';
import {
  detectorBox,
  MARK_POINTS,
  museTalkBox,
} from '../../../../server/render/lips/face-marks.ts';
import { FacePatch, maskAt } from '../../../../server/render/lips/face-patch.ts';
import { openLips, type Canvas, type Lips } from '../../../../server/render/lips/lips.ts';
import type { LipsFile } from '../../../../server/render/lips/lips-file.ts';
import { speakingShare } from '../../../../server/render/lips/speaking.ts';
import { copyingLips, hubert, museTalk, paintingLips } from '../../../support/lip-graphs.ts';
import { paintedFace, PHOTO_SIDE, pointOf } from '../../../support/photo.ts';

const { photo } = paintedFace();
const MARKS = Float32Array.from(MARK_POINTS.flatMap((i) => [...pointOf(i)]));
const WAV2LIP: LipsFile = { kind: 'wav2lip', graph: 'lips.onnx' };
const MUSETALK: LipsFile = {
  ...{ kind: 'musetalk', unet: 'unet.onnx', encoder: 'encoder.onnx', decoder: 'decoder.onnx' },
  ...{ whisper: 'whisper.onnx', scalingInside: true },
};
const FLAT = Uint8Array.from(photo.rgba, (_, i) => [180, 140, 120, 255][i % 4]!);
const shelf = new ModelShelf();
let root = '';

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'posecast-lips-'));
});
after(async () => {
  await shelf.close();
  await rm(root, { recursive: true });
});

/** Only what graphs are opened by. */
async function packOf(files: Readonly<Record<string, Buffer>>): Promise<AvatarPack> {
  const folder = await mkdtemp(join(root, 'pack-'));
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
  return {
    manifest: { name: 'test', device: 'auto' },
    path: (name: string) => join(folder, name),
    sha256: (name: string) => createHash('sha256').update(files[name]!).digest('hex'),
  } as unknown as AvatarPack;
}

async function open(file: LipsFile, files: Readonly<Record<string, Buffer>>): Promise<Lips> {
  return openLips(await packOf(files), file, { shelf });
}

const wav2lip = (graph: Buffer): Promise<Lips> => open(WAV2LIP, { 'lips.onnx': graph });

/** What the lips make of the painted face while somebody speaks, or is silent. */
async function drawn(lips: Lips, gain = 0.3, canvas: Canvas = fresh()): Promise<Uint8Array> {
  const samples = (lips.hearing.beforeMs + lips.hearing.afterMs) * 16;
  const sound = Float32Array.from({ length: samples }, (_, i) => gain * Math.sin(i * 0.2));
  await lips.draw(canvas, MARKS, { timeUs: 4_000_000, sound, picture: 1 });
  await lips.close();
  return canvas.rgba;
}

function fresh(): Canvas {
  return { ...photo, rgba: photo.rgba.slice() };
}

/** Largest change outside and inside of the mask of a box. */
function changes(rgba: Uint8Array, box = detectorBox(MARKS)): { outside: number; inside: number } {
  const most = { outside: 0, inside: 0 };
  for (let i = 0; i < rgba.length; i += 1) {
    const [x, y] = [Math.floor(i / 4) % PHOTO_SIDE, Math.floor(i / 4 / PHOTO_SIDE)];
    const mask = maskAt((x + 0.5 - box.x) / box.width, (y + 0.5 - box.y) / box.height);
    const where = mask > 0 ? 'inside' : 'outside';
    most[where] = Math.max(most[where], Math.abs(rgba[i]! - photo.rgba[i]!));
  }
  return most;
}

function mouthColour(rgba: Uint8Array): number[] {
  const [x, y] = pointOf(14).map(Math.round);
  return [...rgba.subarray((y! * PHOTO_SIDE + x!) * 4, (y! * PHOTO_SIDE + x!) * 4 + 3)];
}

for (const [what, graph] of [
  ['96 pixels', copyingLips({ side: 96, channels: 3 })],
  ['256 pixels', copyingLips({ side: 256, channels: 3 })],
  ['float16', copyingLips({ side: 96, channels: 3, type: 'float16' })],
  ['other names and order', copyingLips({ side: 96, channels: 3, audioFirst: false, names: ['a', 'b', 'c'] })],
] as const) {
  test(`a network that gives the face back leaves the picture as it is: ${what}`, async () => {
    const { outside, inside } = changes(await drawn(await wav2lip(graph)));
    assert.equal(outside, 0);
    assert.ok(inside <= 1, `${inside} levels`);
  });
} // prettier-ignore

test('a network that paints the mouth red changes its mask and nothing else, and rests in silence', async () => {
  const red = paintingLips(96, [0, 0, 1]);
  const rgba = await drawn(await wav2lip(red));
  const { outside, inside } = changes(rgba);
  assert.equal(outside, 0);
  assert.ok(inside > 100);
  const [r, g, b] = mouthColour(rgba);
  assert.ok(r! > 220 && g! < 60 && b! < 60, `${r},${g},${b}`);
  assert.deepEqual(changes(await drawn(await wav2lip(red), 0)), { outside: 0, inside: 0 });
});

test("Wav2Lip's masked half comes first, Ultralight's second", async () => {
  const masked = await drawn(await wav2lip(copyingLips({ side: 96, channels: 0 })));
  assert.ok(mouthColour(masked)[0]! < 60, mouthColour(masked).join());
  const ultralight: LipsFile = { kind: 'ultralight', graph: 'lips.onnx', hubert: 'hubert.onnx' };
  const at = (channels: 0 | 3) =>
    open(ultralight, {
      'lips.onnx': copyingLips({ side: 160, channels, audio: [1, 16, 32, 32] }),
      'hubert.onnx': hubert(899 * 16),
    });
  assert.ok(changes(await drawn(await at(0))).inside <= 1);
  assert.ok(mouthColour(await drawn(await at(3)))[0]! < 60);
});

for (const [what, scaling, scalingInside] of [
  ['inside', 0.18215, true],
  ['outside', 1, false],
] as const) {
  test(`MuseTalk with the scaling ${what}: the reference comes second, the masked one first`, async () => {
    const file = { ...MUSETALK, scalingInside };
    const reference = changes(
      await drawn(await open(file, museTalk(4, scaling))),
      museTalkBox(MARKS),
    );
    assert.equal(reference.outside, 0);
    // Latents are means of 8 x 8 pixels: edges of the painted mouth are lost, nothing else.
    const canvas = flat();
    const even = await drawn(await open(file, museTalk(4, scaling)), 0.3, canvas);
    const plain = flat().rgba;
    assert.ok(even.every((value, i) => Math.abs(value - plain[i]!) <= 1));
    const masked = await drawn(await open(file, museTalk(0, scaling)), 0.3, flat());
    assert.ok(mouthColour(masked)[0]! < 60, mouthColour(masked).join());
  });
}

/** One colour all over. */
function flat(): Canvas {
  return { ...photo, rgba: FLAT.slice() };
}

test('a graph of another family is refused in one sentence', async () => {
  const wrong = copyingLips({ side: 96, channels: 3, audio: [1, 16, 32, 32] });
  await assert.rejects(wav2lip(wrong), /test\/lips\.onnx: expected .*80,16/);
});

test('a network’s other light is taken to the picture’s, and no seam is left', () => {
  const patch = new FacePatch(96);
  const canvas = flat();
  const box = { x: 60, y: 40, width: 130, height: 160 };
  patch.read(canvas, box);
  for (let i = 0; i < patch.made.length; i += 1) patch.made[i] = patch.face[i]! + 12;
  patch.paste(canvas, box, 1);
  const plain = flat().rgba;
  assert.ok(canvas.rgba.every((value, i) => Math.abs(value - plain[i]!) <= 1));
});

test('somebody speaks from a little before the sound until a little after it', () => {
  const at = (fromMs: number, toMs: number): number => {
    const sound = new Float32Array(500 * 16);
    for (let i = (300 + fromMs) * 16; i < (300 + toMs) * 16; i += 1)
      sound[i] = 0.2 * Math.sin(i * 0.3);
    return speakingShare(sound, 300);
  };
  assert.equal(at(0, 100), 1);
  assert.equal(at(-280, -260), 0);
  assert.ok(at(-200, -160) > 0.3 && at(-200, -160) < 1, 'fading after');
  assert.ok(at(100, 140) > 0.3 && at(100, 140) < 1, 'fading in before');
  assert.equal(speakingShare(new Float32Array(8000).fill(1e-4), 300), 0);
});
