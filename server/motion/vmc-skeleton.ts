/**
 * From Unity bone rotations to the canonical pose by forward kinematics on a standard skeleton: the
 * sender's own proportions don't matter. Pure, allocation-free; main thread.
 *
 * Unity is left-handed: x to the right, y up, z ahead; a model looks along +z, so its left is at -x.
 * The viewer stands before it: picture x = -x, picture y = -y. A quaternion turns vectors by the
 * same formula in either handedness, so everything is calculated in Unity's axes.
 * Bones: https://docs.unity3d.com/ScriptReference/HumanBodyBones.html, identity = T-pose (VRM).
 */
import { BODY, HAND_COUNT, type Pose } from '../protocol/pose.ts';
import { anglesOfAxes } from './convert/head-angles.ts';

type Offset = readonly [x: number, y: number, z: number];
type Joint = { readonly bone: string; readonly parent: number; readonly offset: Offset };

/** Metres; 0.34 between the shoulder joints is the pose's unit. */
const SHOULDER_WIDTH = 0.34;
const SIDES = ['Left', 'Right'] as const;
const TRUNK: readonly (readonly [bone: string, parent: string, offset: Offset])[] = [
  ['Spine', 'Hips', [0, 0.08, 0]],
  ['Chest', 'Spine', [0, 0.12, 0]],
  ['UpperChest', 'Chest', [0, 0.12, 0]],
  ['Neck', 'UpperChest', [0, 0.13, 0]],
  ['Head', 'Neck', [0, 0.08, 0]],
];
/** Of the left side; the right one is mirrored in x. */
const LIMBS: typeof TRUNK = [
  ['Shoulder', 'UpperChest', [-0.03, 0.1, 0]],
  ['UpperArm', 'Shoulder', [-0.14, 0, 0]],
  ['LowerArm', 'UpperArm', [-0.28, 0, 0]],
  ['Hand', 'LowerArm', [-0.25, 0, 0]],
  ['UpperLeg', 'Hips', [-0.102, -0.07, 0]],
  ['LowerLeg', 'UpperLeg', [0, -0.36, 0]],
  ['Foot', 'LowerLeg', [0, -0.31, 0]],
];
/** Root beside the wrist, then the bones' lengths to the tip, along the hand of the left side. */
const FINGERS: readonly (readonly [string, Offset, readonly [number, number, number], number])[] = [
  ['Thumb', [-0.022, -0.006, 0.028], [0.036, 0.03, 0.025], 0.9],
  ['Index', [-0.085, 0, 0.026], [0.035, 0.022, 0.018], 0],
  ['Middle', [-0.087, 0, 0.003], [0.04, 0.025, 0.018], 0],
  ['Ring', [-0.083, 0, -0.019], [0.036, 0.023, 0.018], 0],
  ['Little', [-0.075, 0, -0.038], [0.028, 0.018, 0.016], 0],
];
const SEGMENTS = ['Proximal', 'Intermediate', 'Distal', 'Tip'] as const;
/** Points of the head from its joint, the left ones; see REST of the rig's hosts. */
const NOSE: Offset = [0, 0.1, 0.1];
const EYE: Offset = [-0.044, 0.135, 0.08];
const EAR: Offset = [-0.099, 0.12, 0];

const JOINTS = createJoints();
const INDEX: ReadonlyMap<string, number> = new Map(JOINTS.map(({ bone }, i) => [bone, i]));

export class VmcSkeleton {
  /** x, y, z, w of every joint's own rotation, and of it and all above it. */
  readonly #local = new Float64Array(JOINTS.length * 4);
  readonly #world = new Float64Array(JOINTS.length * 4);
  readonly #places = new Float64Array(JOINTS.length * 3);
  readonly #seen = new Uint8Array(JOINTS.length);
  readonly #root = Float64Array.of(0, 0, 0, 1);
  readonly #turned = new Float64Array(3);

