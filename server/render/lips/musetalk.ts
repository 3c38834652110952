/**
 * MuseTalk 1.5: the face with a grey lower half and the whole face as latents, whisper-tiny's hidden
 * states around the frame, one step, no noise. Red, green, blue. https://github.com/TMElyralab/MuseTalk
 */
import { openGraph, type Graph, type GraphPlace } from '../../inference/graph.ts';
import type { AvatarPack } from '../../inference/pack.ts';
import type { Contract } from '../../inference/tensor-contract.ts';
import {
  allFinite,
  filledTensor,
  floatSlot,
  floatsOf,
  type Floats,
  type Slot,
  type Tensor,
} from '../../inference/tensors.ts';
import type { Provider } from '../../protocol/device.ts';
import { WHISPER_COLUMNS, WHISPER_MELS, WhisperMel } from '../../speech/mel/whisper-mel.ts';
import { StageClock } from '../stage-clock.ts';
import { museTalkBox, type FaceMarks } from './face-marks.ts';
import { FacePatch } from './face-patch.ts';
import type { Canvas, LipMoment, Lips } from './lips.ts';
import type { LipsFile } from './lips-file.ts';
import { speakingShare } from './speaking.ts';

const SIDE = 256;
const LATENT = 4 * 32 * 32;
const SCALING = 0.18215;
const WIDTH = 384;
/** Whisper's positions that a frame sees: from 80 ms before it, ten of 20 ms, five layers each. */
const [POSITIONS, LAYERS, BEFORE, STEP_MS] = [10, 5, 4, 20] as const;
const PROMPT = POSITIONS * LAYERS;
const HEARING = { beforeMs: 1500, afterMs: 139 } as const;
/** Latents of pictures that were seen before, 32 kB each. */
const KEPT = 400;

const B = { sizes: { batch: 1 } };
const UNET: Contract = {
  inputs: {
    latents: { shapes: [['batch', 8, 32, 32]] },
    prompt: { shapes: [['batch', PROMPT, WIDTH]] },
    time: { types: ['int64', 'int32', 'float32', 'float16'], shapes: [['batch'], []] },
  },
  outputs: { latents: { at: 0, shapes: [['batch', 4, 32, 32]] } },
  ...B,
};
const ENCODER: Contract = {
  inputs: { image: { at: 0, shapes: [['batch', 3, SIDE, SIDE]] } },
  outputs: { latents: { at: 0, shapes: [['batch', 4, 32, 32]] } },
  ...B,
};
const DECODER: Contract = {
  inputs: { latents: { at: 0, shapes: [['batch', 4, 32, 32]] } },
  outputs: { image: { at: 0, shapes: [['batch', 3, SIDE, SIDE]] } },
  ...B,
};
const WHISPER: Contract = {
  inputs: { mel: { at: 0, shapes: [['batch', WHISPER_MELS, WHISPER_COLUMNS]] } },
  outputs: { states: { at: 0, shapes: [['batch', 1500, LAYERS, WIDTH]] } },
  ...B,
};

type Part = 'unet' | 'encoder' | 'decoder' | 'whisper';
const CONTRACTS: Readonly<Record<Part, Contract>> = {
  ...{ unet: UNET, encoder: ENCODER, decoder: DECODER, whisper: WHISPER },
};

export class MuseTalkLips implements Lips {
  readonly hearing = HEARING;
  readonly clock = new StageClock();
  readonly #graphs: Readonly<Record<Part, Graph>>;
  /** What the VAE's own numbers are multiplied by. */
  readonly #scaling: number;
  readonly #patch = new FacePatch(SIDE);
  readonly #mel = new WhisperMel();
  readonly #image: Slot;
  readonly #latents: Slot;
  readonly #prompt: Slot;
  readonly #sound: Slot;
  readonly #melFloats = new Float32Array(WHISPER_MELS * WHISPER_COLUMNS);
  readonly #result: Slot;
  readonly #time: Tensor;
  readonly #places = placeCodes();
  readonly #seen = new Map<number, Float32Array>();

  private constructor(graphs: Readonly<Record<Part, Graph>>, scalingInside: boolean) {
    this.#graphs = graphs;
    this.#scaling = scalingInside ? 1 : SCALING;
    const { unet, encoder, decoder, whisper } = graphs;
    this.#image = floatSlot(encoder.inputs['image']!);
    this.#latents = floatSlot(unet.inputs['latents']!);
    this.#prompt = floatSlot(unet.inputs['prompt']!);
    this.#result = floatSlot(decoder.inputs['latents']!);
    this.#sound = floatSlot(whisper.inputs['mel']!);
    const time = unet.inputs['time']!;
    this.#time = filledTensor(time.type, time.shape, 0);
  }

