/**
 * The lip-sync step: 20 ms of voice to 15 viseme posteriors, by the embedded streaming network.
 * Runs in an engine thread. One LipModel (the weights) serves many speakers; each speaker owns a
 * LipState (the network's memory). The frame a step gives is the 20 ms frame whose END lies
 * `lookaheadMs` before the end of the audio given. Made by models/training/lipsync.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../core/errors.ts';
import { openModel, requireTensors, zeros, type Model, type Tensors } from '../inference/onnx.ts';
import { allFinite } from '../inference/tensors.ts';
import { ARTICULATOR_COUNT, ARTICULATORS, VISEMES, VISEME_COUNT } from './visemes.ts';

/** Samples of a step's window at 16 kHz: 240 already heard, then 320 new ones (20 ms). */
export const LIP_CONTEXT = 240;
export const LIP_HOP = 320;
export const LIP_WINDOW = LIP_CONTEXT + LIP_HOP;
export const LIP_RATE_HZ = 16000;
/** Float audio may exceed full scale; far beyond it is garbage. */
const MOST_SAMPLE = 64;

/** What one step says about its 20 ms. */
export type LipFrame = {
  /** Posteriors in VISEMES' order; they sum to 1. */
  readonly visemes: Float32Array;
  /** Probability that somebody speaks, 0..1; noise, breath and music stay low. */
  voice: number;
  /** How far the jaw, lips and tongue go, 0..1 each, in ARTICULATORS' order. */
  readonly articulators: Float32Array;
};

/** One speaker's memory in the network. Opaque; made by `createState`, reset by `reset`. */
export type LipState = {
  readonly feeds: Tensors & { readonly audio: FloatTensor; readonly state: FloatTensor };
  readonly results: Tensors;
  readonly visemes: FloatTensor;
  readonly voice: FloatTensor;
  readonly articulators: FloatTensor;
  readonly next: FloatTensor;
  /** Times the memory was cleared because something in it was not a finite number. */
  resets: number;
};

type FloatTensor = ReturnType<typeof zeros>;