  constructor() {
    for (let i = 3; i < this.#local.length; i += 4) this.#local[i] = 1;
  }

  /** Whether a bone has ever been told. */
  has(bone: string): boolean {
    return this.#seen[INDEX.get(bone) ?? -1] === 1;
  }

  /** Forgets what was told, for another sender. */
  reset(): void {
    this.#local.fill(0);
    for (let i = 3; i < this.#local.length; i += 4) this.#local[i] = 1;
    this.#root.set([0, 0, 0, 1]);
    this.#seen.fill(0);
  }

  /** A unit quaternion; `root` is the whole model's. Unknown bones are ignored. */
  turn(bone: string, rotation: readonly [number, number, number, number]): void {
    if (bone === 'root') {
      this.#root.set(rotation);
      return;
    }
    const index = INDEX.get(bone);
    if (index === undefined) return;
    this.#local.set(rotation, index * 4);
    this.#seen[index] = 1;
  }

  /** Writes body, hands and head; what was never told gets confidence 0. */
  write(pose: Pose): void {
    this.#solve();
    this.#writeBody(pose.body);
    this.#writeHand('Left', pose.leftHand);
    this.#writeHand('Right', pose.rightHand);
    this.#writeHead(pose);
  }

  #solve(): void {
    const [world, places] = [this.#world, this.#places];
    for (const [i, { parent, offset }] of JOINTS.entries()) {
      const above = parent < 0 ? this.#root : world.subarray(parent * 4, parent * 4 + 4);
      multiply(above, this.#local.subarray(i * 4, i * 4 + 4), world.subarray(i * 4, i * 4 + 4));
      rotate(above, offset, this.#turned);
      for (let axis = 0; axis < 3; axis += 1) {
        const from = parent < 0 ? 0 : places[parent * 3 + axis]!;
        places[i * 3 + axis] = from + this.#turned[axis]!;
      }
    }
  }

  #writeBody(body: Float32Array): void {
    body.fill(0);
    body[BODY.neck * 3 + 2] = 1;
    for (const side of SIDES) {
      const at = (joint: 'Shoulder' | 'Elbow' | 'Wrist' | 'Hip' | 'Knee' | 'Ankle'): number =>
        BODY[`${side === 'Left' ? 'left' : 'right'}${joint}`];
      const arm = this.has(`${side}UpperArm`) ? 1 : 0;
      const leg = this.has(`${side}UpperLeg`) ? 1 : 0;
      const trunk = arm || (this.has('Chest') || this.has('Spine') || this.has('Hips') ? 1 : 0);
      this.#put(body, at('Shoulder'), `${side}UpperArm`, trunk);
      this.#put(body, at('Elbow'), `${side}LowerArm`, arm);
      this.#put(body, at('Wrist'), `${side}Hand`, this.has(`${side}LowerArm`) ? arm : 0);
      this.#put(body, at('Hip'), `${side}UpperLeg`, trunk);
      this.#put(body, at('Knee'), `${side}LowerLeg`, leg);
      this.#put(body, at('Ankle'), `${side}Foot`, leg);
    }
  }

  #writeHead(pose: Pose): void {
    const index = INDEX.get('Head')!;
    const world = this.#world.subarray(index * 4, index * 4 + 4);
    const sure = this.has('Head') || this.has('Neck') ? 1 : 0;
    const place = (joint: number, [x, y, z]: Offset, side: 1 | -1): void => {
      rotate(world, [x * side, y, z], this.#turned);
      for (let axis = 0; axis < 3; axis += 1) {
        this.#turned[axis]! += this.#places[index * 3 + axis]!;
      }
      this.#project(this.#turned, pose.body, joint, sure);
    };
    place(BODY.nose, NOSE, 1);
    place(BODY.leftEye, EYE, 1);
    place(BODY.rightEye, EYE, -1);
    place(BODY.leftEar, EAR, 1);
    place(BODY.rightEar, EAR, -1);
    const axis = (unit: Offset): number[] => {
      rotate(world, unit, this.#turned);
      return [-this.#turned[0]!, this.#turned[1]!, this.#turned[2]!];
    };
    pose.head.set(anglesOfAxes(axis([-1, 0, 0]), axis([0, 1, 0]), axis([0, 0, 1])));
  }

  #writeHand(side: (typeof SIDES)[number], hand: Float32Array): void {
    hand.fill(0);
    const told = FINGERS.some(([finger]) => this.has(`${side}${finger}Proximal`));
    if (!told) return;
    this.#put(hand, 0, `${side}Hand`, 1);
    for (let point = 1; point < HAND_COUNT; point += 1) {
      const [finger] = FINGERS[Math.floor((point - 1) / 4)]!;
      this.#put(hand, point, `${side}${finger}${SEGMENTS[(point - 1) % 4]!}`, 1);
    }
  }

  #put(points: Float32Array, point: number, bone: string, sure: number): void {
    const index = INDEX.get(bone)!;
    this.#project(this.#places.subarray(index * 3, index * 3 + 3), points, point, sure);
  }

  /** Unity metres to shoulder widths about the middle between the shoulders. */
  #project(place: Float64Array, points: Float32Array, point: number, sure: number): void {
    const left = INDEX.get('LeftUpperArm')! * 3;
    const right = INDEX.get('RightUpperArm')! * 3;
    const neckX = (this.#places[left]! + this.#places[right]!) / 2;
    const neckY = (this.#places[left + 1]! + this.#places[right + 1]!) / 2;
    points[point * 3] = -(place[0]! - neckX) / SHOULDER_WIDTH;
    points[point * 3 + 1] = -(place[1]! - neckY) / SHOULDER_WIDTH;
    points[point * 3 + 2] = sure;
  }
}

/** Every joint after its parent. */
function createJoints(): readonly Joint[] {
  const joints: Joint[] = [{ bone: 'Hips', parent: -1, offset: [0, 0, 0] }];
  const add = (bone: string, above: string, offset: Offset): void => {
    joints.push({ bone, parent: joints.findIndex((joint) => joint.bone === above), offset });
  };
  for (const [bone, above, offset] of TRUNK) add(bone, above, offset);
  for (const side of SIDES) {
    const mirror = ([x, y, z]: Offset): Offset => [side === 'Left' ? x : -x, y, z];
    const named = (bone: string): string =>
      bone === 'Hips' || bone === 'UpperChest' ? bone : side + bone;
    for (const [bone, above, offset] of LIMBS) add(side + bone, named(above), mirror(offset));
    for (const [finger, root, lengths, spread] of FINGERS) {
      add(`${side}${finger}Proximal`, `${side}Hand`, mirror(root));
      for (const [i, length] of lengths.entries()) {
        const along: Offset = [-length * Math.cos(spread), 0, length * Math.sin(spread)];
        add(
          `${side}${finger}${SEGMENTS[i + 1]!}`,
          `${side}${finger}${SEGMENTS[i]!}`,
          mirror(along),
        );
      }
    }
  }
  return joints;
}

/** Hamilton's product a b: b first, then a. */
function multiply(a: ArrayLike<number>, b: ArrayLike<number>, out: Float64Array): void {
  const [ax, ay, az, aw] = [a[0]!, a[1]!, a[2]!, a[3]!];
  const [bx, by, bz, bw] = [b[0]!, b[1]!, b[2]!, b[3]!];
  out[0] = aw * bx + ax * bw + ay * bz - az * by;
  out[1] = aw * by - ax * bz + ay * bw + az * bx;
  out[2] = aw * bz + ax * by - ay * bx + az * bw;
  out[3] = aw * bw - ax * bx - ay * by - az * bz;
}

/** q v q*, as v + 2 w (u x v) + 2 u x (u x v). */
function rotate(q: ArrayLike<number>, v: Offset, out: Float64Array): void {
  const [x, y, z, w] = [q[0]!, q[1]!, q[2]!, q[3]!];
  const cx = 2 * (y * v[2] - z * v[1]);
  const cy = 2 * (z * v[0] - x * v[2]);
  const cz = 2 * (x * v[1] - y * v[0]);
  out[0] = v[0] + w * cx + y * cz - z * cy;
  out[1] = v[1] + w * cy + z * cx - x * cz;
  out[2] = v[2] + w * cz + x * cy - y * cx;
}
