/**
 * A face out of a picture at a network's size, and the network's mouth back into it. What goes back
 * is the difference that the network made, so that skin it left alone keeps its own pixels; where it
 * drew something new, the picture's fine detail gives way to it. The mask is soft and ends inside the
 * box: no seam. Allocation-free; one per network.
 */
import type { Box } from './face-marks.ts';
import type { Canvas } from './lips.ts';

/** The mask's ellipse in the box, and where it begins below the nose and ends above the chin's edge. */
const [CENTRE_X, CENTRE_Y, REACH_X, REACH_Y] = [0.5, 0.76, 0.42, 0.28] as const;
const SOFT = 0.66;
const MASK_TOP = 0.5;
/** Levels between which a difference counts as something new. */
const [SAME, NEW] = [6, 28] as const;
/** A network's colours may be off by so much; more is what it meant to draw. */
const MOST_OFFSET = 20;

export class FacePatch {
  readonly side: number;
  /** Red, green and blue planes of the face, 0..255. */
  readonly face: Float32Array;
  /** What the network made of it, the same way; written by the caller before `paste`. */
  readonly made: Float32Array;
  readonly #mask: Float32Array;

  constructor(side: number) {
    this.side = side;
    this.face = new Float32Array(3 * side * side);
    this.made = new Float32Array(3 * side * side);
    this.#mask = Float32Array.from({ length: side * side }, (_, i) =>
      maskAt(((i % side) + 0.5) / side, (Math.floor(i / side) + 0.5) / side),
    );
  }

  /** Takes the box out of the picture; beyond the picture its edge goes on. */
  read({ rgba, width, height }: Canvas, box: Box): void {
    const { side, face } = this;
    const plane = side * side;
    for (let v = 0; v < side; v += 1) {
      const y = box.y + ((v + 0.5) * box.height) / side - 0.5;
      for (let u = 0; u < side; u += 1) {
        const x = box.x + ((u + 0.5) * box.width) / side - 0.5;
        const left = Math.floor(x);
        const top = Math.floor(y);
        const x0 = clamp(left, width);
        const x1 = clamp(left + 1, width);
        const upper = clamp(top, height) * width;
        const lower = clamp(top + 1, height) * width;
        const fx = x - left;
        const fy = y - top;
        for (let c = 0; c < 3; c += 1) {
          const a = rgba[(upper + x0) * 4 + c]! * (1 - fx) + rgba[(upper + x1) * 4 + c]! * fx;
          const b = rgba[(lower + x0) * 4 + c]! * (1 - fx) + rgba[(lower + x1) * 4 + c]! * fx;
          face[c * plane + v * side + u] = a * (1 - fy) + b * fy;
        }
      }
    }
  }

  /** Puts `made` back, `share` 0..1 of the way. Nothing outside the mask is touched. */
  paste({ rgba, width, height }: Canvas, box: Box, share: number): void {
    if (share <= 0) return;
    this.#matchColour();
    // Nothing of the mask lies outside these.
    const left = box.x + (CENTRE_X - REACH_X) * box.width;
    const right = box.x + (CENTRE_X + REACH_X) * box.width;
    const fromX = Math.max(0, Math.floor(left));
    const toX = Math.min(width, Math.ceil(right));
    const fromY = Math.max(0, Math.floor(box.y + MASK_TOP * box.height));
    const toY = Math.min(height, Math.floor(box.y + box.height));
    for (let y = fromY; y < toY; y += 1) {
      const v = (y + 0.5 - box.y) / box.height;
      for (let x = fromX; x < toX; x += 1) {
        const u = (x + 0.5 - box.x) / box.width;
        const weight = share * maskAt(u, v);
        if (weight > 0) this.#lay(rgba, (y * width + x) * 4, { u, v, weight });
      }
    }
  }

  #lay(
    rgba: Uint8Array,
    at: number,
    { u, v, weight }: { readonly u: number; readonly v: number; readonly weight: number },
  ): void {
    const { side, face, made } = this;
    const x = u * side - 0.5;
    const y = v * side - 0.5;
    const left = Math.floor(x);
    const top = Math.floor(y);
    const x0 = clamp(left, side);
    const x1 = clamp(left + 1, side);
    const upper = clamp(top, side) * side;
    const lower = clamp(top + 1, side) * side;
    const fx = x - left;
    const fy = y - top;
    const a = (1 - fx) * (1 - fy);
    const b = fx * (1 - fy);
    const c = (1 - fx) * fy;
    const d = fx * fy;
    for (let channel = 0; channel < 3; channel += 1) {
      const from = channel * side * side;
      const i = from + upper + x0;
      const j = from + upper + x1;
      const k = from + lower + x0;
      const l = from + lower + x1;
      const before = a * face[i]! + b * face[j]! + c * face[k]! + d * face[l]!;
      const change = a * made[i]! + b * made[j]! + c * made[k]! + d * made[l]! - before;
      const detail = rgba[at + channel]! - before;
      const isNew = step(SAME, NEW, Math.abs(change));
      const value = rgba[at + channel]! + weight * (change - detail * isNew);
      rgba[at + channel] = Math.max(0, Math.min(255, Math.round(value)));
    }
  }

  /** The network's skin at the mask's rim becomes the picture's. */
  #matchColour(): void {
    const plane = this.side * this.side;
    for (let c = 0; c < 3; c += 1) {
      let [sum, count] = [0, 0];
      for (let i = 0; i < plane; i += 1) {
        const mask = this.#mask[i]!;
        if (mask <= 0.02 || mask >= 0.4) continue;
        sum += this.face[c * plane + i]! - this.made[c * plane + i]!;
        count += 1;
      }
      const offset = Math.max(-MOST_OFFSET, Math.min(MOST_OFFSET, sum / Math.max(1, count)));
      for (let i = 0; i < plane; i += 1) this.made[c * plane + i]! += offset;
    }
  }
}

/** How much of the network's picture is seen at (u, v) of the box, 0..1. */
export function maskAt(u: number, v: number): number {
  const r = Math.hypot((u - CENTRE_X) / REACH_X, (v - CENTRE_Y) / REACH_Y);
  return (1 - step(SOFT, 1, r)) * step(MASK_TOP, 0.6, v) * (1 - step(0.94, 1, v));
}

function step(from: number, to: number, value: number): number {
  const t = Math.max(0, Math.min(1, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}

function clamp(value: number, size: number): number {
  return Math.max(0, Math.min(size - 1, value));
}
