/**
 * Ultralight-Digital-Human: the whole face first, then the one with a black mouth (the other way
 * round than Wav2Lip), and HuBERT's features of 320 ms around the frame. Blue, green, red.
 * https://github.com/anliyuan/Ultralight-Digital-Human
 */
import { openGraph, type Graph, type GraphPlace } from '../../inference/graph.ts';
import type { AvatarPack } from '../../inference/pack.ts';
import type { Contract } from '../../inference/tensor-contract.ts';
import { allFinite, floatSlot, floatsOf, type Floats, type Slot } from '../../inference/tensors.ts';
import type { Provider } from '../../protocol/device.ts';
import { StageClock } from '../stage-clock.ts';
import { squareBox, type Box, type FaceMarks } from './face-marks.ts';
import { FacePatch, takeBgr } from './face-patch.ts';
import type { Canvas, LipMoment, Lips } from './lips.ts';
import type { LipsFile } from './lips-file.ts';
import { speakingShare } from './speaking.ts';

const SIDE = 160;
/** The network sees the middle of a face of this size. */
const OUTER = 168;
/** The black rectangle: x, y, width, height. */
const [MASK_X, MASK_Y, MASK_WIDTH, MASK_HEIGHT] = [5, 5, 150, 145] as const;
const WIDTH = 1024;
/** Positions of HuBERT before and after the frame, 50 a second. */
const AROUND = 8;
const STEP_MS = 20;
const HEARING = { beforeMs: 700, afterMs: 199 } as const;
const SAMPLES = (HEARING.beforeMs + HEARING.afterMs) * 16;

const MOUTH: Contract = {
  inputs: {
    audio: { shapes: [['batch', 16, 32, 32]] },
    face: { shapes: [['batch', 6, SIDE, SIDE]] },
  },
  outputs: { mouth: { at: 0, shapes: [['batch', 3, SIDE, SIDE]] } },
  sizes: { batch: 1 },
};
const HUBERT: Contract = {
  inputs: { sound: { at: 0, shapes: [['batch', 'samples']] } },
  outputs: { features: { at: 0, shapes: [['batch', null, WIDTH]] } },
  sizes: { batch: 1, samples: SAMPLES },
};

export class UltralightLips implements Lips {
  readonly hearing = HEARING;
  readonly clock = new StageClock();
  readonly #mouth: Graph;
  readonly #hubert: Graph;
  readonly #patch = new FacePatch(SIDE);
  readonly #face: Slot;
  readonly #audio: Slot;
  readonly #sound: Slot;

  private constructor(mouth: Graph, hubert: Graph) {
    this.#mouth = mouth;
    this.#hubert = hubert;
    this.#face = floatSlot(mouth.inputs['face']!);
    this.#audio = floatSlot(mouth.inputs['audio']!);
    this.#sound = floatSlot(hubert.inputs['sound']!);
  }

  static async open(
    pack: AvatarPack,
    { graph, hubert }: LipsFile & { kind: 'ultralight' },
    place: GraphPlace,
  ): Promise<UltralightLips> {
    const mouth = await openGraph(pack, graph, MOUTH, place);
    try {
      return new UltralightLips(mouth, await openGraph(pack, hubert, HUBERT, place));
    } catch (error) {
      await mouth.model.close();
      throw error;
    }
  }

  get device(): Provider {
    return this.#mouth.model.provider;
  }

  async draw(canvas: Canvas, marks: FaceMarks, { sound }: LipMoment): Promise<boolean> {
    const share = sound ? speakingShare(sound, HEARING.beforeMs) : 0;
    if (!sound || share === 0) return true;
    const { clock } = this;
    const box = inner(squareBox(marks));
    clock.time('face', () => {
      this.#patch.read(canvas, box);
      this.#feedFace();
    });
    await clock.timeAsync('sound', () => this.#feedAudio(sound));
    const mouth = await clock.timeAsync('network', () => this.#run());
    if (!allFinite(mouth)) return false;
    clock.time('paste', () => {
      takeBgr(mouth, this.#patch);
      this.#patch.paste(canvas, box, share);
    });
    return true;
  }

  async close(): Promise<void> {
    await Promise.all([this.#mouth.model.close(), this.#hubert.model.close()]);
  }

  async #run(): Promise<Floats> {
    const { model, inputs, outputs } = this.#mouth;
    const feeds = {
      [inputs['face']!.name]: this.#face.tensor,
      [inputs['audio']!.name]: this.#audio.tensor,
    };
    return floatsOf((await model.run(feeds))[outputs['mouth']!.name]!);
  }

  /** Whole first, then masked. */
  #feedFace(): void {
    const plane = SIDE * SIDE;
    const { floats } = this.#face;
    for (let i = 0; i < plane; i += 1) {
      const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
      const masked = x >= MASK_X && x < MASK_X + MASK_WIDTH && y >= MASK_Y && y < MASK_Y + MASK_HEIGHT; // prettier-ignore
      for (let c = 0; c < 3; c += 1) {
        const value = this.#patch.face[(2 - c) * plane + i]! / 255;
        floats[c * plane + i] = value;
        floats[(3 + c) * plane + i] = masked ? 0 : value;
      }
    }
  }

  /** HuBERT's features of the sixteen positions around the frame. */
  async #feedAudio(sound: Float32Array): Promise<void> {
    this.#sound.floats.set(sound);
    const { model, inputs, outputs } = this.#hubert;
    const results = await model.run({ [inputs['sound']!.name]: this.#sound.tensor });
    const features = floatsOf(results[outputs['features']!.name]!);
    const from = (HEARING.beforeMs / STEP_MS - AROUND) * WIDTH;
    const { floats } = this.#audio;
    for (let i = 0; i < floats.length; i += 1) floats[i] = features[from + i] ?? 0;
  }
}

/** What is left of a face of 168 when four are cut off each side. */
function inner({ x, y, width, height }: Box): Box {
  const cut = (OUTER - SIDE) / 2 / OUTER;
  const kept = SIDE / OUTER;
  return { x: x + width * cut, y: y + height * cut, width: width * kept, height: height * kept };
}
