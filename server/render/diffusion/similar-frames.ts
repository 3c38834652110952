/**
 * Leaves frames out whose input hardly differs from the last drawn one: the more alike, the likelier
 * (StreamDiffusion's stochastic similarity filter, Kodaira et al. 2023). Pure but for its memory.
 */
import { ARKIT_COUNT } from '../../protocol/arkit.ts';
import { BODY_COUNT, HAND_COUNT, type Pose } from '../../protocol/pose.ts';
import { uniform } from './noise.ts';

/** Numbers of a pose. */
export const VECTOR_FLOATS = BODY_COUNT * 3 + 2 * HAND_COUNT * 3 + 3 + ARKIT_COUNT;

export type Similarity = { readonly threshold: number; readonly maxSkip: number };

export class SimilarFrames {
  readonly #options: Similarity;
  readonly #random: () => number;
  #last: Float32Array | undefined;
  #skipped = 0;

  constructor(options: Similarity, seed: number) {
    this.#options = options;
    this.#random = uniform(seed);
  }

  /** Whether the frame of this input may be left out; remembers the ones that are drawn. */
  skips(input: Float32Array): boolean {
    const likeness = this.#last ? cosine(this.#last, input) : -1;
    const { threshold, maxSkip } = this.#options;
    const chance = Math.max(0, 1 - (1 - likeness) / (1 - threshold));
    if (chance > 0 && chance >= this.#random() && this.#skipped < maxSkip) {
      this.#skipped += 1;
      return true;
    }
    this.#skipped = 0;
    this.#last ??= new Float32Array(input.length);
    this.#last.set(input);
    return false;
  }

  /** The next frame is drawn whatever it shows. */
  forget(): void {
    this.#last = undefined;
  }
}

/** All numbers of a pose in one list. */
export function writePoseVector(pose: Pose, out: Float32Array): Float32Array {
  let at = 0;
  for (const part of [pose.body, pose.leftHand, pose.rightHand, pose.head, pose.face]) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function cosine(a: Float32Array, b: Float32Array): number {
  let [product, first, second] = [0, 0, 0];
  for (let i = 0; i < a.length; i += 1) {
    product += a[i]! * b[i]!;
    first += a[i]! * a[i]!;
    second += b[i]! * b[i]!;
  }
  const size = Math.sqrt(first * second);
  return size === 0 ? 1 : product / size;
}