const MetadataSchema = z.object({
  file: z.string().regex(/^[\w.-]+\.onnx$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  sampleRateHz: z.literal(LIP_RATE_HZ),
  hopMs: z.literal(20),
  contextSamples: z.literal(LIP_CONTEXT),
  lookaheadMs: z.number().int().min(0).max(200).multipleOf(20),
  lookaheadsMs: z.array(z.number().int().min(0).max(200).multipleOf(20)).min(1),
  stateSize: z.number().int().min(1).max(65536),
  outputs: z.array(z.string()).length(VISEME_COUNT),
  articulators: z.array(z.string()).length(ARTICULATOR_COUNT),
});

export type LipMetadata = z.infer<typeof MetadataSchema>;

/** A frame for `step` to write into: shut mouth, nobody speaking. */
export function createLipFrame(): LipFrame {
  const visemes = new Float32Array(VISEME_COUNT);
  visemes[0] = 1;
  return { visemes, voice: 0, articulators: new Float32Array(ARTICULATOR_COUNT) };
}

/** Nobody speaks: silence, no voice, a mouth at rest. */
export function restLipFrame(frame: LipFrame): void {
  frame.visemes.fill(0);
  frame.visemes[0] = 1;
  frame.voice = 0;
  frame.articulators.fill(0);
}

export class LipModel {
  readonly lookaheadMs: number;
  /** Look-aheads the graph has heads for. */
  readonly lookaheadsMs: readonly number[];
  readonly #model: Model;
  readonly #stateSize: number;

  private constructor(model: Model, metadata: LipMetadata, lookaheadMs: number) {
    this.#model = model;
    this.lookaheadMs = lookaheadMs;
    this.lookaheadsMs = metadata.lookaheadsMs;
    this.#stateSize = metadata.stateSize;
  }

  /**
   * Opens lipsync.json and the graph it names in `dir`. Throws AppError `bad_pack` when the
   * metadata, the checksum or the graph's tensors differ from the contract. `lookaheadMs`: another
   * of the graph's look-aheads than the one it was made for.
   */
  static async open(dir: string, lookaheadMs?: number): Promise<LipModel> {
    const metadata = await readMetadata(join(dir, 'lipsync.json'));
    const ahead = lookaheadMs ?? metadata.lookaheadMs;
    const path = join(dir, metadata.file);
    await checkSum(path, metadata.sha256);
    const model = await openModel(path);
    try {
      requireTensors(path, model.inputs, {
        audio: [1, LIP_WINDOW],
        state: [1, metadata.stateSize],
      });
      requireTensors(path, model.outputs, {
        [`visemes_${ahead}`]: [1, VISEME_COUNT],
        [`voice_${ahead}`]: [1, 1],
        [`articulators_${ahead}`]: [1, ARTICULATOR_COUNT],
        state_out: [1, metadata.stateSize],
      });
    } catch (refusal) {
      await model.close();
      throw refusal;
    }
    return new LipModel(model, metadata, ahead);
  }

  /** A speaker who has not spoken yet. */
  createState(): LipState {
    const shape = [1, this.#stateSize];
    const visemes = zeros([1, VISEME_COUNT]);
    const voice = zeros([1, 1]);
    const articulators = zeros([1, ARTICULATOR_COUNT]);
    const next = zeros(shape);
    return {
      feeds: { audio: zeros([1, LIP_WINDOW]), state: zeros(shape) },
      results: {
        [`visemes_${this.lookaheadMs}`]: visemes,
        [`voice_${this.lookaheadMs}`]: voice,
        [`articulators_${this.lookaheadMs}`]: articulators,
        state_out: next,
      },
      visemes,
      voice,
      articulators,
      next,
      resets: 0,
    };
  }

  /**
   * One step for one speaker. `window`: LIP_WINDOW samples at 16 kHz in -1..1, the last LIP_HOP of
   * them new. Samples that are not finite, or absurdly large, count as silence. If the network's memory ever stops
   * being finite it is cleared, counted in `state.resets`, and the frame is a shut mouth.
   */
  async step(state: LipState, window: Float32Array, out: LipFrame): Promise<void> {
    const audio = state.feeds.audio.data;
    for (let i = 0; i < LIP_WINDOW; i += 1) {
      const sample = window[i]!;
      audio[i] = Math.abs(sample) <= MOST_SAMPLE ? sample : 0;
    }
    await this.#model.run(state.feeds, state.results);
    const { visemes, voice, articulators, next } = state;
    if (!allFinite(next.data) || !allFinite(visemes.data)) {
      resetLipState(state);
      state.resets += 1;
      restLipFrame(out);
      return;
    }
    state.feeds.state.data.set(next.data);
    out.visemes.set(visemes.data);
    out.voice = voice.data[0]!;
    out.articulators.set(articulators.data);
  }

  close(): Promise<void> {
    return this.#model.close();
  }
}

/** Forgets everything heard: for a new speaker or after a gap in the audio. */
export function resetLipState(state: LipState): void {
  state.feeds.state.data.fill(0);
}

/** Cuts a voice that comes in chunks of any length into the windows that `step` wants. */
export class LipWindow {
  /** LIP_WINDOW samples, complete whenever `push` has returned with `isFull`. */
  readonly samples = new Float32Array(LIP_WINDOW);
  #filled = 0;

  get isFull(): boolean {
    return this.#filled === LIP_HOP;
  }

  /** Takes samples of `chunk` from `start` on until the window is full; returns how many. */
  push(chunk: Float32Array, start = 0): number {
    if (this.isFull) {
      this.samples.copyWithin(0, LIP_HOP);
      this.#filled = 0;
    }
    const count = Math.min(chunk.length - start, LIP_HOP - this.#filled);
    const at = LIP_CONTEXT + this.#filled;
    for (let i = 0; i < count; i += 1) this.samples[at + i] = chunk[start + i]!;
    this.#filled += count;
    return count;
  }
}

async function readMetadata(path: string): Promise<LipMetadata> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new AppError('bad_pack', `${path} can't be read as JSON.`, cause);
  }
  const parsed = MetadataSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue?.path.join('.') ?? '';
    throw new AppError(
      'bad_pack',
      `${path}: ${where}: ${issue?.message ?? 'not lip-sync metadata'}.`,
    );
  }
  checkNames(path, 'output', parsed.data.outputs, VISEMES);
  checkNames(path, 'articulator', parsed.data.articulators, ARTICULATORS);
  return parsed.data;
}

function checkNames(
  path: string,
  what: string,
  found: readonly string[],
  wanted: readonly string[],
): void {
  const different = found.findIndex((name, index) => name !== wanted[index]);
  if (different < 0) return;
  throw new AppError(
    'bad_pack',
    `${path}: ${what} ${different} must be ${wanted[different]}, not ${found[different]}.`,
  );
}

async function checkSum(path: string, expected: string): Promise<void> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new AppError('bad_pack', `There is no model file ${path}.`, cause);
  });
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== expected) {
    throw new AppError('bad_pack', `${path} has sha256 ${found}, its metadata says ${expected}.`);
  }
}
