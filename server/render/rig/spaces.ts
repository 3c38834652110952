/**
 * Where a rig's points go in a frame: the torso bends with shoulders and hips, the head's points
 * shift by their depth as it turns ("2.5-D"). Pure; writes into the array it is given.
 */
import { smoothstep, type Figure } from './figure.ts';
import type { RigFile } from './rig-schema.ts';

/** How a shape sits in the head: see rig-schema.ts. */
export type Seat = {
  readonly depth: number | readonly [number, number];
  readonly dome: number;
  readonly sway: number;
  readonly jaw: number;
};

/** The face's own skin: foreshortened, moved by nothing but the turn. */
export const FACE: Seat = { depth: 0, dome: 1, sway: 0, jaw: 0 };

const TORSO_LENGTH = 125;

export class HeadSpace {
  readonly #figure: Figure;
  readonly #rig: RigFile;

  constructor(figure: Figure, rig: RigFile) {
    this.#figure = figure;
    this.#rig = rig;
  }

  /** Moves x, y pairs from `from` to `to`; `mirror` -1 treats x as measured to the other side. */
  project(from: Float32Array, to: Float32Array, seat: Seat, mirror: 1 | -1): void {
    const figure = this.#figure;
    const [rx, ry, rz] = this.#rig.head.radii;
    const jawTop = this.#rig.mouth.y - 8;
    for (let i = 0; i < from.length; i += 2) {
      const x = from[i]! * mirror;
      const y = from[i + 1]!;
      const z = depthAt(x / rx, y / ry, y, seat, rz);
      const near = Math.max(0, Math.min(1.2, z / rz));
      let outX = x * (1 - (1 - figure.cosYaw) * near) + z * figure.sinYaw;
      let outY = y * (1 - (1 - figure.cosPitch) * near) - z * figure.sinPitch;
      if (seat.jaw > 0) outY += figure.jaw * seat.jaw * smoothstep((y - jawTop) / 22);
      if (seat.sway !== 0) {
        const hang = Math.max(0, (y - this.#rig.hair.root) / this.#rig.hair.length);
        outX += figure.hair.x * seat.sway * hang * hang;
        outY += figure.hair.y * seat.sway * hang * hang;
      }
      to[i] = outX * mirror;
      to[i + 1] = outY;
    }
  }
}

/** Moves x, y pairs of the torso with shoulders, hips and breath. */
export function bendTorso(
  figure: Figure,
  from: Float32Array,
  to: Float32Array,
  mirror: 1 | -1,
): void {
  const breath = -(figure.leftY + figure.rightY) * 0.5;
  for (let i = 0; i < from.length; i += 2) {
    const x = from[i]! * mirror;
    const y = from[i + 1]!;
    const upper = 1 - smoothstep((y - 10) / TORSO_LENGTH);
    const shoulder = smoothstep(Math.abs(x) / 52) * (1 - smoothstep((y - 8) / 60));
    const dx = x > 0 ? figure.leftX : figure.rightX;
    const dy = x > 0 ? figure.leftY : figure.rightY;
    const chest = Math.max(0, 1 - Math.abs(y - 45) / 55);
    const wide = x * 0.008 * Math.max(-2, Math.min(2, breath)) * chest;
    to[i] = (x + figure.swayX * upper + dx * shoulder + wide) * mirror;
    to[i + 1] = y + figure.swayY * upper + dy * shoulder;
  }
}

function depthAt(u: number, v: number, y: number, seat: Seat, rz: number): number {
  const flat =
    typeof seat.depth === 'number'
      ? seat.depth
      : seat.depth[0] + (seat.depth[1] - seat.depth[0]) * Math.max(0, Math.min(1, (y + 40) / 80));
  if (seat.dome === 0) return flat;
  const s = 1 / seat.dome;
  return flat + rz * seat.dome * Math.sqrt(Math.max(0, 1 - u * u * s * s - v * v * s * s));
}
