/**
 * The recipe of drawn-by-network avatars end to end in its quick form: pictures of the rig, all
 * stages of training, export, report, and a pack that the product opens and draws. Needs a Python
 * with models/training/controlnet/requirements.txt (POSECAST_TRAINING_PYTHON, else python3).
 */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ModelShelf } from '../../server/inference/model-shelf.ts';
import { loadPack } from '../../server/inference/pack.ts';
import { IdleMotion } from '../../server/motion/idle.ts';
import { createPose } from '../../server/protocol/pose.ts';
import { openBody } from '../../server/render/open-body.ts';

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

async function make(): Promise<string> {
  const args = ['make.py', '--quick', '--work', work, '--out', join(work, 'tiny')];
  const { stdout } = await promisify(execFile)(PYTHON, args, { cwd: RECIPE });
  return stdout;
}

test('the quick recipe makes a pack that draws, and a second run resumes', { skip }, async () => {
  const first = await make();
  for (const stage of ['torso', 'face', 'head', 'branch', 'joint']) {
    assert.match(first, new RegExp(`"stage": "${stage}"`, 'u'));
  }
  const pack = await loadPack(join(work, 'tiny'));
  assert.equal(pack.manifest.body, 'controlnet');
  const shelf = new ModelShelf();
  const body = await openBody(pack, { width: 256, height: 256, shelf });
  const pose = createPose();
  new IdleMotion(1).update(1, { voice: 0, stress: 0 }, pose);
  const rgba = await body.draw(pose, 1);
  // Untrained as it is, it starts from drawings: the head is there, the corner is clear.
  assert.ok(rgba[(60 * 256 + 128) * 4 + 3]! > 200);
  assert.equal(rgba[3], 0);
  body.close();
  await shelf.close();
  const report = JSON.parse(await readFile(join(work, 'report', 'report.json'), 'utf8')) as Record<
    string,
    number
  >;
  for (const measure of ['psnr', 'ssim', 'faceSharpness', 'handSharpness', 'flickerStillP99']) {
    assert.ok(Number.isFinite(report[measure]), measure);
  }
  // Nothing is rendered or trained again.
  assert.doesNotMatch(await make(), /"stage"/u);
});
