/**
 * The latents of one body on their way from noise to picture. Batched (StreamDiffusion, Kodaira et
 * al. 2023, https://arxiv.org/abs/2312.12491), every step of as many frames is in one run of the
 * network: a frame takes as many ticks as there are steps, and each tick costs one run. Otherwise
 * all steps of a frame are run one after the other. Pure but for its latents; nothing is allocated
 * between frames.
 */
import type { Floats } from '../../inference/tensors.ts';
import { fillGaussian } from './noise.ts';
import { advance, begin, denoise, type Row } from './schedule.ts';

export const GUIDANCE_KINDS = ['none', 'self', 'initialize', 'full'] as const;

/**
 * Classifier-free guidance: `full` asks the network twice; `self` and `initialize` guess what it
 * would say without a prompt from the noise that is left (residual guidance).
 */
export type Guidance = {
  readonly kind: (typeof GUIDANCE_KINDS)[number];
  /** 1 and less: none. */
  readonly scale: number;
  /** Of the guessed noise that is taken. */
  readonly delta: number;
};

export const NO_GUIDANCE: Guidance = { kind: 'none', scale: 1, delta: 1 };

export type StreamOptions = {
  readonly schedule: readonly Row[];
  /** Numbers of one latent. */
  readonly size: number;
  readonly batched: boolean;
  readonly guidance: Guidance;
  readonly seed: number;
};

/** Networks take their times as one of these. */
export type Times = Floats | BigInt64Array | Int32Array;

export class DenoiseStream {
  readonly #schedule: readonly Row[];
  readonly #size: number;
  readonly #batched: boolean;
  readonly #guidance: Guidance;
  /** By step: the latents that are in work, the fixed noise, what the network made of them. */
  readonly #x: Float32Array[];
  readonly #noise: Float32Array[];
  readonly #denoised: Float32Array[];
  readonly #model: Float32Array[];
  /** Residual guidance's guess of what the network says without a prompt. */
  readonly #stock: Float32Array[];
  readonly #spare: Float32Array;
  /** Steps in the run that is prepared: all, or one. */
  #first = 0;

  constructor({ schedule, size, batched, guidance, seed }: StreamOptions) {
    this.#schedule = schedule;
    this.#size = size;
    this.#batched = batched;
    this.#guidance = guidance.scale > 1 ? guidance : NO_GUIDANCE;
    const each = (): Float32Array[] => schedule.map(() => new Float32Array(size));
    this.#x = each();
    this.#noise = each();
    this.#denoised = each();
    this.#model = each();
    this.#stock = each();
    this.#spare = new Float32Array(size);
    this.reseed(seed);
  }

