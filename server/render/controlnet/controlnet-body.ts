/**
 * An avatar drawn by a small pose-controlled network (models/training/controlnet makes them): pose to
 * control vector, the base's graph, its drawings bent, the pose branch's graph, the square picture
 * enlarged to the body's size. Runs on the engine thread; one per session, which owns it; the networks
 * are borrowed from the shelf.
 *
 * Tensors are float32 unless said otherwise. base.onnx: control [1, 114] and face [1, 52] (control.ts,
 * ARKit weights) to expression [1, 4, n, n], head_flow [1, 6, 24, 24] and torso_flow [1, 2, 16, 24];
 * head [1, 12, patch, patch] and torso [1, 4, rows, size] are the drawings, the same in every run and
 * asked for once. controlnet.onnx: control and base [1, 4, size, size] to picture
 * [1, size, size, 4], uint8, premultiplied RGBA, and check [1], not a number where the picture is not
 * one. Such a frame is replaced by the last good one and counted.
 */
import { openModel, zeros, type Model, type Tensors } from '../../inference/onnx.ts';
import type { AvatarPack } from '../../inference/pack.ts';
import { floatsOf, Tensor } from '../../inference/tensors.ts';
import { bindContract, type Contract } from '../../inference/tensor-contract.ts';
import { shelfKey, type ModelShelf } from '../../inference/model-shelf.ts';
import { ARKIT_COUNT } from '../../protocol/arkit.ts';
import type { Pose } from '../../protocol/pose.ts';
import type { Body, BodyHealth, BodyPlace } from '../body.ts';
import { UNITS } from '../rig/figure.ts';
import { StageClock } from '../stage-clock.ts';
import { BasePicture, HEAD_FLOW, TORSO_FLOW } from './base-picture.ts';
import { Control, CONTROL_LENGTH } from './control.ts';
import { BASE_GRAPH, BRANCH_GRAPH, readControlNetFile } from './controlnet-file.ts';
import type { ControlNetFile } from './controlnet-file.ts';
import { Enlarger } from './enlarge.ts';

type Networks = { readonly base: Model; readonly branch: Model };

export class ControlNetBody implements Body {
  readonly width: number;
  readonly height: number;
  /** The vector, the base's network and drawings, the branch's network, the picture's enlargement. */
  readonly #clock = new StageClock();
  /** Frames that show the last good one: not a number somewhere, or the network didn't run. */
  readonly #counts = { broken: 0, failed: 0, skipped: 0 };
  #problem = '';
  readonly #file: ControlNetFile;
  readonly #networks: Networks;
  readonly #control: Control;
  readonly #face = zeros([1, ARKIT_COUNT]);
  readonly #vector = zeros([1, CONTROL_LENGTH]);
  readonly #basePicture: BasePicture;
  readonly #picture: Uint8Array;
  readonly #check = zeros([1]);
  /** What each network gets and gives. */
  readonly #moves: readonly [feeds: Tensors, results: Tensors];
  readonly #drawn: readonly [feeds: Tensors, results: Tensors];
  readonly #enlarger: Enlarger;

  /** Throws AppError `bad_pack`. */
  static async open(pack: AvatarPack, place: BodyPlace): Promise<ControlNetBody> {
    const file = readControlNetFile(pack);
    const base = await borrow(pack, BASE_GRAPH, baseContract(file), place.shelf);
    try {
      const branch = await borrow(pack, BRANCH_GRAPH, branchContract(file), place.shelf);
      try {
        return await ControlNetBody.#warm(file, { base, branch }, place);
      } catch (error) {
        await branch.close();
        throw error;
      }
    } catch (error) {
      await base.close();
      throw error;
    }
  }

