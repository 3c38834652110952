/**
 * A host drawn by Stable Diffusion, steered by the pose. A frame is: pose -> skeleton map -> one
 * run of the networks -> latent -> decoder -> RGBA. Frames hold together by the fixed noise and,
 * below full strength, by the last frame's latent from which each one begins. Runs on the engine
 * thread; owned by the engine's session. A frame that fails is the last good one again, counted.
 */
import { AppError, toAppError } from '../../core/errors.ts';
import type { AvatarPack } from '../../inference/pack.ts';
import { allFinite } from '../../inference/tensors.ts';
import { requireVram } from '../../inference/vram.ts';
import type { DiffusionChange, DiffusionLook } from '../../protocol/diffusion.ts';
import type { Pose } from '../../protocol/pose.ts';
import type { Body, BodyHealth, BodyPlace } from '../body.ts';
import { SkeletonMap } from '../skeleton/skeleton-map.ts';
import { DenoiseStream } from './denoise-stream.ts';
import { readDiffusionFile, withSteps, type DiffusionFile } from './diffusion-file.ts';
import { Fitting } from './fitting.ts';
import { FrameNetwork, type DiffusionNetwork } from './network.ts';
import { PartsNetwork } from './parts-network.ts';
import { openPromptEncoder, type PromptEncoder } from './prompt-encoder.ts';
import { planSchedule } from './schedule.ts';
import { SimilarFrames, VECTOR_FLOATS, writePoseVector } from './similar-frames.ts';
import { StageClock } from '../stage-clock.ts';

/** After a failed run the networks are left alone for so many frames: an error may take its time. */
const REST_FRAMES = 25;

type Parts = {
  readonly file: DiffusionFile;
  readonly network: DiffusionNetwork;
  readonly encoder: PromptEncoder;
};

export class DiffusionBody implements Body {
  readonly width: number;
  readonly height: number;
  readonly #parts: Parts;
  readonly #map: SkeletonMap;
  readonly #fitting: Fitting;
  readonly #clock = new StageClock();
  readonly #similar: SimilarFrames | undefined;
  readonly #poseVector = new Float32Array(VECTOR_FLOATS);
  readonly #picture: Uint8ClampedArray;
  /** Written first, so that a broken picture never replaces a good one. */
  readonly #next: Uint8ClampedArray;
  readonly #latent: Float32Array;
  #look: DiffusionLook;
  #stream: DenoiseStream;
  #change: DiffusionChange = {};
  #counts = { broken: 0, failed: 0, skipped: 0 };
  #problem = '';
  #restLeft = 0;

  private constructor(parts: Parts, place: BodyPlace) {
    const { file } = parts;
    this.#parts = parts;
    this.width = place.width;
    this.height = place.height;
    this.#map = new SkeletonMap(file.width, file.height, file.view);
    this.#fitting = new Fitting(file, place);
    this.#look = file.look;
    this.#similar = file.similarFrames && new SimilarFrames(file.similarFrames, file.look.seed);
    this.#picture = new Uint8ClampedArray(file.width * file.height * 4);
    this.#next = new Uint8ClampedArray(this.#picture.length);
    this.#latent = new Float32Array((file.width / 8) * (file.height / 8) * 4);
    this.#stream = this.#newStream();
  }

