/**
 * The corners and triangles of an animated photo, made once: eyeballs and mouth behind, then rings
 * from the face's outline to beyond the picture's edges, so that hair, neck and shoulders go along,
 * then the face's own mesh, whose chin may pass over the neck. Corners that follow another one go where its muscles take it. Pure.
 */
import type { Size } from '../picture/still.ts';
import {
  fromFace,
  plus,
  pointAt,
  scaled,
  toFace,
  type FaceFrame,
  type Vector,
} from './face-frame.ts';
import {
  CHIN,
  COLUMNS,
  EYES,
  FACE_TRIANGLES,
  INNER_MOUTH,
  LOWER_LIP,
  MESH_POINTS,
  OVAL,
  UPPER_LIP,
  type EyePoints,
} from './landmarks.ts';
import { PATCHES, type Patch } from './mouth-parts.ts';
import { step, type Moved } from './muscles.ts';

/** What changes a corner's opacity while the mouth moves. */
export type Fade = 'none' | 'teeth' | 'lowerTeeth';

export type Corner = Moved & {
  /** Where its colour lies on the texture, pixels. */
  readonly u: number;
  readonly v: number;
  /** The corner whose muscles move it; itself unless said otherwise, undefined: none do. */
  readonly follows: number | undefined;
  /** How much it turns with the head, and how much it belongs to the shoulders: 0..1. */
  readonly head: number;
  readonly shoulders: number;
  readonly opacity: number;
  readonly fade: Fade;
  /** The eye that it looks around with. */
  readonly iris: 'right' | 'left' | undefined;
};

export type PhotoMesh = {
  readonly corners: readonly Corner[];
  readonly triangles: readonly number[];
  /** Whether the photo itself shows teeth. */
  readonly ownTeeth: boolean;
};

type Ground = {
  readonly points: Float32Array;
  readonly frame: FaceFrame;
  readonly size: Size;
  /** First row of the mouth's parts on the texture. */
  readonly partsAt: number;
  /** Whether the person is apart from the background. */
  readonly apart: boolean;
};

/** How far out each ring lies, 1: the face's outline. */
const RINGS = [1.07, 1.16, 1.28, 1.44, 1.65, 1.95, 2.3, 2.8, 3.5, 4.5, 6, 8.5, 13, 20];
/** Width of the strips that soften the edges of lips and lids, pixels. */
const LIP_STRIP = 1.4;
const LID_STRIP = 0.9;
/** Lips further apart than this, as a share of the face's width, show teeth. */
const PARTED = 0.03;

export function photoMesh(ground: Ground): PhotoMesh {
  const builder = new Builder(ground);
  builder.addFace();
  const ownTeeth = builder.lipGap > PARTED * ground.frame.width;
  builder.addEye('right');
  builder.addEye('left');
  builder.addMouth(ownTeeth);
  builder.addRings();
  builder.addFaceTriangles();
  builder.addStrip(INNER_MOUTH, LIP_STRIP);
  for (const eye of [EYES.right, EYES.left]) {
    builder.addStrip([...eye.upper, ...eye.lower.slice(1, -1).reverse()], LID_STRIP);
  }
  return { corners: builder.corners, triangles: builder.triangles, ownTeeth };
}

const PLAIN = { opacity: 1, fade: 'none', iris: undefined } as const;

class Builder {
  readonly corners: Corner[] = [];
  readonly triangles: number[] = [];
  readonly #ground: Ground;
  readonly #chinY: number;

  constructor(ground: Ground) {
    this.#ground = ground;
    this.#chinY = toFace(ground.frame, pointAt(ground.points, CHIN))[1];
  }

  get lipGap(): number {
    const { frame, points } = this.#ground;
    const [upper, lower] = [UPPER_LIP[3][5], LOWER_LIP[3][5]].map((i) => pointAt(points, i));
    return toFace(frame, lower!)[1] - toFace(frame, upper!)[1];
  }

  /** Corner i is landmark i, also for those that come later. */
  addFace(): void {
    for (let i = 0; i < MESH_POINTS; i += 1) {
      const at = this.#flatter(pointAt(this.#ground.points, i));
      this.#push({ ...PLAIN, at, u: at[0], v: at[1], landmark: i, share: 1, follows: i });
    }
  }

