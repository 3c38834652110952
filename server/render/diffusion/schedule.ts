/**
 * Noise schedules of diffusion models, as numbers: what a latent is multiplied with on its way into
 * the network, out of it, and to the next step. All are linear, so that one row of coefficients
 * says everything of one step. Pure.
 *
 * Euler: Karras et al. 2022, https://arxiv.org/abs/2206.00364, as in diffusers'
 * EulerDiscreteScheduler. LCM: Luo et al. 2023, https://arxiv.org/abs/2310.04378, as in its
 * LCMScheduler. Numbers of both are compared with diffusers' own tests.
 */
export type Betas = {
  readonly kind: 'linear' | 'scaled-linear';
  readonly start: number;
  readonly end: number;
  readonly count: number;
};

/** What Stable Diffusion was trained with. */
export const STABLE_DIFFUSION_BETAS: Betas = {
  ...{ kind: 'scaled-linear', start: 0.00085, end: 0.012, count: 1000 },
};

export type SchedulePlan = {
  readonly kind: 'euler' | 'lcm';
  readonly steps: number;
  readonly prediction: 'epsilon' | 'v';
  readonly betas?: Betas;
  /** Euler: where the steps lie; `trailing` begins at the very last, as SD-turbo needs it. */
  readonly spacing?: 'trailing' | 'linspace';
  /** Euler: Karras' distances between the noise levels instead of the trained ones. */
  readonly karras?: boolean;
  /** How much of the way begins in noise: 1 all of it, less keeps that much of the given latent. */
  readonly strength: number;
};

/** One step. x: the noisy latent; model: what the network says; denoised: what it makes of x. */
export type Row = {
  readonly timestep: number;
  /** The noise's share against the picture's (sigma); of LCM's kind too. */
  readonly sigma: number;
  readonly inputScale: number;
  readonly x0FromX: number;
  readonly x0FromModel: number;
  readonly denoisedFromX0: number;
  readonly denoisedFromX: number;
  readonly nextFromDenoised: number;
  readonly nextFromX: number;
  readonly nextFromNoise: number;
  readonly startFromLatent: number;
  readonly startFromNoise: number;
};

const LCM_GRID = 50;
const LCM_TIME_SCALE = 10;
const LCM_DATA_VARIANCE = 0.25;
const KARRAS_RHO = 7;

/** The steps in their order. */
export function planSchedule(plan: SchedulePlan): Row[] {
  const alphas = cumulativeAlphas(plan.betas ?? STABLE_DIFFUSION_BETAS);
  return plan.kind === 'lcm' ? lcmRows(plan, alphas) : eulerRows(plan, alphas);
}

/** Products of 1 - beta: how much of the picture's variance is left at each of the trained steps. */
export function cumulativeAlphas({ kind, start, end, count }: Betas): Float64Array {
  const root = kind === 'scaled-linear';
  const [from, to] = root ? [Math.sqrt(start), Math.sqrt(end)] : [start, end];
  let product = 1;
  return Float64Array.from({ length: count }, (_, i) => {
    const value = from + ((to - from) * i) / (count - 1);
    product *= 1 - (root ? value * value : value);
    return product;
  });
}

/** LCM's steps: every 20th of 1000 from 19 on, of which `steps` are taken evenly from the noisy end. */
export function lcmTimesteps(steps: number, strength: number, count: number): number[] {
  const stride = Math.floor(count / LCM_GRID);
  const length = Math.max(steps, Math.floor(LCM_GRID * strength));
  const grid = Array.from({ length }, (_, i) => (length - i) * stride - 1);
  return Array.from({ length: steps }, (_, i) => grid[Math.floor((i * length) / steps)]!);
}

/** Euler's steps, which may lie between trained ones. */
export function eulerTimesteps(plan: SchedulePlan, count: number): number[] {
  const { steps, strength, spacing = 'trailing' } = plan;
  if (spacing === 'linspace') {
    const last = count - 1;
    return Array.from({ length: steps }, (_, i) =>
      steps === 1 ? 0 : last - (i * last) / (steps - 1),
    );
  }
  const top = Math.max(steps, count * strength);
  return Array.from({ length: steps }, (_, i) => Math.round(top - (i * top) / steps) - 1);
}

function lcmRows({ steps, strength, prediction }: SchedulePlan, alphas: Float64Array): Row[] {
  const timesteps = lcmTimesteps(steps, strength, alphas.length);
  return timesteps.map((timestep, i) => {
    const signal = Math.sqrt(alphas[timestep]!);
    const noise = Math.sqrt(1 - alphas[timestep]!);
    const next = timesteps[i + 1];
    const scaled = (LCM_TIME_SCALE * timestep) ** 2 + LCM_DATA_VARIANCE;
    return {
      ...{ timestep, sigma: noise / signal, inputScale: 1 },
      x0FromX: prediction === 'v' ? signal : 1 / signal,
      x0FromModel: prediction === 'v' ? -noise : -noise / signal,
      denoisedFromX0: (LCM_TIME_SCALE * timestep) / Math.sqrt(scaled),
      denoisedFromX: LCM_DATA_VARIANCE / scaled,
      nextFromDenoised: next === undefined ? 1 : Math.sqrt(alphas[next]!),
      nextFromX: 0,
      nextFromNoise: next === undefined ? 0 : Math.sqrt(1 - alphas[next]!),
      ...{ startFromLatent: signal, startFromNoise: noise },
    };
  });
}

