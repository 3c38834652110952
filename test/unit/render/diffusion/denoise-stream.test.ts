/** Batched denoising against the same steps one after the other, and StreamDiffusion's formulas. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DenoiseStream,
  NO_GUIDANCE,
  type Guidance,
  type StreamOptions,
} from '../../../../server/render/diffusion/denoise-stream.ts';
import { fillGaussian } from '../../../../server/render/diffusion/noise.ts';
import { planSchedule, type Row } from '../../../../server/render/diffusion/schedule.ts';

type Change = Partial<StreamOptions> & { readonly kind?: 'euler' | 'lcm'; readonly steps?: number };

const SIZE = 6;
const LATENT = Float32Array.of(0.4, -0.2, 0.9, 0, 1.1, -0.7);

/** A network whose answer depends on the latent and the time alone. */
function network(x: Float32Array, timesteps: Float32Array): Float32Array {
  return x.map((value, i) => Math.tanh(value) + timesteps[Math.floor(i / SIZE)]! / 3000);
}

function runOnce(stream: DenoiseStream): void {
  const x = new Float32Array(stream.rows * SIZE);
  const timesteps = new Float32Array(stream.rows);
  stream.writeInput(x);
  stream.writeTimes(timesteps);
  stream.takeModel(network(x, timesteps));
}

function frame(stream: DenoiseStream): Float32Array {
  stream.start(LATENT);
  do runOnce(stream);
  while (stream.next());
  return stream.finished.slice();
}

function options(change: Change): StreamOptions {
  const { kind = 'lcm', steps = 3, ...rest } = change;
  const schedule = planSchedule({ kind, steps, prediction: 'epsilon', strength: 0.8 });
  return { schedule, size: SIZE, batched: true, guidance: NO_GUIDANCE, seed: 5, ...rest };
}

for (const kind of ['euler', 'lcm'] as const) {
  test(`${kind}: the batch gives, as many frames later, what single steps give`, () => {
    const batched = new DenoiseStream(options({ kind }));
    const single = new DenoiseStream(options({ kind, batched: false }));
    const expected = frame(single);
    frame(batched);
    frame(batched);
    const actual = frame(batched);
    for (const i of LATENT.keys()) assert.ok(Math.abs(actual[i]! - expected[i]!) < 1e-5);
    assert.deepEqual([batched.rows, single.rows], [3, 1]);
  });
}

test('another seed gives another picture, the same one the same', () => {
  const first = frame(new DenoiseStream(options({ batched: false })));
  assert.deepEqual(frame(new DenoiseStream(options({ batched: false }))), first);
  const other = new DenoiseStream(options({ batched: false, seed: 6 }));
  assert.notDeepEqual(frame(other), first);
  other.reseed(5);
  assert.deepEqual(frame(other), first);
});

test('full guidance mixes what is said with and without the prompt', () => {
  const guidance: Guidance = { kind: 'full', scale: 3, delta: 1 };
  const stream = new DenoiseStream(options({ guidance, steps: 2 }));
  assert.equal(stream.rows, 4);
  stream.start(LATENT);
  const said = Float32Array.from({ length: 4 * SIZE }, (_, i) => i / 10);
  stream.takeModel(said);
  const mixed = said
    .subarray(0, 2 * SIZE)
    .map((without, i) => without + 3 * (said[2 * SIZE + i]! - without));
  const plain = new DenoiseStream(options({ steps: 2 }));
  plain.start(LATENT);
  plain.takeModel(mixed);
  for (const i of LATENT.keys())
    assert.ok(Math.abs(stream.finished[i]! - plain.finished[i]!) < 1e-4);
});

for (const kind of ['self', 'initialize'] as const) {
  test(`residual guidance (${kind}) is StreamDiffusion's`, () => {
    const guidance: Guidance = { kind, scale: 1.4, delta: 0.9 };
    const given = options({ guidance, steps: 2 });
    const stream = new DenoiseStream(given);
    const reference = new Reference(given.schedule, guidance, given.seed);
    for (let i = 0; i < 5; i += 1) {
      const actual = frame(stream);
      const expected = reference.frame();
      for (const at of LATENT.keys()) {
        assert.ok(
          Math.abs(actual[at]! - expected[at]!) < 1e-4,
          `frame ${i}: ${actual[at]} ${expected[at]}`,
        );
      }
    }
  });
}

/**
 * predict_x0_batch, unet_step and scheduler_step_batch of StreamDiffusion's pipeline.py (b623251d),
 * written out on lists of rows.
 */
class Reference {
  readonly #rows: readonly Row[];
  readonly #guidance: Guidance;
  readonly #noise: number[][];
  #stock: number[][];
  #buffer: number[][];

  constructor(rows: readonly Row[], guidance: Guidance, seed: number) {
    this.#rows = rows;
    this.#guidance = guidance;
    this.#noise = rows.map((_, row) => {
      const noise = new Float32Array(SIZE);
      fillGaussian(noise, seed + row);
      return [...noise];
    });
    this.#stock = this.#noise.map((row) => [...row]);
    this.#buffer = rows
      .slice(1)
      .map((row, i) => this.#noise[i + 1]!.map((n) => row.startFromNoise * n));
  }

  frame(): number[] {
    const { kind, scale, delta } = this.#guidance;
    const alpha = this.#rows.map((row) => row.startFromLatent);
    const beta = this.#rows.map((row) => row.startFromNoise);
    const fresh = [...LATENT].map((value, i) => alpha[0]! * value + beta[0]! * this.#noise[0]![i]!);
    const x = [fresh, ...this.#buffer];
    this.#stock = [this.#noise[0]!, ...this.#stock.slice(0, -1)];
    const ask = (row: number): number[] => [
      ...network(Float32Array.from(x[row]!), Float32Array.of(this.#rows[row]!.timestep)),
    ];
    if (kind === 'initialize') this.#stock = [ask(0), ...this.#stock.slice(1)];
    const model = x.map((_, row) =>
      ask(row).map((text, i) => {
        const without = this.#stock[row]![i]! * delta;
        return without + scale * (text - without);
      }),
    );
    const step = (values: number[][]): number[][] =>
      values.map((value, row) => {
        const { denoisedFromX0: out, denoisedFromX: skip } = this.#rows[row]!;
        return value.map(
          (each, i) => out * ((each - beta[row]! * model[row]![i]!) / alpha[row]!) + skip * each,
        );
      });
    const denoised = step(x);
    const delta0 = step(this.#stock.map((row, r) => row.map((value) => beta[r]! * value)));
    const next = (list: number[]): number[] => [...list.slice(1), 1];
    const rolled = [...this.#noise.slice(1), this.#noise[0]!];
    this.#stock = rolled.map((row, r) =>
      row.map((n, i) => n + (next(alpha)[r]! * delta0[r]![i]!) / next(beta)[r]!),
    );
    this.#buffer = denoised
      .slice(0, -1)
      .map((row, r) =>
        row.map((v, i) => alpha[r + 1]! * v + beta[r + 1]! * this.#noise[r + 1]![i]!),
      );
    return denoised.at(-1)!;
  }
}
