/**
 * An avatar drawn by a small pose-controlled network (models/training/controlnet makes them): pose
 * to control vector, one run of the graph, its square picture enlarged to the body's size. Runs on
 * the engine thread; one per session, which owns it; the network is borrowed from the shelf.
 *
 * Graph: control [1, 114] and face [1, 52] (control.ts, ARKit weights), float32; picture
 * [1, size, size, 4], uint8, premultiplied RGBA; check [1], float32, not a number where the picture
 * is not one. Such a frame is replaced by the last good one and counted.
 */
import { openModel, zeros, type Model, type Tensors } from '../../inference/onnx.ts';
import type { AvatarPack } from '../../inference/pack.ts';
import { Tensor } from '../../inference/tensors.ts';
import { bindContract, type Contract } from '../../inference/tensor-contract.ts';
import { shelfKey } from '../../inference/model-shelf.ts';
import { ARKIT_COUNT } from '../../protocol/arkit.ts';
import type { Pose } from '../../protocol/pose.ts';
import type { Body, BodyHealth, BodyPlace } from '../body.ts';
import { UNITS } from '../rig/figure.ts';
import { StageClock } from '../stage-clock.ts';
import { Control, CONTROL_LENGTH } from './control.ts';
import { GRAPH, readControlNetFile, type ControlNetFile } from './controlnet-file.ts';
import { Enlarger } from './enlarge.ts';

export class ControlNetBody implements Body {
  readonly width: number;
  readonly height: number;
  /** The vector, the network, the picture's enlargement. */
  readonly #clock = new StageClock();
  /** Frames that show the last good one: not a number somewhere, or the network didn't run. */
  readonly #counts = { broken: 0, failed: 0, skipped: 0 };
  #problem = '';
  readonly #file: ControlNetFile;
  readonly #model: Model;
  readonly #control: Control;
  readonly #face = zeros([1, ARKIT_COUNT]);
  readonly #vector = zeros([1, CONTROL_LENGTH]);
  readonly #picture: Uint8Array;
  readonly #check = zeros([1]);
  readonly #feeds: Tensors;
  readonly #results: Tensors;
  readonly #enlarger: Enlarger;

  /** Throws AppError `bad_pack`. */
  static async open(pack: AvatarPack, place: BodyPlace): Promise<ControlNetBody> {
    const file = readControlNetFile(pack);
    const path = pack.path(GRAPH);
    const options = { device: 'cpu', threads: 1 } as const;
    const model = await place.shelf.borrow(shelfKey(pack.sha256(GRAPH), options), () =>
      openModel(path, options),
    );
    try {
      bindContract(path, model, contractOf(file.size));
      const body = new ControlNetBody(file, model, place);
      await body.#warmUp();
      return body;
    } catch (error) {
      await model.close();
      throw error;
    }
  }

  private constructor(file: ControlNetFile, model: Model, { width, height }: BodyPlace) {
    this.width = width;
    this.height = height;
    this.#file = file;
    this.#model = model;
    this.#control = new Control(file.measures);
    this.#feeds = { control: this.#vector, face: this.#face };
    this.#picture = new Uint8Array(4 * file.size * file.size);
    const picture = new Tensor('uint8', this.#picture, [1, file.size, file.size, 4]);
    this.#results = { picture, check: this.#check };
    const side = Math.round(this.#side);
    const left = Math.round((width - side) / 2);
    this.#enlarger = new Enlarger(file.size, this, { left, top: height - side, side });
  }

  async draw(pose: Pose, timeSeconds: number): Promise<Uint8Array> {
    this.#clock.time('control', () => this.#steer(pose, timeSeconds));
    const ran = await this.#clock.timeAsync('network', () => this.#run());
    const isPicture = Number.isFinite(this.#check.data[0]);
    if (ran && isPicture) this.#clock.time('enlarge', () => this.#enlarger.draw(this.#picture));
    else if (ran) this.#counts.broken += 1;
    return this.#enlarger.pixels;
  }

  follow(pose: Pose, timeSeconds: number): void {
    this.#control.update(pose, timeSeconds);
  }

  poseAt(x: number, y: number): { readonly x: number; readonly y: number } {
    const { top, bottom } = this.#file.view;
    const pixels = this.#side / (bottom - top);
    return {
      x: ((x - 0.5) * this.width) / pixels / UNITS,
      y: (((y - 1) * this.height) / pixels + bottom) / UNITS,
    };
  }

  close(): void {
    // Nothing waits for the weights to be freed; the shelf does when the thread ends.
    void this.#model.close();
  }

  /** The square fills the picture's height; a narrow picture cuts its sides, then it shrinks. */
  get #side(): number {
    const { top, bottom, minWidth } = this.#file.view;
    return Math.min(this.height, (this.width * (bottom - top)) / minWidth);
  }

  get health(): BodyHealth {
    return {
      device: this.#model.provider,
      styled: false,
      problem: this.#problem,
      ...this.#counts,
      stages: this.#clock.stages(),
    };
  }

  #steer(pose: Pose, timeSeconds: number): void {
    this.#control.update(pose, timeSeconds);
    this.#vector.data.set(this.#control.vector);
    this.#face.data.set(pose.face);
  }

  /** A run that fails, out of memory say, costs its frame and not the session. */
  async #run(): Promise<boolean> {
    try {
      await this.#model.run(this.#feeds, this.#results);
      this.#problem = '';
      return true;
    } catch (error) {
      this.#counts.failed += 1;
      this.#problem = `The network failed: ${error instanceof Error ? error.message : String(error)}`;
      return false;
    }
  }

  /** The first run lays out the graph's memory. */
  async #warmUp(): Promise<void> {
    await this.#model.run(this.#feeds, this.#results);
  }
}

function contractOf(size: number): Contract {
  return {
    inputs: {
      control: { names: ['control'], types: ['float32'], shapes: [[1, CONTROL_LENGTH]] },
      face: { names: ['face'], types: ['float32'], shapes: [[1, ARKIT_COUNT]] },
    },
    outputs: {
      picture: { names: ['picture'], types: ['uint8'], shapes: [[1, size, size, 4]] },
      check: { names: ['check'], types: ['float32'], shapes: [[1]] },
    },
  };
}
