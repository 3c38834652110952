/**
 * UNet, ControlNet and decoder as graphs of their own or the first two merged, as third parties
 * export them. Between ControlNet and UNet the thirteen residuals stay where they are: in the
 * device's memory on WebGPU, in the same arrays on the CPU.
 */
import { AppError } from '../../core/errors.ts';
import { openGraph, type Graph, type GraphPlace } from '../../inference/graph.ts';
import { readGraphFile } from '../../inference/graph-file.ts';
import type { Model, Tensors } from '../../inference/onnx.ts';
import type { AvatarPack } from '../../inference/pack.ts';
import {
  filledTensor,
  floatsOf,
  floatSlot,
  type Slot,
  type Tensor,
} from '../../inference/tensors.ts';
import { CONTROLNET, DECODER, MERGED, RESIDUALS, UNET } from './contracts.ts';
import type { DenoiseStream, Times } from './denoise-stream.ts';
import type { DiffusionFile } from './diffusion-file.ts';
import { disposeAll, nameOf, slotOf, writeText, type DiffusionNetwork } from './network.ts';
import { writePlanes, writeRgba } from './pixels.ts';
import { guidanceEmbedding } from './schedule.ts';

export type PartsFiles = {
  readonly unet: string;
  readonly controlnet?: string | undefined;
  readonly decoder: string;
};

type Parts = {
  readonly unet: Graph;
  readonly controlnet: Graph | undefined;
  readonly decoder: Graph;
};

type Options = { readonly textWidth: number; readonly files: PartsFiles };

const RESIDUAL_PARTS = Array.from({ length: RESIDUALS }, (_, i) => `residual${i}`);

export class PartsNetwork implements DiffusionNetwork {
  readonly width: number;
  readonly height: number;
  readonly textWidth: number;
  readonly rows: number;
  readonly #parts: Parts;
  readonly #latentScale: number;
  readonly #sample: Slot;
  /** The networks' times, of types that may differ. */
  readonly #times: readonly TimeSlot[];
  readonly #text: Slot;
  readonly #pose: Slot;
  readonly #latent: Slot;
  readonly #image: Slot;
  readonly #model: Slot;
  /** Where the conditioning scale goes in; without it, residuals are scaled on their way. */
  readonly #scale: Slot | undefined;
  /** The residuals' own memory, where they aren't kept in the device's. */
  readonly #residuals: readonly Slot[];
  readonly #unetFeeds: Tensors;
  readonly #controlFeeds: Tensors;
  #conditioningScale = 1;

  private constructor(parts: Parts, file: DiffusionFile, textWidth: number) {
    const { unet, controlnet, decoder } = parts;
    this.#parts = parts;
    this.#latentScale = file.latentScale;
    [this.width, this.height, this.rows] = [file.width, file.height, file.rows];
    this.textWidth = textWidth;
    this.#sample = slotOf(unet, 'sample');
    this.#text = slotOf(unet, 'text');
    this.#times = [unet, ...(controlnet ? [controlnet] : [])].map(timeSlot);
    const steered = controlnet ?? unet;
    this.#pose = slotOf(steered, 'pose');
    this.#scale = steered.inputs['scale'] ? slotOf(steered, 'scale') : undefined;
    this.#latent = slotOf(decoder, 'latent');
    this.#image = floatSlot(decoder.outputs['image']!);
    this.#model = floatSlot(unet.outputs['model']!);
    const kept = controlnet?.model.provider === 'webgpu' && this.#scale !== undefined;
    this.#residuals =
      controlnet && !kept ? RESIDUAL_PARTS.map((part) => floatSlot(controlnet.outputs[part]!)) : [];
    this.#controlFeeds = controlnet ? this.#ownFeeds(controlnet, this.#times[1]!) : {};
    this.#unetFeeds = { ...this.#ownFeeds(unet, this.#times[0]!), ...guidanceFeeds(unet, file) };
  }

  /** Throws `bad_pack`. */
  static async open(
    pack: AvatarPack,
    file: DiffusionFile,
    place: GraphPlace,
    { files, textWidth }: Options,
  ): Promise<PartsNetwork> {
    const graphs: Graph[] = [];
    const sizes = { rows: file.rows, h: file.height / 8, w: file.width / 8, width: textWidth };
    const picture = { high: file.height, wide: file.width };
    const open = async (...[name, contract, keepOnDevice = []]: OpenArguments): Promise<Graph> => {
      const graph = await openGraph(pack, name, contract, place, { keepOnDevice });
      graphs.push(graph);
      return graph;
    };
    try {
      const contract = files.controlnet === undefined ? MERGED : UNET;
      const known = files.controlnet === undefined ? { ...sizes, ...picture } : sizes;
      const unet = await open(files.unet, { ...contract, sizes: known });
      requireTimes(pack, unet, file);
      const controlnet =
        files.controlnet === undefined
          ? undefined
          : await open(
              files.controlnet,
              { ...CONTROLNET, sizes: { ...unet.sizes, ...picture } },
              hasScale(pack, files.controlnet) ? RESIDUAL_PARTS : [],
            );
      if (controlnet) requireFellow(pack, unet, controlnet, file);
      const decoder = await open(files.decoder, { ...DECODER, sizes: { ...sizes, ...picture } });
      return new PartsNetwork({ unet, controlnet, decoder }, file, textWidth);
    } catch (error) {
      await Promise.all(graphs.map(({ model }) => model.close()));
      throw error;
    }
  }

  get models(): readonly Model[] {
    const { unet, controlnet, decoder } = this.#parts;
    return [...(controlnet ? [controlnet.model] : []), unet.model, decoder.model];
  }