  /** Loads the networks and reads the prompt. Throws `bad_pack`, `missing_dependency`, `over_capacity`. */
  static async open(pack: AvatarPack, place: BodyPlace): Promise<DiffusionBody> {
    const file = withSteps(pack, readDiffusionFile(pack), place.steps);
    await requireVram(pack, place);
    const encoder = await openPromptEncoder(pack, file, place);
    let network: DiffusionNetwork | undefined;
    try {
      network = await openNetwork(pack, file, place, encoder.width);
      const body = new DiffusionBody({ file, network, encoder }, place);
      requireRows(pack, file, body.#stream.rows);
      await body.#readPrompt(file.look.prompt);
      network.setScale(file.look.conditioningScale);
      return body;
    } catch (error) {
      await network?.close();
      await encoder.close();
      throw error;
    }
  }

  async draw(pose: Pose): Promise<Uint8Array> {
    if (this.#restLeft > 0) this.#restLeft -= 1;
    else await this.#tryFrame(pose);
    return this.#fitting.fit(this.#picture);
  }

  follow(): void {
    // Nothing of it swings on its own.
  }

  poseAt(x: number, y: number): { readonly x: number; readonly y: number } {
    const at = this.#fitting.inPicture(x, y);
    return this.#map.poseAt(at.x, at.y);
  }

  /** Takes effect with the next frame. */
  change(change: DiffusionChange): void {
    this.#change = { ...this.#change, ...change };
  }

  get health(): BodyHealth {
    const { network } = this.#parts;
    return {
      device: network.models.at(-1)?.provider ?? 'cpu',
      styled: true,
      problem: this.#problem,
      ...this.#counts,
      stages: this.#clock.stages(),
    };
  }

  /** The pose's map of the last frame, RGB. */
  get map(): Uint8Array {
    return this.#map.pixels;
  }

  close(): void {
    // Models are given back when their last run is over; nobody waits for it.
    void this.#parts.network.close();
    void this.#parts.encoder.close();
  }

  async #tryFrame(pose: Pose): Promise<void> {
    try {
      await this.#applyChange();
      if (this.#similar?.skips(writePoseVector(pose, this.#poseVector))) {
        this.#counts.skipped += 1;
        return;
      }
      await this.#frame(pose);
    } catch (error) {
      // Out of memory, a lost device: the session shows the last picture and says so.
      this.#counts.failed += 1;
      this.#problem = toAppError(error).message;
      this.#restLeft = REST_FRAMES;
    }
  }

  async #frame(pose: Pose): Promise<void> {
    const { network } = this.#parts;
    const map = this.#clock.time('map', () => this.#map.draw(pose));
    this.#stream.start(this.#latent);
    await this.#clock.timeAsync('network', async () => {
      do await network.step(this.#stream, map);
      while (this.#stream.next());
    });
    const { finished } = this.#stream;
    const whole =
      allFinite(finished) &&
      (await this.#clock.timeAsync('paint', () => network.paint(this.#stream, this.#next)));
    if (!whole) {
      this.#breakOff();
      return;
    }
    this.#problem = '';
    this.#picture.set(this.#next);
    if (this.#look.strength < 1) this.#latent.set(finished);
  }

  /** No picture came out: what led there must not lead to the next one as well. */
  #breakOff(): void {
    this.#counts.broken += 1;
    this.#latent.fill(0);
    this.#stream.reseed(this.#look.seed);
  }

  async #applyChange(): Promise<void> {
    const change = this.#change;
    if (Object.keys(change).length === 0) return;
    this.#change = {};
    const before = this.#look;
    const look = changed(before, change);
    if (look.prompt !== before.prompt) await this.#readPrompt(look.prompt);
    this.#look = look;
    this.#parts.network.setScale(look.conditioningScale);
    this.#similar?.forget();
    if (look.strength === before.strength && look.seed === before.seed) return;
    this.#latent.fill(0);
    this.#stream = this.#newStream();
  }

  async #readPrompt(prompt: string): Promise<void> {
    const { encoder, network, file } = this.#parts;
    const { kind } = file.guidance;
    const guidanceRows = kind === 'full' ? network.rows / 2 : kind === 'initialize' ? 1 : 0;
    const without = guidanceRows > 0 ? await encoder.encode(file.negativePrompt) : undefined;
    const rows = await encoder.encode(prompt);
    network.setText(rows, without ?? rows, guidanceRows);
  }

  #newStream(): DenoiseStream {
    const { file } = this.#parts;
    const { strength, seed } = this.#look;
    return new DenoiseStream({
      schedule: planSchedule({ ...file.schedule, strength }),
      size: this.#latent.length,
      ...{ batched: file.batched, guidance: file.guidance, seed },
    });
  }
}

function changed(look: DiffusionLook, change: DiffusionChange): DiffusionLook {
  return {
    prompt: change.prompt ?? look.prompt,
    strength: change.strength ?? look.strength,
    conditioningScale: change.conditioningScale ?? look.conditioningScale,
    seed: change.seed ?? look.seed,
  };
}

function openNetwork(
  pack: AvatarPack,
  file: DiffusionFile,
  place: BodyPlace,
  textWidth: number,
): Promise<DiffusionNetwork> {
  const { graphs } = file;
  if ('frame' in graphs) {
    return FrameNetwork.open(pack, file, place, { graph: graphs.frame, textWidth });
  }
  return PartsNetwork.open(pack, file, place, { files: graphs, textWidth });
}

function requireRows(pack: AvatarPack, { rows }: DiffusionFile, needed: number): void {
  if (rows === needed) return;
  throw new AppError(
    'bad_pack',
    `${pack.manifest.name}: expected rows = ${needed} for its steps and guidance in diffusion.json, found ${rows}`,
  );
}
