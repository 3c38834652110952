/**
 * A head that turns in a flat picture: about the neck (roll) and about the axis through the ears (yaw,
 * pitch), as far as a photo can show it. Allocation-free; one per body.
 */
import type { FaceFrame } from './face-frame.ts';

/** A flat picture shows no more of a turned head than this, radians. */
const MOST = { yaw: 0.36, pitch: 0.3, roll: 0.45 } as const;
/** Depth is told flatter than it is: a cheek that passes over its own edge would tear. */
const DEPTH = 0.72;

export class HeadTurn {
  /** Where `apply` took the last place. */
  x = 0;
  y = 0;
  readonly #middle: number;
  readonly #ears: number;
  readonly #neck: number;
  readonly #depth: number;
  readonly #sines = new Float64Array(6);

  constructor({ mouth, height, depth }: FaceFrame) {
    this.#middle = mouth[0];
    this.#ears = mouth[1] - 0.25 * height;
    this.#neck = mouth[1] + 0.5 * height;
    this.#depth = depth;
  }

  /** `head`: yaw, pitch, roll as in a pose. */
  set(head: Float32Array): void {
    const s = this.#sines;
    const yaw = soft(head[0]!, MOST.yaw);
    const pitch = soft(head[1]!, MOST.pitch);
    const roll = soft(head[2]!, MOST.roll);
    s[0] = Math.cos(yaw);
    s[1] = Math.sin(yaw);
    s[2] = Math.cos(pitch);
    s[3] = Math.sin(pitch);
    s[4] = Math.cos(roll);
    s[5] = Math.sin(roll);
  }

  apply(x: number, y: number, z: number): void {
    const s = this.#sines;
    const dx = x - this.#middle;
    const dz = (z - this.#depth) * DEPTH;
    const x1 = dx * s[0]! - dz * s[1]!;
    const z1 = dx * s[1]! + dz * s[0]!;
    const y1 = this.#ears + (y - this.#ears) * s[2]! + z1 * s[3]! - this.#neck;
    this.x = this.#middle + x1 * s[4]! - y1 * s[5]!;
    this.y = this.#neck + x1 * s[5]! + y1 * s[4]!;
  }
}

/** Straight for small angles, never more than `most`. */
function soft(angle: number, most: number): number {
  return most * Math.tanh(angle / most);
}
