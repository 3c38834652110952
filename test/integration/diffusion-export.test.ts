/**
 * The exporter end to end: random-weight twins, drawn by the body, show the same picture however
 * their graphs are cut. Needs a Python with models/export/requirements.txt (its path in POSECAST_TRAINING_PYTHON,
 * else python3).
 */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { ModelShelf } from '../../server/inference/model-shelf.ts';
import { CPU_COMPUTE } from '../../server/inference/providers.ts';
import { loadPack } from '../../server/inference/pack.ts';
import { IdleMotion } from '../../server/motion/idle.ts';
import { createPose } from '../../server/protocol/pose.ts';
import { openBody } from '../../server/render/open-body.ts';

const EXPORTER = join(import.meta.dirname, '../../models/export');
const PYTHON = process.env['POSECAST_TRAINING_PYTHON'] ?? 'python3';
const NEEDS = 'import torch, onnx, onnxruntime, diffusers, transformers, tokenizers';
const ready = spawnSync(PYTHON, ['-c', NEEDS]).status === 0;
const skip = ready ? false : `NO EXPORT ENVIRONMENT in ${PYTHON}: the exporter is not tested`;
const SIDE = 64;
let work: string;
/** What the twin draws. */
let reference: Uint8Array;

before(async () => {
  work = await mkdtemp(join(tmpdir(), 'posecast-export-'));
});
after(async () => {
  await rm(work, { recursive: true });
});

async function exported(name: string, ...options: readonly string[]): Promise<string> {
  const out = join(work, name);
  await python('export_pack.py', '--tiny', '--out', out, ...options);
  return out;
}

async function python(...args: readonly string[]): Promise<void> {
  await promisify(execFile)(PYTHON, args, { cwd: EXPORTER });
}

async function picture(dir: string): Promise<Uint8Array> {
  const shelf = new ModelShelf();
  const body = await openBody(await loadPack(dir), { width: SIDE, height: SIDE, shelf });
  try {
    const pose = createPose();
    new IdleMotion(1).update(1, { voice: 0, stress: 0 }, pose);
    await body.draw(pose, 0);
    const rgba = (await body.draw(pose, 0)).slice();
    assert.equal(body.health?.problem, '');
    assert.equal(body.health.broken, 0);
    return rgba;
  } finally {
    body.close();
    await shelf.close();
  }
}

test('a twin in parts and as one graph for a frame draws the same picture', { skip }, async () => {
  reference = await picture(await exported('named', '--style', 'named'));
  assert.ok(new Set(reference).size > 20);
  const other = await picture(await exported('whole', '--style', 'whole'));
  const most = other.reduce((max, value, i) => Math.max(max, Math.abs(value - reference[i]!)), 0);
  assert.ok(most <= 2, `they differ by ${most} levels`);
});

test(
  'a checkpoint with a free batch draws it too, for two sessions in one run',
  { skip },
  async () => {
    await python('save_twin.py', '--out', work);
    const [sd, control, vae] = ['sd', 'controlnet', 'taesd'].map((name) => join(work, name));
    const from = [
      '--checkpoint',
      sd!,
      '--controlnet',
      control!,
      '--vae',
      vae!,
      '--size',
      String(SIDE),
    ];
    const out = join(work, 'shared');
    await python('export_pack.py', ...from, '--style', 'merged', '--batch', '--out', out);
    const shelf = new ModelShelf();
    const compute = { ...CPU_COMPUTE, batchOnCpu: true };
    const open = async () => openBody(await loadPack(out), { width: SIDE, height: SIDE, shelf, compute }); // prettier-ignore
    const bodies = [await open(), await open()];
    const pose = createPose();
    new IdleMotion(1).update(1, { voice: 0, stress: 0 }, pose);
    const pictures = await Promise.all(
      bodies.map(async (body) => (await body.draw(pose, 0)).slice()),
    );
    const shared = (await shelf.models()).reduce((sum, model) => sum + (model.shared ?? 0), 0);
    assert.equal(shared, 2, 'networks and decoder ran once for both');
    for (const body of bodies) body.close();
    await shelf.close();
    for (const rgba of pictures) {
      const most = rgba.reduce(
        (max, value, i) => Math.max(max, Math.abs(value - reference[i]!)),
        0,
      );
      assert.ok(most <= 2, `they differ by ${most} levels`);
    }
  },
);

test(
  'two steps in one batch draw, two frames later, what single steps draw',
  { skip },
  async () => {
    const steps = ['--style', 'whole', '--schedule', 'lcm', '--steps', '2'];
    const batched = await picture(await exported('batched', ...steps));
    const single = await picture(await exported('single', ...steps, '--sequential'));
    const most = batched.reduce((max, value, i) => Math.max(max, Math.abs(value - single[i]!)), 0);
    assert.ok(most <= 2, `they differ by ${most} levels`);
  },
);