  /** The first run gives the drawings, and both lay out their graphs' memory. */
  static async #warm(
    file: ControlNetFile,
    networks: Networks,
    place: BodyPlace,
  ): Promise<ControlNetBody> {
    const nothing = { control: zeros([1, CONTROL_LENGTH]), face: zeros([1, ARKIT_COUNT]) };
    const first = await networks.base.run(nothing);
    const drawing = (name: string): Float32Array => Float32Array.from(floatsOf(first[name]!));
    const drawings = { head: drawing('head'), torso: drawing('torso') };
    const body = new ControlNetBody(file, networks, new BasePicture(file, drawings), place);
    await body.#draw();
    return body;
  }

  private constructor(
    file: ControlNetFile,
    networks: Networks,
    base: BasePicture,
    { width, height }: BodyPlace,
  ) {
    this.width = width;
    this.height = height;
    this.#file = file;
    this.#networks = networks;
    this.#control = new Control(file.measures);
    this.#basePicture = base;
    const { size } = file;
    const [, , faceSide] = file.base.head.face;
    const floats = (data: Float32Array, shape: readonly number[]): Tensor =>
      new Tensor('float32', data, shape);
    const moves = {
      expression: floats(base.expression, [1, 4, faceSide, faceSide]),
      head_flow: floats(base.headFlow, HEAD_FLOW),
      torso_flow: floats(base.torsoFlow, TORSO_FLOW),
    };
    this.#moves = [{ control: this.#vector, face: this.#face }, moves];
    this.#picture = new Uint8Array(4 * size * size);
    const picture = new Tensor('uint8', this.#picture, [1, size, size, 4]);
    this.#drawn = [
      { control: this.#vector, base: floats(base.picture, [1, 4, size, size]) },
      { picture, check: this.#check },
    ];
    const side = Math.round(this.#side);
    const left = Math.round((width - side) / 2);
    this.#enlarger = new Enlarger(size, this, { left, top: height - side, side });
  }

  async draw(pose: Pose, timeSeconds: number): Promise<Uint8Array> {
    this.#clock.time('control', () => this.#steer(pose, timeSeconds));
    const ran = await this.#run();
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
    void this.#networks.base.close();
    void this.#networks.branch.close();
  }

  /** The square fills the picture's height; a narrow picture cuts its sides, then it shrinks. */
  get #side(): number {
    const { top, bottom, minWidth } = this.#file.view;
    return Math.min(this.height, (this.width * (bottom - top)) / minWidth);
  }

  get health(): BodyHealth {
    return {
      device: this.#networks.branch.provider,
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
      await this.#draw();
      this.#problem = '';
      return true;
    } catch (error) {
      this.#counts.failed += 1;
      this.#problem = `The network failed: ${error instanceof Error ? error.message : String(error)}`;
      return false;
    }
  }

  async #draw(): Promise<void> {
    const { base, branch } = this.#networks;
    await this.#clock.timeAsync('base', () => base.run(...this.#moves));
    this.#clock.time('bend', () => this.#basePicture.draw(this.#vector.data));
    await this.#clock.timeAsync('network', () => branch.run(...this.#drawn));
  }
}

/** The network of a pack's file, checked against its contract. Close it as if it were your own. */
async function borrow(
  pack: AvatarPack,
  name: string,
  contract: Contract,
  shelf: ModelShelf,
): Promise<Model> {
  const path = pack.path(name);
  // More threads cost more than they save: two networks' threads wait for each other's by spinning.
  const options = { device: 'cpu', threads: 1 } as const;
  const model = await shelf.borrow(shelfKey(pack.sha256(name), options), () =>
    openModel(path, options),
  );
  try {
    bindContract(path, model, contract);
    return model;
  } catch (error) {
    await model.close();
    throw error;
  }
}

function baseContract({ size, base }: ControlNetFile): Contract {
  const { patch, face } = base.head;
  return {
    inputs: {
      control: floatsNamed('control', [1, CONTROL_LENGTH]),
      face: floatsNamed('face', [1, ARKIT_COUNT]),
    },
    outputs: {
      expression: floatsNamed('expression', [1, 4, face[2], face[2]]),
      headFlow: floatsNamed('head_flow', HEAD_FLOW),
      torsoFlow: floatsNamed('torso_flow', TORSO_FLOW),
      head: floatsNamed('head', [1, 12, patch, patch]),
      torso: floatsNamed('torso', [1, 4, size - base.torsoRow, size]),
    },
  };
}

function branchContract({ size }: ControlNetFile): Contract {
  return {
    inputs: {
      control: floatsNamed('control', [1, CONTROL_LENGTH]),
      base: floatsNamed('base', [1, 4, size, size]),
    },
    outputs: {
      picture: { names: ['picture'], types: ['uint8'], shapes: [[1, size, size, 4]] },
      check: floatsNamed('check', [1]),
    },
  };
}

function floatsNamed(name: string, shape: readonly number[]): Contract['inputs'][string] {
  return { names: [name], types: ['float32'], shapes: [shape] };
}
