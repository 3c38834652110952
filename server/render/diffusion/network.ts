/**
 * The seam to the networks: given the latents in work and the pose's map, they say what to do with
 * the latents, and make a picture of a finished one. Two ways behind it: graphs in parts, as others
 * export them, and one graph for a whole frame.
 */
import { openGraph, type Graph, type GraphPlace } from '../../inference/graph.ts';
import type { Model, Tensors } from '../../inference/onnx.ts';
import { filledTensor, floatSlot, Tensor, type Slot } from '../../inference/tensors.ts';
import type { AvatarPack } from '../../inference/pack.ts';
import type { BoundTensor } from '../../inference/tensor-contract.ts';
import { FRAME } from './contracts.ts';
import type { DenoiseStream } from './denoise-stream.ts';
import type { DiffusionFile } from './diffusion-file.ts';

export interface DiffusionNetwork {
  readonly models: readonly Model[];
  /** Sides of the picture. */
  readonly width: number;
  readonly height: number;
  /** Numbers a token of the prompt becomes. */
  readonly textWidth: number;
  /** Latents of a run. */
  readonly rows: number;
  /** The prompt's rows, and those of an empty prompt for guidance's own latents. */
  setText(prompt: Float32Array, without: Float32Array, guidanceRows: number): void;
  setScale(conditioningScale: number): void;
  /** One run: `stream` gives its latents and takes what was made of them. `map`: RGB. */
  step(stream: DenoiseStream, map: Uint8Array): Promise<void>;
  /** The picture of the latent that `stream` has finished, opaque RGBA; false where it is no picture. */
  paint(stream: DenoiseStream, out: Uint8ClampedArray): Promise<boolean>;
  close(): Promise<void>;
}

/** Writes the text's rows: guidance's own hear an empty prompt. */
export function writeText(
  slot: Slot,
  texts: { readonly prompt: Float32Array; readonly without: Float32Array },
  rows: number,
  guidanceRows: number,
): void {
  for (let row = 0; row < rows; row += 1) {
    const text = row < guidanceRows ? texts.without : texts.prompt;
    slot.floats.set(text, row * text.length);
  }
}

/** A tensor of a graph that is written in place, by its part of the contract. */
export function slotOf(graph: Graph, part: string): Slot {
  return floatSlot(graph.inputs[part]!);
}

export function nameOf(tensor: BoundTensor | undefined): string {
  return tensor?.name ?? '';
}

/** One graph for a frame: `frame` of models/export. */
export class FrameNetwork implements DiffusionNetwork {
  readonly width: number;
  readonly height: number;
  readonly textWidth: number;
  readonly rows: number;
  readonly #graph: Graph;
  readonly #sample: Slot;
  readonly #time: Slot;
  readonly #coefficients: Slot;
  readonly #text: Slot;
  readonly #scale: Slot;
  readonly #denoised: Slot;
  readonly #pose: Uint8Array;
  readonly #picture: Uint8Array;
  readonly #feeds: Tensors;
  readonly #results: Tensors;

  private constructor(graph: Graph) {
    this.#graph = graph;
    const { high = 0, wide = 0, width = 0, rows = 1 } = graph.sizes;
    [this.width, this.height, this.textWidth, this.rows] = [wide, high, width, rows];
    this.#sample = slotOf(graph, 'sample');
    this.#time = slotOf(graph, 'time');
    this.#coefficients = slotOf(graph, 'coefficients');
    this.#text = slotOf(graph, 'text');
    this.#scale = slotOf(graph, 'scale');
    this.#denoised = floatSlot(graph.outputs['denoised']!);
    const pose = filledTensor('uint8', graph.inputs['pose']!.shape, 0);
    const picture = filledTensor('uint8', graph.outputs['picture']!.shape, 0);
    this.#pose = pose.data as Uint8Array;
    this.#picture = picture.data as Uint8Array;
    const { inputs, outputs } = graph;
    this.#feeds = {
      [nameOf(inputs['sample'])]: this.#sample.tensor,
      [nameOf(inputs['time'])]: this.#time.tensor,
      [nameOf(inputs['coefficients'])]: this.#coefficients.tensor,
      [nameOf(inputs['text'])]: this.#text.tensor,
      [nameOf(inputs['scale'])]: this.#scale.tensor,
      [nameOf(inputs['pose'])]: pose,
    };
    this.#results = {
      [nameOf(outputs['denoised'])]: this.#denoised.tensor,
      [nameOf(outputs['picture'])]: picture,
    };
  }

  /** Throws `bad_pack`. */
  static async open(
    pack: AvatarPack,
    file: DiffusionFile,
    place: GraphPlace,
    options: { readonly graph: string; readonly textWidth: number },
  ): Promise<FrameNetwork> {
    const sizes = {
      ...{ rows: file.rows, h: file.height / 8, w: file.width / 8 },
      ...{ high: file.height, wide: file.width, width: options.textWidth },
    };
    return new FrameNetwork(await openGraph(pack, options.graph, { ...FRAME, sizes }, place));
  }

  get models(): readonly Model[] {
    return [this.#graph.model];
  }

  setText(prompt: Float32Array, without: Float32Array, guidanceRows: number): void {
    writeText(this.#text, { prompt, without }, this.rows, guidanceRows);
  }

  setScale(conditioningScale: number): void {
    this.#scale.floats.fill(conditioningScale);
  }

  async step(stream: DenoiseStream, map: Uint8Array): Promise<void> {
    stream.writeTimes(this.#time.floats);
    stream.writeLatents(this.#sample.floats);
    stream.writeCoefficients(this.#coefficients.floats);
    this.#pose.set(map);
    await this.#graph.model.run(this.#feeds, this.#results);
    stream.takeDenoised(this.#denoised.floats);
  }

  /** The graph has painted it already. */
  paint(_stream: DenoiseStream, out: Uint8ClampedArray): Promise<boolean> {
    out.set(this.#picture);
    return Promise.resolve(true);
  }

  close(): Promise<void> {
    return this.#graph.model.close();
  }
}

/** Frees what a run left in the device's memory. */
export function disposeAll(tensors: Tensors): void {
  for (const tensor of Object.values(tensors)) {
    if (tensor instanceof Tensor && tensor.location === 'gpu-buffer') tensor.dispose();
  }
}