  static async open(
    pack: AvatarPack,
    file: LipsFile & { kind: 'musetalk' },
    place: GraphPlace,
  ): Promise<MuseTalkLips> {
    const graphs: Partial<Record<Part, Graph>> = {};
    try {
      for (const part of ['unet', 'encoder', 'decoder', 'whisper'] as const) {
        graphs[part] = await openGraph(pack, file[part], CONTRACTS[part], place);
      }
    } catch (error) {
      await Promise.all(Object.values(graphs).map(({ model }) => model.close()));
      throw error;
    }
    return new MuseTalkLips(graphs as Record<Part, Graph>, file.scalingInside);
  }

  get device(): Provider {
    return this.#graphs.unet.model.provider;
  }

  async draw(canvas: Canvas, marks: FaceMarks, { sound, picture }: LipMoment): Promise<boolean> {
    const share = sound ? speakingShare(sound, HEARING.beforeMs) : 0;
    if (!sound || share === 0) return true;
    const { clock } = this;
    const box = museTalkBox(marks);
    await clock.timeAsync('face', async () => {
      this.#patch.read(canvas, box);
      this.#latents.floats.set(await this.#latentsOf(picture));
    });
    await clock.timeAsync('sound', () => this.#feedPrompt(sound));
    const image = await clock.timeAsync('network', () => this.#run());
    if (!allFinite(image)) return false;
    clock.time('paste', () => {
      for (let i = 0; i < this.#patch.made.length; i += 1) {
        this.#patch.made[i] = Math.round(255 * Math.max(0, Math.min(1, image[i]! / 2 + 0.5)));
      }
      this.#patch.paste(canvas, box, share);
    });
    return true;
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.#graphs).map(({ model }) => model.close()));
  }

  async #run(): Promise<Floats> {
    const { unet, decoder } = this.#graphs;
    const made = await run(unet, 'latents', {
      latents: this.#latents.tensor,
      prompt: this.#prompt.tensor,
      time: this.#time,
    });
    for (let i = 0; i < LATENT; i += 1) this.#result.floats[i] = made[i]! / this.#scaling;
    return run(decoder, 'image', { latents: this.#result.tensor });
  }

  /** Masked, then whole; a picture that comes again is not encoded again. */
  async #latentsOf(picture: number): Promise<Float32Array> {
    const seen = this.#seen.get(picture);
    if (seen) return seen;
    const latents = new Float32Array(2 * LATENT);
    for (const [half, masked] of [true, false].entries()) {
      const plane = SIDE * SIDE;
      const { face } = this.#patch;
      for (let i = 0; i < face.length; i += 1) {
        const hidden = masked && i % plane >= plane / 2;
        this.#image.floats[i] = hidden ? -1 : (face[i]! / 255 - 0.5) / 0.5;
      }
      const found = await run(this.#graphs.encoder, 'latents', { image: this.#image.tensor });
      for (let i = 0; i < LATENT; i += 1) latents[half * LATENT + i] = found[i]! * this.#scaling;
    }
    if (this.#seen.size >= KEPT) this.#seen.delete(this.#seen.keys().next().value!);
    this.#seen.set(picture, latents);
    return latents;
  }

  async #feedPrompt(sound: Float32Array): Promise<void> {
    this.#mel.run(sound, this.#melFloats);
    this.#sound.floats.set(this.#melFloats);
    const states = await run(this.#graphs.whisper, 'states', { mel: this.#sound.tensor });
    const from = (HEARING.beforeMs / STEP_MS - BEFORE) * LAYERS * WIDTH;
    const { floats } = this.#prompt;
    for (let i = 0; i < floats.length; i += 1) floats[i] = states[from + i]! + this.#places[i]!;
  }
}

async function run(graph: Graph, output: string, feeds: Readonly<Record<string, Tensor>>) {
  const named = Object.entries(feeds).map(([part, tensor]) => [graph.inputs[part]!.name, tensor]);
  const results = await graph.model.run(Object.fromEntries(named) as Record<string, Tensor>);
  return floatsOf(results[graph.outputs[output]!.name]!);
}

/** Sines and cosines of each place, added unscaled (Vaswani et al. 2017, 3.5). */
function placeCodes(): Float32Array {
  return Float32Array.from({ length: PROMPT * WIDTH }, (_, i) => {
    const [place, k] = [Math.floor(i / WIDTH), i % WIDTH];
    const angle = place / 10_000 ** ((k - (k % 2)) / WIDTH);
    return k % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  });
}