  /** Cheeks fall off to the ears evenly: where they are steep they would pass over their own edge. */
  #flatter(at: Vector): Vector {
    const { frame } = this.#ground;
    const side = Math.abs(toFace(frame, at)[0]) / (frame.width / 2);
    const kept = 1 - 0.6 * step(0.45, 0.95, side);
    return [at[0], at[1], frame.depth + (at[2] - frame.depth) * kept];
  }

  addFaceTriangles(): void {
    for (const corner of FACE_TRIANGLES) this.triangles.push(corner);
  }

  addRings(): void {
    const { points, frame } = this.#ground;
    const outline = OVAL.map((index) => pointAt(points, index));
    const centre = scaled(outline.reduce(plus), 1 / outline.length);
    let before: readonly number[] = OVAL;
    for (const factor of RINGS) {
      const behind = 1 - Math.exp(-(((factor - 1) / 0.22) ** 2));
      const share = Math.exp(-(((factor - 1) / 0.24) ** 2));
      const ring = outline.map(([x, y, z]) => {
        const at: Vector = [
          centre[0] + (x - centre[0]) * factor,
          centre[1] + (y - centre[1]) * factor,
          z + (frame.depth - z) * behind,
        ];
        const far = this.#ground.apart ? 1 : 1 - step(1.5, 3, factor);
        const corner = { ...PLAIN, at, u: at[0], v: at[1], landmark: undefined, share };
        return this.#push({ ...corner, follows: this.corners.length }, far);
      });
      this.#band(before, ring);
      before = ring;
    }
  }

  /** Soft inner edge of a hole: outwards corners of the mesh, inwards clear ones that follow them. */
  addStrip(hole: readonly number[], width: number): void {
    const count = hole.length;
    const inner = hole.map((corner, i) => {
      const [a, b] = [
        this.corners[hole[(i + count - 1) % count]!]!,
        this.corners[hole[(i + 1) % count]!]!,
      ];
      const [dx, dy] = [b.at[0] - a.at[0], b.at[1] - a.at[1]];
      const away = Math.max(1e-3, Math.hypot(dx, dy));
      // The hole lies to the right of the way round it.
      const turn = this.#turn(hole);
      const from = this.corners[corner]!;
      const at: Vector = [
        from.at[0] - (turn * dy * width) / away,
        from.at[1] + (turn * dx * width) / away,
        from.at[2],
      ];
      return this.#push({ ...from, at, opacity: 0, follows: corner, landmark: undefined });
    });
    this.#band(hole, inner);
  }

  /** The eyeball: iris, white to the lids and a little beneath them. */
  addEye(side: 'right' | 'left'): void {
    const eye: EyePoints = EYES[side];
    const { points } = this.#ground;
    const lids = [...eye.upper, ...eye.lower.slice(1, -1).reverse()].map((i) => pointAt(points, i));
    const centre = pointAt(points, eye.iris);
    const radius = [1, 2, 3, 4].reduce((sum, k) => {
      const rim = pointAt(points, eye.iris + k);
      return sum + Math.hypot(rim[0] - centre[0], rim[1] - centre[1]) / 4;
    }, 0);
    const z = lids.reduce((sum, lid) => sum + lid[2] / lids.length, 0);
    const put = (at: Vector, follow: boolean): number =>
      this.#push({
        ...{ ...PLAIN, at: [at[0], at[1], z] as const, u: at[0], v: at[1], share: 1 },
        ...{ landmark: undefined, follows: undefined, iris: follow ? side : undefined },
      });
    const middle = put(centre, true);
    const rims = [0.55, 1.12].map((factor) =>
      lids.map(([x, y]) => {
        const away = Math.max(1e-3, Math.hypot(x - centre[0], y - centre[1]));
        const r = (factor * radius) / away;
        return put([centre[0] + (x - centre[0]) * r, centre[1] + (y - centre[1]) * r, z], true);
      }),
    );
    const edge = lids.map((lid) => put(lid, false));
    const under = edge.map((corner) => {
      const { at, u, v } = this.corners[corner]!;
      const out: Vector = [
        at[0] + (at[0] - centre[0]) * 0.15,
        at[1] + (at[1] - centre[1]) * 0.35,
        z,
      ];
      // White goes on beneath the lid.
      const from = { u: u + (centre[0] - u) * 0.06, v: v + (centre[1] - v) * 0.12 };
      return this.#push({ ...this.corners[corner]!, at: out, ...from });
    });
    rims[0]!.forEach((corner, i) =>
      this.triangles.push(middle, corner, rims[0]![(i + 1) % lids.length]!),
    );
    this.#band(rims[0]!, rims[1]!);
    // A lid that covers part of the iris lies within it: the edge goes last, over what sticks out.
    this.#band(rims[1]!, edge);
    this.#band(edge, under);
  }

  /** From the back: the dark, tongue, lower teeth, upper teeth. */
  addMouth(ownTeeth: boolean): void {
    this.#addDark();
    const { frame } = this.#ground;
    const w = frame.width;
    const half = Math.min(frame.mouthWidth, 0.46 * w) / 2;
    const [top, bottom] = this.#lipLine();
    this.#addPart('tongue', { half: half * 0.72, top: bottom - 0.055 * w, height: 0.17 * w, bend: 0.02 * w, depth: 0.06 * w }, 'jaw', 'none'); // prettier-ignore
    this.#addPart('lowerTeeth', { half: half * 0.66, top: bottom - 0.012 * w, height: 0.05 * w, bend: -0.015 * w, depth: 0.04 * w }, 'jaw', 'lowerTeeth'); // prettier-ignore
    if (ownTeeth) this.#addOwnTeeth();
    else this.#addPart('upperTeeth', { half: half * 0.8, top: top - 0.025 * w, height: 0.08 * w, bend: -0.02 * w, depth: 0.03 * w }, 'skull', 'none'); // prettier-ignore
  }

  #lipLine(): readonly [number, number] {
    const { frame, points } = this.#ground;
    const y = (landmark: number): number => toFace(frame, pointAt(points, landmark))[1];
    return [y(UPPER_LIP[3][5]), y(LOWER_LIP[3][5])];
  }

  #addDark(): void {
    const rows = [UPPER_LIP[3], LOWER_LIP[3]].map((row, v) =>
      row.map((landmark, column) => {
        const at = pointAt(this.#ground.points, landmark);
        const part = this.#onPatch(PATCHES.dark, column / (COLUMNS - 1), v);
        const corner = { ...PLAIN, at, ...part, share: 1, landmark: undefined };
        return this.#push({ ...corner, follows: landmark });
      }),
    );
    this.#strip(rows[0]!, rows[1]!);
  }

  /** The photo's teeth stay where they are; their lower edge grows soft when the jaw goes down. */
  #addOwnTeeth(): void {
    const { points } = this.#ground;
    const rows = [UPPER_LIP[3], LOWER_LIP[3]].map((row) => row.map((i) => pointAt(points, i)));
    const [upper, lower] = [rows[0]!, rows[1]!];
    const between = (share: number): readonly number[] =>
      upper.map((at, column) => {
        const low = lower[column]!;
        const mixed = plus(scaled(at, 1 - share), scaled(low, share));
        return this.#push({
          ...{ ...PLAIN, at: mixed, u: mixed[0], v: mixed[1], share: 1, landmark: undefined },
          // A lip that is drawn up shows more of the tooth, not a gap above it.
          follows: share === 0 ? UPPER_LIP[3][column] : undefined,
          fade: share === 1 ? 'teeth' : 'none',
        });
      });
    const [first, second, third] = [between(0), between(0.72), between(1)];
    this.#strip(first, second);
    this.#strip(second, third);
  }

  #addPart(
    name: keyof typeof PATCHES,
    shape: { half: number; top: number; height: number; bend: number; depth: number },
    bone: 'jaw' | 'skull',
    fade: Fade,
  ): void {
    const { frame } = this.#ground;
    const follows = bone === 'jaw' ? LOWER_LIP[0][5] : undefined;
    const rows = [0, 1].map((v) =>
      Array.from({ length: COLUMNS }, (_, column) => {
        const t = (2 * column) / (COLUMNS - 1) - 1;
        const y = shape.top + shape.height * v + shape.bend * t * t;
        const at = plus(
          frame.mouth,
          fromFace(frame, [shape.half * t, y, shape.depth * (1 + t * t)]),
        );
        const part = this.#onPatch(PATCHES[name], column / (COLUMNS - 1), v);
        const corner = { ...PLAIN, at, ...part, share: 1, landmark: undefined };
        return this.#push({ ...corner, follows, fade });
      }),
    );
    this.#strip(rows[0]!, rows[1]!);
  }

  #onPatch(patch: Patch, u: number, v: number): { u: number; v: number } {
    const top = this.#ground.partsAt + patch.y;
    return { u: patch.x + 0.5 + u * (patch.width - 1), v: top + 0.5 + v * (patch.height - 1) };
  }

  /** `far`: how much of it still goes with the head, by its distance. */
  #push(corner: Omit<Corner, 'head' | 'shoulders'>, far = 1): number {
    const { frame } = this.#ground;
    const [x, y] = toFace(frame, corner.at);
    const under = (y - this.#chinY) / frame.height;
    const head = far * (1 - step(-0.02, 0.62, under));
    const beside = Math.abs(x) / frame.width;
    const shoulders = step(0.25, 0.8, under) * step(0, 0.6, beside + under * 0.5);
    this.corners.push({ ...corner, head, shoulders });
    return this.corners.length - 1;
  }

  /** Two closed rows of the same length. */
  #band(inner: readonly number[], outer: readonly number[]): void {
    inner.forEach((a, i) => {
      const b = inner[(i + 1) % inner.length]!;
      const [c, d] = [outer[i]!, outer[(i + 1) % inner.length]!];
      this.triangles.push(a, b, c, b, d, c);
    });
  }

  /** Two open rows of the same length. */
  #strip(first: readonly number[], second: readonly number[]): void {
    for (let i = 0; i + 1 < first.length; i += 1) {
      const [a, b, c, d] = [first[i]!, first[i + 1]!, second[i]!, second[i + 1]!];
      this.triangles.push(a, b, c, b, d, c);
    }
  }

  /** 1 for a hole that is gone round clockwise as the viewer sees it, else -1. */
  #turn(hole: readonly number[]): number {
    let area = 0;
    hole.forEach((corner, i) => {
      const [a, b] = [this.corners[corner]!.at, this.corners[hole[(i + 1) % hole.length]!]!.at];
      area += a[0] * b[1] - b[0] * a[1];
    });
    return Math.sign(area) || 1;
  }
}
