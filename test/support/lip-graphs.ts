/**
 * Lip networks whose output is known, with the very contracts of Wav2Lip, Ultralight and MuseTalk:
 * tiny graphs that copy or paint, since no weights of theirs may be part of the project.
 */
import { onnxFile, type GraphText, type TensorText } from './onnx-writer.ts';

type Float = 'float32' | 'float16';

export type LipGraph = {
  readonly side: number;
  /** Which three of the six channels come back. */
  readonly channels: 0 | 3;
  readonly type?: Float;
  readonly audio?: readonly number[];
  readonly names?: readonly [string, string, string];
  readonly audioFirst?: boolean;
};

/** Gives back one half of its six channels as they are. */
export function copyingLips(options: LipGraph): Buffer {
  const { side, channels, type = 'float32', audio = [1, 1, 80, 16] } = options;
  const [sound, face, out] = options.names ?? [
    'mel_spectrogram',
    'video_frames',
    'predicted_frames',
  ];
  const heard: TensorText = { name: sound, type, shape: audio };
  const seen: TensorText = { name: face, type, shape: [1, 6, side, side] };
  return onnxFile({
    opset: 9,
    inputs: options.audioFirst === false ? [seen, heard] : [heard, seen],
    outputs: [{ name: out, type, shape: [1, 3, side, side] }],
    nodes: [slice(face, out, channels, channels + 3)],
  });
}

/** Wav2Lip's own names, of any batch. */
function wav2Lip(side: number): Pick<GraphText, 'inputs' | 'outputs'> {
  return {
    inputs: [
      { name: 'mel', type: 'float32', shape: ['batch', 1, 80, 16] },
      { name: 'image', type: 'float32', shape: ['batch', 6, side, side] },
    ],
    outputs: [{ name: 'output', type: 'float32', shape: ['batch', 3, side, side] }],
  };
}

/** Paints everything in one colour: blue, green, red, 0..1. */
export function paintingLips(side: number, colour: readonly number[]): Buffer {
  return onnxFile({
    opset: 9,
    ...wav2Lip(side),
    nodes: [
      slice('image', 'half', 0, 3),
      { operator: 'Mul', inputs: ['half', 'nothing'], outputs: ['black'] },
      { operator: 'Add', inputs: ['black', 'colour'], outputs: ['output'] },
    ],
    weights: [
      { name: 'nothing', shape: [1], floats: [0] },
      { name: 'colour', shape: [1, 3, 1, 1], floats: colour },
    ],
  });
}

/** Loads, but every run of it fails: it looks for channels that aren't there. */
export function failingLips(side: number): Buffer {
  return onnxFile({
    opset: 9,
    ...wav2Lip(side),
    nodes: [
      {
        operator: 'Gather',
        inputs: ['image', 'which'],
        outputs: ['output'],
        attributes: { axis: 1 },
      },
    ],
    weights: [{ name: 'which', shape: [3], integers: [7, 8, 9] }],
  });
}

/** Hidden states that are the frame's number of each position, whatever is heard. */
export function hubert(samples: number): Buffer {
  return onnxFile({
    opset: 9,
    inputs: [{ name: 'input_values', type: 'float32', shape: [1, samples] }],
    outputs: [{ name: 'last_hidden_state', type: 'float32', shape: [1, 'time', 1024] }],
    nodes: [
      { operator: 'Unsqueeze', inputs: ['input_values'], outputs: ['deep'], attributes: { axes: [1] } },
      { operator: 'Conv', inputs: ['deep', 'filters'], outputs: ['wide'], attributes: { strides: [320], kernel_shape: [1] } },
      { operator: 'Transpose', inputs: ['wide'], outputs: ['last_hidden_state'], attributes: { perm: [0, 2, 1] } },
    ],
    weights: [{ name: 'filters', shape: [1024, 1, 1], floats: Array<number>(1024).fill(1) }],
  }); // prettier-ignore
}

/** MuseTalk's four graphs; latents are the means of 8 x 8 pixels, and the UNet copies four of eight. */
export function museTalk(channels: 0 | 4, scaling: number): Readonly<Record<string, Buffer>> {
  const diagonal = (value: number): number[] =>
    Array.from({ length: 4 * 3 * 64 }, (_, i) =>
      Math.floor(i / 192) === Math.floor((i % 192) / 64) ? value : 0,
    );
  const image = (name: string): TensorText => ({
    name,
    type: 'float32',
    shape: ['b', 3, 256, 256],
  });
  const latent = (name: string): TensorText => ({ name, type: 'float32', shape: ['b', 4, 32, 32] });
  const strided = { strides: [8, 8], kernel_shape: [8, 8] };
  const graphs: Record<string, GraphText> = {
    'encoder.onnx': {
      inputs: [image('image')], outputs: [latent('latents')],
      nodes: [{ operator: 'Conv', inputs: ['image', 'w'], outputs: ['latents'], attributes: strided }],
      weights: [{ name: 'w', shape: [4, 3, 8, 8], floats: diagonal(scaling / 64) }],
    },
    'decoder.onnx': {
      inputs: [latent('latents')], outputs: [image('image')],
      nodes: [{ operator: 'ConvTranspose', inputs: ['latents', 'w'], outputs: ['image'], attributes: strided }],
      weights: [{ name: 'w', shape: [4, 3, 8, 8], floats: diagonal(1 / scaling) }],
    },
    'unet.onnx': {
      inputs: [
        { name: 'input_latents', type: 'float32', shape: ['b', 8, 32, 32] },
        { name: 'timesteps', type: 'int64', shape: ['b'] },
        { name: 'audio_prompts', type: 'float32', shape: ['b', 50, 384] },
      ],
      outputs: [latent('noise_prediction')],
      nodes: [slice('input_latents', 'noise_prediction', channels, channels + 4)],
    },
    'whisper.onnx': {
      inputs: [{ name: 'input_features', type: 'float32', shape: [1, 80, 3000] }],
      outputs: [{ name: 'audio_features_all_layers', type: 'float32', shape: [1, 1500, 5, 384] }],
      nodes: [
        { operator: 'AveragePool', inputs: ['input_features'], outputs: ['slow'], attributes: { strides: [2], kernel_shape: [2] } },
        { operator: 'Transpose', inputs: ['slow'], outputs: ['turned'], attributes: { perm: [0, 2, 1] } },
        { operator: 'Unsqueeze', inputs: ['turned'], outputs: ['layer'], attributes: { axes: [2] } },
        { operator: 'MatMul', inputs: ['layer', 'w'], outputs: ['wide'] },
        { operator: 'Concat', inputs: ['wide', 'wide', 'wide', 'wide', 'wide'], outputs: ['audio_features_all_layers'], attributes: { axis: 2 } },
      ],
      weights: [{ name: 'w', shape: [80, 384], floats: Array<number>(80 * 384).fill(0.01) }],
    },
  }; // prettier-ignore
  return Object.fromEntries(
    Object.entries(graphs).map(([name, graph]) => [name, onnxFile({ opset: 9, ...graph })]),
  );
}

function slice(from: string, to: string, start: number, end: number) {
  const attributes = { axes: [1], starts: [start], ends: [end] };
  return { operator: 'Slice', inputs: [from], outputs: [to], attributes };
}
