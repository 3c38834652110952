/** Footage that goes round without a jump, and whose mouth moves while somebody speaks. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ModelShelf } from '../../../../server/inference/model-shelf.ts';
import { loadPack } from '../../../../server/inference/pack.ts';
import { createPose } from '../../../../server/protocol/pose.ts';
import type { Gesture } from '../../../../server/protocol/motion-state.ts';
import { TemplateId } from '../../../../server/protocol/template.ts';
import { Footage } from '../../../../server/render/clip/footage.ts';
import { findLoop, showingAt } from '../../../../server/render/clip/loop.ts';
import { openBody } from '../../../../server/render/open-body.ts';
import { paintedClip, SIDE } from '../../../support/clip-pack.ts';
import { failingLips, paintingLips } from '../../../support/lip-graphs.ts';
import { PHOTO_SIDE, pointOf } from '../../../support/photo.ts';

const FRAMES = 12;
const GESTURE = 30;
let root = '';
let pack = '';

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'posecast-clip-'));
  // Of another size and rate, as phones film; all green, to be told apart.
  const green = ['-f', 'lavfi', '-i', `color=0x00c000:s=320x240:r=50:d=${GESTURE / 25}`];
  execFileSync('ffmpeg', ['-v', 'error', ...green, '-c:v', 'mpeg4', join(root, 'wave.avi')]);
  const gestures = [{ video: join(root, 'wave.avi'), templates: [TemplateId.parse('wave')] }];
  pack = await paintedClip({ folder: root, name: 'grid', frames: FRAMES, gestures });
});
after(() => rm(root, { recursive: true }));

test('footage becomes a pack whose mouth moves with the voice and rests in silence', async () => {
  const file = JSON.parse(await readFile(join(pack, 'clip.json'), 'utf8')) as { frames: number };
  assert.equal(file.frames, FRAMES + GESTURE);
  const shelf = new ModelShelf();
  const place = { width: PHOTO_SIDE, height: PHOTO_SIDE, shelf, pace: 'offline' } as const;
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

test('a mouth that is no picture, and a network that fails, leave the film as it is and are told', async () => {
  const broken = { lips: paintingLips(SIDE, [0, Number.NaN, 1]), told: { broken: 1, failed: 0 } };
  const failing = { lips: failingLips(SIDE), told: { broken: 0, failed: 1 } };
  for (const [i, { lips, told }] of [broken, failing].entries()) {
    const name = `bad-${i}`;
    const order = { folder: join(root, name), name, frames: 3, lips };
    const shelf = new ModelShelf();
    const place = { width: PHOTO_SIDE, height: PHOTO_SIDE, shelf, pace: 'offline' } as const;
    const body = await openBody(await loadPack(await paintedClip(order)), place);
    const samples = (body.hearing!.beforeMs + body.hearing!.afterMs) * 16;
    const voice = Float32Array.from({ length: samples }, (_, k) => 0.3 * Math.sin(k * 0.2));
    const silent = (await body.draw(createPose(), 0, new Float32Array(samples))).slice();
    assert.deepEqual((await body.draw(createPose(), 0, voice)).slice(), silent);
    const { problem, stages, device, ...counts } = body.health!;
    assert.partialDeepStrictEqual(counts, told);
    assert.match(problem, told.failed > 0 ? /^The lips' network failed: .+/ : /^$/);
    assert.ok(device === 'cpu' && stages['sound']);
    body.close();
    await shelf.close();
  }
});

test('a gesture that was filmed is shown while its template plays, faded in and out, to its end', async () => {
  const shelf = new ModelShelf();
  const place = { width: 64, height: 64, shelf, pace: 'offline' } as const;
  const body = await openBody(await loadPack(pack), place);
  const plays = { template: 'wave', script: 3, endless: false };
  const greenness = async (frame: number, gestures: readonly Gesture[]): Promise<number> => {
    body.perform!(gestures, frame / 25);
    const rgba = await body.draw(createPose(), frame / 25);
    return rgba[1]! - rgba[0]!;
  };
  const rest = await greenness(0, []);
  const levels: number[] = [];
  // The template ends before the film does, and something without a film plays as well.
  for (let frame = 1; frame <= GESTURE + 2; frame += 1) {
    const other = { template: 'nod', script: 4, endless: true };
    levels.push(await greenness(frame, frame < 20 ? [plays, other] : [other]));
  }
  assert.ok(
    rest < levels[0]! && levels[0]! < levels[4]! && levels[4]! < levels[15]!,
    'it fades in',
  );
  assert.ok(levels[15]! > 150, `it is shown: ${levels[15]}`);
  assert.ok(levels[22]! > levels[27]! && levels[27]! > levels[29]!, 'it fades out');
  assert.ok(Math.abs(levels.at(-1)! - rest) < 3, 'the rest goes round again');
  assert.ok((await greenness(GESTURE + 4, [{ ...plays, script: 5 }])) > rest, 'again by another script'); // prettier-ignore
  body.close();
  await shelf.close();
});

test('a film that can not be decoded is told as a sentence', async () => {
  const order = { width: 64, height: 64, path: join(root, 'face.png'), sha256: '', frames: 2, fps: 25 }; // prettier-ignore
  const footage = new Footage(order);
  await assert.rejects(footage.reach(1), {
    code: 'bad_pack',
    message: /the footage can't be decoded: .*Invalid argument|not on whitelist/,
  });
  assert.throws(() => footage.waitForFirst(1000), { code: 'bad_pack' });
  footage.close();
  assert.throws(() => new Footage({ ...order, frames: 100_000 }), /at most 512 MiB/);
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
