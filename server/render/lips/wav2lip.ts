/**
 * Wav2Lip's family at any resolution: the face with its lower half blacked out, the whole face, and
 * 200 ms of mel from the frame on. Blue, green, red. https://github.com/Rudrabha/Wav2Lip
 */
import { openGraph, type Graph, type GraphPlace } from '../../inference/graph.ts';
import type { AvatarPack } from '../../inference/pack.ts';
import type { Contract } from '../../inference/tensor-contract.ts';
import { allFinite, floatSlot, type Slot } from '../../inference/tensors.ts';
import type { Provider } from '../../protocol/device.ts';
import {
  firstColumn,
  WAV2LIP_COLUMNS,
  WAV2LIP_HOP,
  WAV2LIP_MELS,
  Wav2LipMel,
} from '../../speech/mel/wav2lip-mel.ts';
import { StageClock } from '../stage-clock.ts';
import { detectorBox, type FaceMarks } from './face-marks.ts';
import { FacePatch, takeBgr } from './face-patch.ts';
import type { Canvas, LipMoment, Lips } from './lips.ts';
import type { LipsFile } from './lips-file.ts';
import { speakingShare } from './speaking.ts';

/** By shape: exporters agree on neither names nor order. */
const CONTRACT: Contract = {
  inputs: {
    mel: { shapes: [['batch', 1, WAV2LIP_MELS, WAV2LIP_COLUMNS]] },
    face: { shapes: [['batch', 6, 'side', 'side']] },
  },
  outputs: { mouth: { at: 0, shapes: [['batch', 3, 'side', 'side']] } },
  sizes: { batch: 1 },
};
/** Columns that were computed and may be wanted again by the next frames. */
const KEPT = 64;
const SAMPLES_PER_MS = 16;

export class Wav2LipLips implements Lips {
  /** The last column ends 213 ms after the frame: eleven packets. */
  readonly hearing = { beforeMs: 260, afterMs: 213 } as const;
  readonly clock = new StageClock();
  readonly #graph: Graph;
  readonly #patch: FacePatch;
  readonly #face: Slot;
  readonly #mel: Slot;
  readonly #mouth: Slot;
  readonly #front = new Wav2LipMel();
  readonly #columns = Array.from({ length: KEPT }, () => new Float32Array(WAV2LIP_MELS));
  readonly #kept = new Int32Array(KEPT).fill(-1);

  private constructor(graph: Graph) {
    this.#graph = graph;
    this.#face = floatSlot(graph.inputs['face']!);
    this.#mel = floatSlot(graph.inputs['mel']!);
    this.#mouth = floatSlot(graph.outputs['mouth']!);
    this.#patch = new FacePatch(graph.inputs['face']!.shape[2]!);
  }

  static async open(
    pack: AvatarPack,
    { graph }: LipsFile & { kind: 'wav2lip' },
    place: GraphPlace,
  ): Promise<Wav2LipLips> {
    return new Wav2LipLips(await openGraph(pack, graph, CONTRACT, place));
  }

  get device(): Provider {
    return this.#graph.model.provider;
  }

  async draw(canvas: Canvas, marks: FaceMarks, { sound, timeUs }: LipMoment): Promise<boolean> {
    const share = sound ? speakingShare(sound, this.hearing.beforeMs) : 0;
    if (!sound || share === 0) return true;
    const { clock } = this;
    const box = detectorBox(marks);
    clock.time('face', () => {
      this.#patch.read(canvas, box);
      this.#feedFace();
    });
    clock.time('sound', () => this.#feedMel(sound, timeUs));
    await clock.timeAsync('network', () => this.#run());
    if (!allFinite(this.#mouth.floats)) return false;
    clock.time('paste', () => {
      takeBgr(this.#mouth.floats, this.#patch);
      this.#patch.paste(canvas, box, share);
    });
    return true;
  }

  close(): Promise<void> {
    return this.#graph.model.close();
  }

  async #run(): Promise<void> {
    const { model, inputs, outputs } = this.#graph;
    const feeds = {
      [inputs['face']!.name]: this.#face.tensor,
      [inputs['mel']!.name]: this.#mel.tensor,
    };
    await model.run(feeds, { [outputs['mouth']!.name]: this.#mouth.tensor });
  }

  /** Masked first, then whole. */
  #feedFace(): void {
    const { side, face } = this.#patch;
    const plane = side * side;
    const half = Math.floor(side / 2) * side;
    const { floats } = this.#face;
    for (let c = 0; c < 3; c += 1) {
      for (let i = 0; i < plane; i += 1) {
        const value = face[(2 - c) * plane + i]! / 255;
        floats[c * plane + i] = i < half ? value : 0;
        floats[(3 + c) * plane + i] = value;
      }
    }
  }

  #feedMel(sound: Float32Array, timeUs: number): void {
    const first = firstColumn(timeUs);
    const start = Math.round((timeUs * SAMPLES_PER_MS) / 1000) - this.hearing.beforeMs * SAMPLES_PER_MS; // prettier-ignore
    const { floats } = this.#mel;
    for (let k = 0; k < WAV2LIP_COLUMNS; k += 1) {
      const column = this.#column(sound, first + k, (first + k) * WAV2LIP_HOP - start);
      for (let m = 0; m < WAV2LIP_MELS; m += 1) floats[m * WAV2LIP_COLUMNS + k] = column[m]!;
    }
  }

  #column(sound: Float32Array, number: number, centre: number): Float32Array {
    const slot = number % KEPT;
    const column = this.#columns[slot]!;
    if (this.#kept[slot] !== number) {
      this.#front.column(sound, centre, column);
      this.#kept[slot] = number;
    }
    return column;
  }
}