function eulerRows(plan: SchedulePlan, alphas: Float64Array): Row[] {
  const all = Float64Array.from(alphas, (alpha) => Math.sqrt((1 - alpha) / alpha));
  let timesteps = eulerTimesteps(plan, alphas.length);
  let sigmas = timesteps.map((timestep) => between(all, timestep));
  if (plan.karras) {
    sigmas = karrasSigmas(sigmas);
    timesteps = sigmas.map((sigma) => timestepOf(all, sigma));
  }
  return sigmas.map((sigma, i) => eulerRow(plan, timesteps[i]!, sigma, sigmas[i + 1] ?? 0));
}

function eulerRow(plan: SchedulePlan, timestep: number, sigma: number, next: number): Row {
  const size = Math.sqrt(sigma * sigma + 1);
  const v = plan.prediction === 'v';
  return {
    ...{ timestep, sigma, inputScale: 1 / size },
    x0FromX: v ? 1 / (size * size) : 1,
    x0FromModel: v ? -sigma / size : -sigma,
    ...{ denoisedFromX0: 1, denoisedFromX: 0 },
    // x + (x - x0) / sigma * (next - sigma)
    ...{ nextFromDenoised: 1 - next / sigma, nextFromX: next / sigma, nextFromNoise: 0 },
    ...{ startFromLatent: 1, startFromNoise: sigma },
  };
}

/** The value between two of a list, as numpy.interp. */
function between(values: Float64Array, at: number): number {
  const low = Math.max(0, Math.min(values.length - 1, Math.floor(at)));
  const high = Math.min(values.length - 1, low + 1);
  return values[low]! + (values[high]! - values[low]!) * (at - low);
}

function karrasSigmas(sigmas: readonly number[]): number[] {
  const first = sigmas[0]! ** (1 / KARRAS_RHO);
  const last = sigmas.at(-1)! ** (1 / KARRAS_RHO);
  const steps = Math.max(1, sigmas.length - 1);
  return sigmas.map((_, i) => (first + (i / steps) * (last - first)) ** KARRAS_RHO);
}

/** The step of a noise level, between the trained ones by the logarithm. */
function timestepOf(sigmas: Float64Array, sigma: number): number {
  let low = 0;
  while (low < sigmas.length - 2 && sigmas[low + 1]! <= sigma) low += 1;
  const from = Math.log(sigmas[low]!);
  const to = Math.log(sigmas[low + 1]!);
  const share = (Math.log(sigma) - from) / (to - from);
  return low + Math.max(0, Math.min(1, share));
}

/** Denoises `x` with what the network said; `out` may be `x`. */
export function denoise(row: Row, x: Float32Array, model: Float32Array, out: Float32Array): void {
  const fromX = row.denoisedFromX0 * row.x0FromX + row.denoisedFromX;
  const fromModel = row.denoisedFromX0 * row.x0FromModel;
  for (let i = 0; i < out.length; i += 1) out[i] = fromX * x[i]! + fromModel * model[i]!;
}

/** The next step's noisy latent; `out` may be any of them. */
export function advance(
  row: Row,
  { denoised, x, noise }: Record<'denoised' | 'x' | 'noise', Float32Array>,
  out: Float32Array,
): void {
  const { nextFromDenoised, nextFromX, nextFromNoise } = row;
  for (let i = 0; i < out.length; i += 1) {
    out[i] = nextFromDenoised * denoised[i]! + nextFromX * x[i]! + nextFromNoise * noise[i]!;
  }
}

/** The first noisy latent, of a given one and noise; `out` may be either. */
export function begin(
  row: Row,
  latent: Float32Array,
  noise: Float32Array,
  out: Float32Array,
): void {
  for (let i = 0; i < out.length; i += 1) {
    out[i] = row.startFromLatent * latent[i]! + row.startFromNoise * noise[i]!;
  }
}

/** The embedding of guidance that networks distilled for LCM take beside the time. */
export function guidanceEmbedding(guidance: number, width: number): Float32Array {
  const half = width / 2;
  const embedding = new Float32Array(width);
  for (let i = 0; i < half; i += 1) {
    const angle = (guidance - 1) * 1000 * Math.exp((-Math.log(10_000) * i) / (half - 1));
    embedding[i] = Math.sin(angle);
    embedding[half + i] = Math.cos(angle);
  }
  return embedding;
}
