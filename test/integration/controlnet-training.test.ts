/**
 * The recipe of drawn-by-network avatars end to end in its quick form: pictures of the rig, all
 * stages of training, export, report, and a pack that the product opens and draws. Needs a Python
 * with models/training/controlnet/requirements.txt (POSECAST_TRAINING_PYTHON, else python3).
 */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ModelShelf } from '../../server/inference/model-shelf.ts';
import { loadPack } from '../../server/inference/pack.ts';
import { IdleMotion } from '../../server/motion/idle.ts';
import { createPose } from '../../server/protocol/pose.ts';
import { openBody } from '../../server/render/open-body.ts';
import { sharedFile } from '../support/shared-data.ts';

const RECIPE = fileURLToPath(new URL('../../models/training/controlnet', import.meta.url));
const PYTHON = process.env['POSECAST_TRAINING_PYTHON'] ?? 'python3';
const ready = spawnSync(PYTHON, ['-c', 'import torch, onnx, onnxruntime, PIL']).status === 0;
const skip = ready ? false : `NO TRAINING ENVIRONMENT in ${PYTHON}: the recipe is not tested`;
let work: string;

before(async () => {
  work = await mkdtemp(join(tmpdir(), 'posecast-controlnet-'));
});
after(async () => {
  await rm(work, { recursive: true });
});

async function make(name: string, ...more: string[]): Promise<string> {
  const folder = join(work, name);
  const args = ['make.py', '--quick', '--work', folder, '--out', join(folder, name), ...more];
  const { stdout } = await promisify(execFile)(PYTHON, args, { cwd: RECIPE });
  return stdout;
}

/** One frame of a pack at rest, 256 x 256. */
async function drawn(folder: string): Promise<Uint8Array> {
  const pack = await loadPack(folder);
  assert.equal(pack.manifest.body, 'controlnet');
  const shelf = new ModelShelf();
  const body = await openBody(pack, { width: 256, height: 256, shelf });
  const pose = createPose();
  new IdleMotion(1).update(1, { voice: 0, stress: 0 }, pose);
  const rgba = (await body.draw(pose, 1)).slice();
  body.close();
  await shelf.close();
  return rgba;
}

async function reportOf(name: string): Promise<Record<string, number>> {
  const text = await readFile(join(work, name, 'report', 'report.json'), 'utf8');
  return JSON.parse(text) as Record<string, number>;
}

test('the quick recipe makes a pack that draws, and a second run resumes', { skip }, async () => {
  const first = await make('tiny');
  for (const stage of ['torso', 'face', 'head', 'arms', 'hands', 'joint']) {
    assert.match(first, new RegExp(`"stage": "${stage}"`, 'u'));
  }
  // Untrained as it is, it starts from drawings: the head is there, the corner is clear.
  const rgba = await drawn(join(work, 'tiny', 'tiny'));
  assert.ok(rgba[(60 * 256 + 128) * 4 + 3]! > 200);
  assert.equal(rgba[3], 0);
  const report = await reportOf('tiny');
  for (const measure of ['psnr', 'ssim', 'faceSharpness', 'handSharpness', 'flickerStillP99']) {
    assert.ok(Number.isFinite(report[measure]), measure);
  }
  // Nothing is rendered, trained or exported again.
  assert.match(await make('tiny'), /nothing to do/u);
});

test('training goes on from a finished pack, all of its weights', { skip }, async () => {
  const folder = join(work, 'tiny');
  const init = join(folder, 'tiny');
  const args = ['train.py', '--data', join(folder, 'train'), '--out', join(work, 'on')];
  const more = ['--init', init, '--only', 'arms', '--minutes', '0.001'];
  const { stdout } = await promisify(execFile)(PYTHON, [...args, ...more], { cwd: RECIPE });
  assert.match(stdout, /^0 new weights/mu);
});

const clip = sharedFile('speech/grid-av/bbaf2n.mpg');
const mediapipe = sharedFile('mediapipe/pose_detector.onnx');
const skipVideo = skip !== false ? skip : clip.skip || mediapipe.skip;

test(
  'a video of a person becomes a pack, with its sound beside it',
  { skip: skipVideo },
  async () => {
    const told = await make('me', '--video', clip.path, '--mediapipe', dirname(mediapipe.path));
    assert.match(told, /found the person in 30 of 30 frames/u);
    // A face of this clip's skin in the middle; the person was cut out, so corners are clear.
    const rgba = await drawn(join(work, 'me', 'me'));
    const at = (128 * 256 + 128) * 4;
    assert.ok(rgba[at]! > rgba[at + 2]! && rgba[at + 3]! > 200, 'skin is redder than blue');
    assert.ok(rgba[3]! < 30);
    assert.ok((await reportOf('me'))['psnr']! > 15);
    assert.equal((await readFile(join(work, 'me', 'voice.wav'))).toString('latin1', 0, 4), 'RIFF');
  },
);
