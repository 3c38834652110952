/** A render may take more steps than real time allows. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadPack } from '../../../../server/inference/pack.ts';
import {
  readDiffusionFile,
  withSteps,
} from '../../../../server/render/diffusion/diffusion-file.ts';
import { TWIN } from '../../../support/diffusion-pack.ts';

test('so many steps a frame, one after the other, but where guidance ties them to frames', async () => {
  const pack = await loadPack(TWIN);
  const file = readDiffusionFile(pack);
  assert.equal(withSteps(pack, file, undefined), file);
  assert.equal(withSteps(pack, file, 1), file);
  const more = withSteps(pack, file, 12);
  assert.deepEqual([more.schedule.steps, more.batched, more.rows], [12, false, 1]);
  const full = { ...file, guidance: { kind: 'full', scale: 2, delta: 1 } } as const;
  assert.equal(withSteps(pack, full, 12).rows, 2);
  const residual = { ...file, guidance: { kind: 'self', scale: 2, delta: 1 } } as const;
  assert.throws(() => withSteps(pack, residual, 12), { code: 'bad_pack' });
});
