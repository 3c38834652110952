/**
 * What the graphs of the known exporters take and give; see docs/neural.md. Letters are sizes:
 * rows (latents of a run), h and w (a latent's sides), high and wide (the picture's), width (the
 * text's).
 */
import type { Contract, Side, TensorType, TensorWant } from '../../inference/tensor-contract.ts';
import { TEXT_TOKENS } from './prompt-encoder.ts';

export const RESIDUALS = 13;

const TIMES: readonly TensorType[] = ['float32', 'float16', 'int64', 'int32'];
const LATENT: readonly Side[] = ['rows', 4, 'h', 'w'];

const sample: TensorWant = { names: ['sample', 'latent'], at: 0, shapes: [LATENT] };
const time: TensorWant = {
  ...{ names: ['timestep', 't'], at: 1, types: TIMES },
  shapes: [['rows'], [1], []],
};
const text: TensorWant = {
  ...{ names: ['encoder_hidden_states'], at: 2, shapes: [['rows', TEXT_TOKENS, 'width']] },
};
/** Of networks that were distilled with guidance as an input. */
const guidance: TensorWant = {
  ...{ names: ['timestep_cond'], shapes: [['rows', 'guidance']], optional: true },
};

/** Residual i of the ControlNet, the last one of its middle block; sizes must agree on both sides. */
function residual(i: number): readonly Side[] {
  return ['rows', `channels${i}`, `h${i}`, `w${i}`];
}

function residuals(name: (i: number) => readonly string[], first: number) {
  return Object.fromEntries(
    Array.from({ length: RESIDUALS }, (_, i) => [
      `residual${i}`,
      { names: name(i), at: first + i, shapes: [residual(i)] } satisfies TensorWant,
    ]),
  );
}

const middle = RESIDUALS - 1;
const two = (i: number): string => String(i).padStart(2, '0');

/** A UNet whose residuals come from elsewhere: named by livepeer, by others, or by their places. */
export const UNET: Contract = {
  inputs: {
    ...{ sample, time, text, guidance },
    ...residuals(
      (i) =>
        i === middle
          ? ['input_control_middle', 'mid_block_additional_residual']
          : [`input_control_${two(i)}`, `down_block_${i}`, `down_block_additional_residual_${i}`],
      3,
    ),
  },
  outputs: { model: { at: 0, shapes: [LATENT] } },
};

/**
 * Bound by place where the names aren't livepeer's: one exporter calls its second residual
 * `mid_block_res_sample`.
 */
export const CONTROLNET: Contract = {
  inputs: {
    ...{ sample, time, text },
    pose: { names: ['controlnet_cond'], at: 3, shapes: [['rows', 3, 'high', 'wide']] },
    scale: { names: ['conditioning_scale'], shapes: [[], [1]], optional: true },
  },
  outputs: residuals((i) => (i === middle ? ['mid_block'] : [`down_block_${two(i)}`]), 0),
};

/** diffusers' own script: both networks in one graph, for several ControlNets; ours is the only one. */
export const MERGED: Contract = {
  inputs: {
    ...{ sample, time, text },
    pose: { names: ['controlnet_conds'], at: 3, shapes: [[1, 'rows', 3, 'high', 'wide']] },
    scale: { names: ['conditioning_scales'], at: 4, shapes: [[1, 1], [1]] },
  },
  outputs: { model: { at: 0, shapes: [LATENT] } },
};

export const DECODER: Contract = {
  inputs: { latent: { at: 0, shapes: [[1, 4, 'h', 'w']] } },
  outputs: { image: { at: 0, shapes: [[1, 3, 'high', 'wide']] } },
};

/** Our own: the pose as bytes in, the picture as bytes out. */
export const FRAME: Contract = {
  inputs: {
    sample: { ...sample, types: ['float32'] },
    time: { names: ['timestep'], types: ['float32'], shapes: [['rows']] },
    coefficients: { names: ['coefficients'], types: ['float32'], shapes: [['rows', 5]] },
    text,
    pose: { names: ['pose'], types: ['uint8'], shapes: [[1, 'high', 'wide', 3]] },
    scale: { names: ['conditioning_scale'], shapes: [[1]] },
  },
  outputs: {
    denoised: { names: ['denoised'], types: ['float32'], shapes: [LATENT] },
    picture: { names: ['picture'], types: ['uint8'], shapes: [['high', 'wide', 4]] },
  },
};