  /** Latents of one run of the network, guidance's own among them. */
  get rows(): number {
    const steps = this.#batched ? this.#schedule.length : 1;
    if (this.#guidance.kind === 'full') return 2 * steps;
    return this.#guidance.kind === 'initialize' ? steps + 1 : steps;
  }

  /** Other noise; frames that are under way are begun again from it. */
  reseed(seed: number): void {
    for (const [step, noise] of this.#noise.entries()) {
      fillGaussian(noise, seed + step);
      this.#stock[step]!.set(noise);
      begin(this.#schedule[step]!, this.#spare.fill(0), noise, this.#x[step]!);
    }
  }

  /** A new frame, from a latent that is kept as far as the schedule's strength says. */
  start(latent: Float32Array): void {
    this.#first = 0;
    begin(this.#schedule[0]!, latent, this.#noise[0]!, this.#x[0]!);
    if (!this.#batched || this.#schedule.length === 1) return;
    for (let step = this.#schedule.length - 1; step > 0; step -= 1) {
      this.#stock[step]!.set(this.#stock[step - 1]!);
    }
    this.#stock[0]!.set(this.#noise[0]!);
  }

  /** Writes what the network is given: `rows` latents. */
  writeInput(latents: Floats): void {
    for (let row = 0; row < this.rows; row += 1) {
      const step = this.#stepOf(row);
      const { inputScale } = this.#schedule[step]!;
      const x = this.#x[step]!;
      const at = row * this.#size;
      for (let i = 0; i < this.#size; i += 1) latents[at + i] = x[i]! * inputScale;
    }
  }

  /** Writes the time of every row, as many as there is room for. */
  writeTimes(times: Times): void {
    const whole = times instanceof BigInt64Array;
    for (let row = 0; row < Math.min(this.rows, times.length); row += 1) {
      const { timestep } = this.#schedule[this.#stepOf(row)]!;
      if (whole) times[row] = BigInt(Math.round(timestep));
      else times[row] = timestep;
    }
  }

  /** The latents themselves, for a graph that scales them by `writeCoefficients`. */
  writeLatents(latents: Floats): void {
    for (let row = 0; row < this.rows; row += 1) {
      latents.set(this.#x[this.#stepOf(row)]!, row * this.#size);
    }
  }

  /** Five numbers a row, in the order of the `whole` graph. */
  writeCoefficients(out: Floats): void {
    for (let row = 0; row < this.rows; row += 1) {
      const step = this.#schedule[this.#stepOf(row)]!;
      const { inputScale, x0FromX, x0FromModel, denoisedFromX0, denoisedFromX } = step;
      out.set([inputScale, x0FromX, x0FromModel, denoisedFromX0, denoisedFromX], row * 5);
    }
  }

  /** Takes what the network said of every row. */
  takeModel(said: Floats): void {
    const { kind, scale, delta } = this.#guidance;
    const steps = this.#steps();
    const skipped = kind === 'full' ? steps.length : kind === 'initialize' ? 1 : 0;
    if (kind === 'initialize') copyRow(said, 0, this.#stock[0]!);
    for (const [i, step] of steps.entries()) {
      const model = this.#model[step]!;
      copyRow(said, skipped + i, model);
      if (kind === 'full') guide(model, scale, said, i * this.#size, 1);
      else if (kind !== 'none') guide(model, scale, this.#stock[step]!, 0, delta);
      denoise(this.#schedule[step]!, this.#x[step]!, model, this.#denoised[step]!);
    }
    if (kind === 'self' || kind === 'initialize') this.#restock();
  }

  /** Takes denoised latents from a graph that computes them itself. */
  takeDenoised(denoised: Floats): void {
    for (const [i, step] of this.#steps().entries()) copyRow(denoised, i, this.#denoised[step]!);
  }

  /** Whether the frame needs another run; prepares it. */
  next(): boolean {
    if (this.#batched) {
      for (let step = this.#schedule.length - 1; step > 0; step -= 1) this.#advance(step - 1);
      return false;
    }
    if (this.#first === this.#schedule.length - 1) return false;
    this.#advance(this.#first);
    this.#first += 1;
    return true;
  }

  /** The latent of the frame that is finished. */
  get finished(): Float32Array {
    return this.#denoised.at(-1)!;
  }

  #advance(step: number): void {
    const parts = {
      denoised: this.#denoised[step]!,
      x: this.#x[step]!,
      noise: this.#noise[step + 1]!,
    };
    advance(this.#schedule[step]!, parts, this.#x[step + 1]!);
  }

  #steps(): number[] {
    return this.#batched ? this.#schedule.map((_, step) => step) : [this.#first];
  }

  /** Guidance's rows come first: one for `initialize`, as many again for `full`. */
  #stepOf(row: number): number {
    if (!this.#batched) return this.#first;
    if (this.#guidance.kind === 'initialize') return Math.max(0, row - 1);
    return row % this.#schedule.length;
  }

  /** What is left of each step's noise, carried to the next (StreamDiffusion's residual guidance). */
  #restock(): void {
    const last = this.#schedule.length - 1;
    for (let step = 0; step <= last; step += 1) {
      const row = this.#schedule[step]!;
      const stock = this.#stock[step]!;
      const signal = 1 / Math.hypot(1, row.sigma);
      const noise = row.sigma * signal;
      const next = step === last ? undefined : this.#schedule[step + 1]!;
      const nextSignal = next ? 1 / Math.hypot(1, next.sigma) : 1;
      const nextNoise = next ? next.sigma * nextSignal : 1;
      for (let i = 0; i < this.#size; i += 1) this.#spare[i] = noise * stock[i]!;
      denoise(row, this.#spare, this.#model[step]!, this.#spare);
      const fresh = this.#noise[step === last ? 0 : step + 1]!;
      for (let i = 0; i < this.#size; i += 1) {
        stock[i] = fresh[i]! + (nextSignal * this.#spare[i]!) / nextNoise;
      }
    }
  }
}

function copyRow(from: Floats, row: number, to: Float32Array): void {
  to.set(from.subarray(row * to.length, (row + 1) * to.length));
}

/** model = unconditioned + scale (model - unconditioned), where unconditioned = share * guess. */
function guide(model: Float32Array, scale: number, guess: Floats, at: number, share: number): void {
  for (let i = 0; i < model.length; i += 1) {
    const without = guess[at + i]! * share;
    model[i] = without + scale * (model[i]! - without);
  }
}
