/**
 * Schedules against the numbers of diffusers' own tests (tests/schedulers, commit 58eb52c0) and of
 * Stable Diffusion's constants.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  advance,
  begin,
  cumulativeAlphas,
  denoise,
  eulerTimesteps,
  guidanceEmbedding,
  lcmTimesteps,
  planSchedule,
  STABLE_DIFFUSION_BETAS,
  type Betas,
  type Row,
  type SchedulePlan,
} from '../../../../server/render/diffusion/schedule.ts';

const SIZE = 768;
const TURBO: SchedulePlan = { kind: 'euler', steps: 1, prediction: 'epsilon', strength: 1 };

/** diffusers' dummy_sample_deter: only sums and means are compared, so the axes' order is free. */
function dummySample(): Float32Array {
  return Float32Array.from({ length: SIZE }, (_, i) => i / SIZE);
}

function sumOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + Math.abs(value), 0);
}

function near(actual: number, expected: number, relative = 1e-5): void {
  assert.ok(
    Math.abs(actual - expected) <= relative * Math.abs(expected),
    `${actual} != ${expected}`,
  );
}

/** diffusers' dummy model: x * t / (t + 1). */
function dummyModel(x: Float32Array, timestep: number): Float32Array {
  return x.map((value) => (value * timestep) / (timestep + 1));
}

/** diffusers' loop, which goes on from the scaled sample. */
function eulerLoop(rows: readonly Row[], sample: Float32Array): Float32Array {
  const noise = new Float32Array(SIZE);
  let x = sample;
  for (const row of rows) {
    x = x.map((value) => value * row.inputScale);
    const denoised = new Float32Array(SIZE);
    denoise(row, x, dummyModel(x, row.timestep), denoised);
    advance(row, { denoised, x, noise }, x);
  }
  return x;
}

test("Stable Diffusion's noise levels are those of its training", () => {
  const alphas = cumulativeAlphas(STABLE_DIFFUSION_BETAS);
  const expected = { 999: 0.00466009, 759: 0.05221286, 499: 0.27766952, 0: 0.99914998 };
  for (const [at, value] of Object.entries(expected)) near(alphas[Number(at)]!, value, 1e-5);
  near(planSchedule(TURBO)[0]!.sigma, 14.614655, 1e-5);
});

test('SD-turbo begins at the last step; two and four steps trail it', () => {
  const timesteps = (steps: number, strength = 1): number[] =>
    eulerTimesteps({ ...TURBO, steps, strength }, 1000);
  assert.deepEqual(timesteps(1), [999]);
  assert.deepEqual(timesteps(2), [999, 499]);
  assert.deepEqual(timesteps(4), [999, 749, 499, 249]);
  assert.deepEqual(timesteps(1, 0.5), [499], 'half of the way keeps half of the picture');
});

test('one step of SD-turbo is x - 14.6146 epsilon', () => {
  const [row] = planSchedule(TURBO);
  const x = Float32Array.of(20, -3);
  const model = Float32Array.of(1, 0.5);
  const out = new Float32Array(2);
  denoise(row!, x, model, out);
  near(out[0]!, 20 - 14.614655);
  near(out[1]!, -3 - 0.5 * 14.614655);
  near(row!.inputScale, 1 / Math.hypot(14.614655, 1));
});

test('Euler gives the sums of its tests: plain, Karras, v-prediction and from noise', () => {
  const betas: Betas = { kind: 'linear', start: 0.0001, end: 0.02, count: 1100 };
  const plan: SchedulePlan = { ...TURBO, steps: 10, spacing: 'linspace', betas };
  const full = (rows: readonly Row[]): Float32Array =>
    eulerLoop(
      rows,
      dummySample().map((value) => value * Math.max(...rows.map((row) => row.sigma))),
    );
  const rows = planSchedule(plan);
  near(sumOf(full(rows)), 10.0807, 1e-4);
  near(sumOf(full(planSchedule({ ...plan, karras: true }))), 124.52299, 1e-4);
  assert.ok(sumOf(full(planSchedule({ ...plan, prediction: 'v' }))) < 1e-2);
  // From step 8 on: the picture is given and noise added, reversed as dummy_noise_deter has it.
  const late = rows.slice(8);
  const noise = dummySample().reverse();
  const start = dummySample().map((value) => value * rows[0]!.sigma);
  begin(late[0]!, start, noise, start);
  near(sumOf(eulerLoop(late, start)), 57062.9297, 1e-4);
});

test('LCM takes the steps of its grid and gives the sum of its test', () => {
  assert.deepEqual(lcmTimesteps(1, 1, 1000), [999]);
  assert.deepEqual(lcmTimesteps(2, 1, 1000), [999, 499]);
  assert.deepEqual(lcmTimesteps(4, 1, 1000), [999, 759, 499, 259]);
  assert.deepEqual(lcmTimesteps(8, 1, 1000), [999, 879, 759, 639, 499, 379, 259, 139]);
  const [row] = planSchedule({ ...TURBO, kind: 'lcm' });
  assert.ok(Math.abs(row!.denoisedFromX - 2.5e-9) < 1e-10);
  near(row!.denoisedFromX0, 1);
  const x = dummySample();
  const out = new Float32Array(SIZE);
  denoise(row!, x, dummyModel(x, row!.timestep), out);
  near(sumOf(out), 18.7097, 1e-4);
  near(sumOf(out) / SIZE, 0.0244, 2e-3);
});

test('the next latent of LCM is the denoised one with noise, of Euler the same way on', () => {
  const alphas = cumulativeAlphas(STABLE_DIFFUSION_BETAS);
  const plan: SchedulePlan = { ...TURBO, steps: 2 };
  const [x, denoised, noise] = [Float32Array.of(3), Float32Array.of(1), Float32Array.of(-2)];
  const out = new Float32Array(1);
  advance(planSchedule({ ...plan, kind: 'lcm' })[0]!, { denoised, x, noise }, out);
  near(out[0]!, Math.sqrt(alphas[499]!) * 1 + Math.sqrt(1 - alphas[499]!) * -2, 1e-5);
  const [first, second] = planSchedule(plan);
  advance(first!, { denoised, x, noise }, out);
  near(out[0]!, 3 + ((3 - 1) / first!.sigma) * (second!.sigma - first!.sigma), 1e-5);
});

test('a picture that is kept comes back from a perfect network at every strength', () => {
  for (const kind of ['euler', 'lcm'] as const) {
    for (const prediction of ['epsilon', 'v'] as const) {
      for (const strength of [1, 0.6, 0.3]) {
        const [row] = planSchedule({ kind, steps: 1, prediction, strength });
        const [latent, noise] = [Float32Array.of(0.7, -1.2), Float32Array.of(-0.4, 1.5)];
        const x = new Float32Array(2);
        begin(row!, latent, noise, x);
        // v = a * noise - b * latent in the variance-preserving form.
        const [a, b] = [1 / Math.hypot(1, row!.sigma), row!.sigma / Math.hypot(1, row!.sigma)];
        const model = noise.map((n, i) => (prediction === 'v' ? a * n - b * latent[i]! : n));
        denoise(row!, x, model, x);
        for (const i of [0, 1])
          assert.ok(Math.abs(x[i]! - latent[i]!) < 2e-3, `${kind} ${prediction}`);
      }
    }
  }
});

test('the guidance embedding is sines, then cosines', () => {
  const embedding = guidanceEmbedding(8, 256);
  near(embedding[0]!, Math.sin(7000), 1e-4);
  near(embedding[128]!, Math.cos(7000), 1e-4);
  near(embedding[127]!, Math.sin(0.7), 1e-4);
});
