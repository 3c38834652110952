/**
 * The training recipe end to end on a tiny corpus: speech, training, export, report, and a graph that
 * the product opens. Needs a Python with models/training/lipsync/requirements.txt (its path in
 * POSECAST_TRAINING_PYTHON, else python3) and espeak-ng.
 */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createLipFrame, LIP_WINDOW, LipModel } from '../../server/speech/lip-sync.ts';

const RECIPE = fileURLToPath(new URL('../../models/training/lipsync', import.meta.url));
const PYTHON = process.env['POSECAST_TRAINING_PYTHON'] ?? 'python3';
const NEEDS =
  'import torch, onnx, onnxruntime, scipy, pocketsphinx, ctypes; ctypes.CDLL("libespeak-ng.so.1")';
const ready = spawnSync(PYTHON, ['-c', NEEDS]).status === 0;
const skip = ready ? false : `NO TRAINING ENVIRONMENT in ${PYTHON}: the recipe is not tested`;
let work: string;

before(async () => {
  work = await mkdtemp(join(tmpdir(), 'posecast-lips-'));
});
after(async () => {
  await rm(work, { recursive: true });
});

async function make(): Promise<string> {
  const args = [
    'make.py',
    '--quick',
    '--processes',
    '1',
    '--work',
    work,
    '--out',
    join(work, 'out'),
  ];
  const { stdout } = await promisify(execFile)(PYTHON, args, { cwd: RECIPE });
  return stdout;
}

test(
  'the quick recipe makes a model that the product opens, and a second run resumes',
  { skip },
  async () => {
    await make();
    const model = await LipModel.open(join(work, 'out'));
    try {
      assert.deepEqual(model.lookaheadsMs, [0, 40, 80]);
      const frame = createLipFrame();
      await model.step(model.createState(), new Float32Array(LIP_WINDOW), frame);
      assert.ok(Math.abs(frame.visemes.reduce((sum, p) => sum + p, 0) - 1) < 1e-4);
    } finally {
      await model.close();
    }
    assert.match(await readFile(join(work, 'report.md'), 'utf8'), /\| espeak-en \| 0\.\d\d \|/);
    const again = await make();
    assert.match(again, /from step 20\n/);
  },
);
