/** Footage that goes round without a jump, and whose mouth moves while somebody speaks. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { makeClipPack } from '../../../../server/avatars/clip-pack.ts';
import { ModelShelf } from '../../../../server/inference/model-shelf.ts';
import { loadPack } from '../../../../server/inference/pack.ts';
import { createPose } from '../../../../server/protocol/pose.ts';
import { AvatarWishes } from '../../../../server/protocol/avatar.ts';
import { findLoop, showingAt } from '../../../../server/render/clip/loop.ts';
import { openBody } from '../../../../server/render/open-body.ts';
import { writePng } from '../../../../server/render/picture/png.ts';
import { paintingLips } from '../../../support/lip-graphs.ts';
import { paintedFace, PHOTO_SIDE, pointOf, POINTS } from '../../../support/photo.ts';

const FRAMES = 12;
const wishes = AvatarWishes.parse({ name: 'grid', title: 'Grid' });
let root = '';
let pack = '';

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'posecast-clip-'));
  pack = join(root, 'grid');
  await writeFile(join(root, 'face.png'), writePng(paintedFace().photo));
  await writeFile(join(root, 'lips.onnx'), paintingLips(96, [0, 0, 1]));
  const input = ['-loop', '1', '-framerate', '25', '-i', join(root, 'face.png')];
  const codec = ['-c:v', 'mpeg4', '-q:v', '2', join(root, 'in.avi')];
  execFileSync('ffmpeg', ['-v', 'error', ...input, '-frames:v', String(FRAMES), ...codec]);
  await makeClipPack(pack, {
    ...{ video: join(root, 'in.avi'), ffmpeg: 'ffmpeg', wishes },
    lips: { file: { kind: 'wav2lip', graph: 'lips.onnx' }, graphs: [join(root, 'lips.onnx')] },
    points: () => Promise.resolve(Float32Array.from(POINTS)),
    onProgress: () => undefined,
  });
});
after(() => rm(root, { recursive: true }));

test('footage becomes a pack whose mouth moves with the voice and rests in silence', async () => {
  const file = JSON.parse(await readFile(join(pack, 'clip.json'), 'utf8')) as { frames: number };
  assert.equal(file.frames, FRAMES);
  const shelf = new ModelShelf();
  const place = { width: PHOTO_SIDE, height: PHOTO_SIDE, shelf };
  const body = await openBody(await loadPack(pack), place);
  const samples = (body.hearing!.beforeMs + body.hearing!.afterMs) * 16;
  const voice = Float32Array.from({ length: samples }, (_, i) => 0.3 * Math.sin(i * 0.2));
  const silent = (await body.draw(createPose(), 0.2, new Float32Array(samples))).slice();
  const spoken = (await body.draw(createPose(), 0.2, voice)).slice();
  const [x, y] = pointOf(14).map(Math.round);
  const at = (y! * PHOTO_SIDE + x!) * 4;
  assert.ok(silent[at + 1]! > 150, 'the footage has bright teeth');
  assert.ok(spoken[at]! > 180 && spoken[at + 1]! < 90, [...spoken.subarray(at, at + 3)].join());
  assert.deepEqual(
    spoken.subarray(0, PHOTO_SIDE * 60 * 4),
    silent.subarray(0, PHOTO_SIDE * 60 * 4),
  );
  // What is drawn follows from the time and the sound alone.
  const again = await openBody(await loadPack(pack), place);
  assert.deepEqual((await again.draw(createPose(), 0.2, voice)).slice(), spoken);
  body.close();
  again.close();
  await shelf.close();
});

test('there and back, no frame is shown twice in a row and none is left out', () => {
  const clip = { fps: 25, frames: 5, loop: { kind: 'there-and-back' } } as const;
  const shown = Array.from({ length: 10 }, (_, i) => showingAt(clip, i / 25).first);
  assert.deepEqual(shown, [0, 1, 2, 3, 4, 3, 2, 1, 0, 1]);
});

test('a cut fades into what comes before its beginning', () => {
  const loop = { kind: 'cut', from: 4, to: 12, blend: 3 } as const;
  const shown = Array.from({ length: 9 }, (_, i) => showingAt({ fps: 25, frames: 20, loop }, i / 25));
  assert.deepEqual(shown.map(({ first }) => first), [4, 5, 6, 7, 8, 9, 10, 11, 4]);
  assert.deepEqual(shown.slice(5, 8).map(({ second, share }) => [second, share]), [[1, 0.25], [2, 0.5], [3, 0.75]]);
}); // prettier-ignore

test('footage that comes round is cut where it does; other footage goes there and back', () => {
  const picture = (level: number) => new Uint8Array(64).fill(level);
  const round = Array.from({ length: 80 }, (_, i) =>
    picture(100 + 60 * Math.sin((2 * Math.PI * i) / 50)),
  );
  const loop = findLoop(round);
  assert.ok(loop.kind === 'cut' && Math.abs(loop.to - loop.from - 50) <= 1, JSON.stringify(loop));
  const rising = Array.from({ length: 80 }, (_, i) => picture(3 * i));
  assert.deepEqual(findLoop(rising), { kind: 'there-and-back' });
});