  setText(prompt: Float32Array, without: Float32Array, guidanceRows: number): void {
    writeText(this.#text, { prompt, without }, this.rows, guidanceRows);
  }

  setScale(conditioningScale: number): void {
    this.#conditioningScale = conditioningScale;
    this.#scale?.floats.fill(conditioningScale);
  }

  async step(stream: DenoiseStream, map: Uint8Array): Promise<void> {
    const { unet, controlnet } = this.#parts;
    stream.writeInput(this.#sample.floats);
    for (const { values } of this.#times) stream.writeTimes(values);
    writePlanes(map, this.rows, this.#pose.floats);
    const residuals = controlnet ? await this.#control(controlnet) : {};
    const modelName = nameOf(unet.outputs['model']);
    await unet.model.run({ ...this.#unetFeeds, ...residuals }, { [modelName]: this.#model.tensor });
    disposeAll(residuals);
    stream.takeModel(this.#model.floats);
  }

  async paint(stream: DenoiseStream, out: Uint8ClampedArray): Promise<boolean> {
    const { decoder } = this.#parts;
    const { finished } = stream;
    const { floats } = this.#latent;
    for (let i = 0; i < finished.length; i += 1) floats[i] = finished[i]! / this.#latentScale;
    await decoder.model.run(
      { [nameOf(decoder.inputs['latent'])]: this.#latent.tensor },
      { [nameOf(decoder.outputs['image'])]: this.#image.tensor },
    );
    return writeRgba(this.#image.floats, out);
  }

  async close(): Promise<void> {
    await Promise.all(this.models.map((model) => model.close()));
  }

  /** Runs the ControlNet; its outputs under the names of the UNet's inputs. */
  async #control(controlnet: Graph): Promise<Tensors> {
    const names = RESIDUAL_PARTS.map((part) => nameOf(controlnet.outputs[part]));
    const own = Object.fromEntries(
      this.#residuals.map(({ tensor }, i) => [names[i]!, tensor] as const),
    );
    const results =
      this.#residuals.length > 0
        ? await controlnet.model.run(this.#controlFeeds, own)
        : await controlnet.model.run(this.#controlFeeds);
    const inUnet = RESIDUAL_PARTS.map((part) => nameOf(this.#parts.unet.inputs[part]));
    const tensors = names.map((name) => results[name]!);
    if (this.#scale === undefined && this.#conditioningScale !== 1) this.#scaled(tensors);
    return Object.fromEntries(tensors.map((tensor, i) => [inUnet[i]!, tensor]));
  }

  #scaled(tensors: readonly Tensor[]): void {
    for (const tensor of tensors) {
      const floats = floatsOf(tensor);
      for (let i = 0; i < floats.length; i += 1) floats[i] = floats[i]! * this.#conditioningScale;
    }
  }

  /** What a network is given besides residuals. */
  #ownFeeds({ inputs }: Graph, time: TimeSlot): Tensors {
    return {
      [nameOf(inputs['sample'])]: this.#sample.tensor,
      [nameOf(inputs['time'])]: time.tensor,
      [nameOf(inputs['text'])]: this.#text.tensor,
      ...(inputs['pose'] && { [inputs['pose'].name]: this.#pose.tensor }),
      ...(inputs['scale'] && this.#scale && { [inputs['scale'].name]: this.#scale.tensor }),
    };
  }
}

type TimeSlot = { readonly tensor: Tensor; readonly values: Times };

function timeSlot({ inputs }: Graph): TimeSlot {
  const { type, shape } = inputs['time']!;
  const tensor = filledTensor(type, shape, 0);
  const { data } = tensor;
  const whole = data instanceof BigInt64Array || data instanceof Int32Array;
  return { tensor, values: whole ? data : floatsOf(tensor) };
}

type OpenArguments = [
  name: string,
  contract: Parameters<typeof openGraph>[2],
  keepOnDevice?: readonly string[],
];

function guidanceFeeds({ inputs }: Graph, file: DiffusionFile): Tensors {
  const wanted = inputs['guidance'];
  if (!wanted) return {};
  const slot = floatSlot(wanted);
  const [rows = 1, width = 0] = wanted.shape;
  const embedding = guidanceEmbedding(file.guidance.scale, width);
  for (let row = 0; row < rows; row += 1) slot.floats.set(embedding, row * width);
  return { [wanted.name]: slot.tensor };
}

/** Whether the graph scales its residuals itself. */
function hasScale(pack: AvatarPack, file: string): boolean {
  const names = CONTROLNET.inputs['scale']?.names ?? [];
  return readGraphFile(pack.path(file)).inputs.some(({ name }) => names.includes(name));
}

/** The ControlNet reads the UNet's own latents and text. */
function requireFellow(
  pack: AvatarPack,
  unet: Graph,
  controlnet: Graph,
  file: DiffusionFile,
): void {
  requireTimes(pack, controlnet, file);
  for (const part of ['sample', 'text']) {
    const [own, other] = [unet.inputs[part]!.type, controlnet.inputs[part]!.type];
    if (own === other) continue;
    throw new AppError(
      'bad_pack',
      `${pack.manifest.name}/${controlnet.file}: expected ${part} as ${own} like ${unet.file}, found ${other}`,
    );
  }
}

/** Rows at different steps need a time each. */
function requireTimes(pack: AvatarPack, graph: Graph, file: DiffusionFile): void {
  const times = graph.inputs['time']!.shape[0] ?? 1;
  if (!file.batched || file.schedule.steps === 1 || times === file.rows) return;
  throw new AppError(
    'bad_pack',
    `${pack.manifest.name}/${graph.file}: expected a timestep for each of ${file.rows} latents, found one; ` +
      'batched steps need a graph with a timestep a row',
  );
}
