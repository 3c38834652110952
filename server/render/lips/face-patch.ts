/**
 * A face out of a picture at a network's size, and the network's mouth back into it. What goes back
 * is the difference that the network made, so that skin it left alone keeps its own pixels; where it
 * drew something new, the picture's fine detail gives way to it. The mask is soft and ends inside the
 * box: no seam. Allocation-free; one per network.
 */
import type { Floats } from '../../inference/tensors.ts';
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
    const fromY = Math.max(0, Math.floor(box.y + MASK_TOP * box.height));
    const toY = Math.min(height, Math.floor(box.y + box.height));
    for (let y = fromY; y < toY; y += 1) {
      const v = (y + 0.5 - box.y) / box.height;
      const dy = (v - CENTRE_Y) / REACH_Y;
      const rowShare = share * fadeAt(v);
      if (rowShare <= 0 || dy * dy >= 1) continue;
      // Nothing of the mask lies outside these.
      const reach = REACH_X * Math.sqrt(1 - dy * dy);
      const fromX = Math.max(0, Math.floor(box.x + (CENTRE_X - reach) * box.width));
      const toX = Math.min(width, Math.ceil(box.x + (CENTRE_X + reach) * box.width));
      for (let x = fromX; x < toX; x += 1) {
        const u = (x + 0.5 - box.x) / box.width;
        const dx = (u - CENTRE_X) / REACH_X;
        const weight = rowShare * roundAt(dx * dx + dy * dy);
        if (weight > 0) this.#lay(rgba, (y * width + x) * 4, u, v, weight);
      }
    }
  }

  /** One pixel; numbers and no object, since a picture has tens of thousands of them. */
  #lay(rgba: Uint8Array, at: number, u: number, v: number, weight: number): void {
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
      const own = rgba[at + channel]!;
      const value = own + weight * (change - (own - before) * newnessOf(change)) + 0.5;
      rgba[at + channel] = value < 0 ? 0 : value > 255 ? 255 : value;
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

/** Planes of blue, green and red, 0..1, as what the network made. */
export function takeBgr(planes: Floats, { made, side }: FacePatch): void {
  const plane = side * side;
  for (let c = 0; c < 3; c += 1) {
    for (let i = 0; i < plane; i += 1) made[c * plane + i] = 255 * planes[(2 - c) * plane + i]!;
  }
}

/** How much of the network's picture is seen at (u, v) of the box, 0..1. */
export function maskAt(u: number, v: number): number {
  const dx = (u - CENTRE_X) / REACH_X;
  const dy = (v - CENTRE_Y) / REACH_Y;
  return roundAt(dx * dx + dy * dy) * fadeAt(v);
}

/** The ellipse's part of the mask, by the squared distance from its middle. */
function roundAt(squared: number): number {
  if (squared <= SOFT * SOFT) return 1;
  return squared >= 1 ? 0 : 1 - step(SOFT, 1, Math.sqrt(squared));
}

/** The part of the mask that is the same all along a row. */
function fadeAt(v: number): number {
  return step(MASK_TOP, 0.6, v) * (1 - step(0.94, 1, v));
}

function newnessOf(change: number): number {
  const size = change < 0 ? -change : change;
  return size <= SAME ? 0 : size >= NEW ? 1 : step(SAME, NEW, size);
}

function step(from: number, to: number, value: number): number {
  const t = Math.max(0, Math.min(1, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}

function clamp(value: number, size: number): number {
  return Math.max(0, Math.min(size - 1, value));
}
