/**
 * BVH motion as parts of the canonical pose: forward kinematics, then an orthographic view from the
 * front, where "front" is where the shoulders face over the whole clip. Which axis is up is read
 * from the motion itself: files have y or z up. Fingers and faces are not in BVH.
 */
import { BODY, BODY_COUNT } from '../../protocol/pose.ts';
import { parseBvh, type Bvh, type BvhJoint } from './bvh-parse.ts';
import { findSkeleton, type Skeleton } from './bvh-skeleton.ts';
import { anglesOfAxes } from './head-angles.ts';
import type { PoseParts } from './image-points.ts';
import type { MotionClip } from './motion-clip.ts';

type Vector = readonly [number, number, number];
/** The picture's axes in the file's world: x to the viewer's right, y up, z to the viewer. */
type View = { readonly x: Vector; readonly y: Vector; readonly z: Vector };

const MAX_CLIP_SECONDS = 60;

/** At most the first minute. Throws MotionDataError. */
export function fromBvh(text: string): MotionClip {
  const bvh = parseBvh(text);
  const skeleton = findSkeleton(bvh);
  const count = Math.min(bvh.frameCount, Math.floor(MAX_CLIP_SECONDS / bvh.frameSeconds) + 1);
  const rig = new Kinematics(bvh);
  const view = findView(rig, skeleton, count);
  rig.rest();
  const restView = findView(rig, skeleton, 0);
  const frames: PoseParts[] = [];
  for (let frame = 0; frame < count; frame += 1) {
    rig.update(frame);
    frames.push(project(rig, skeleton, view, restView));
  }
  return { rateHz: 1 / bvh.frameSeconds, frames };
}

/** Positions (3 floats) and rotations (9, row by row) of every joint in the world. */
export class Kinematics {
  readonly joints: readonly BvhJoint[];
  readonly positions: Float64Array;
  readonly rotations: Float64Array;
  readonly #bvh: Bvh;

  constructor(bvh: Bvh) {
    this.#bvh = bvh;
    this.joints = bvh.joints;
    this.positions = new Float64Array(bvh.joints.length * 3);
    this.rotations = new Float64Array(bvh.joints.length * 9);
  }

  /** All channels 0: the pose that the offsets are given in. */
  rest(): void {
    this.#walk(() => 0);
  }

  update(frame: number): void {
    const from = frame * this.#bvh.channelCount;
    this.#walk((channel) => this.#bvh.values[from + channel]!);
  }

  point(joint: number): Vector {
    const at = joint * 3;
    return [this.positions[at]!, this.positions[at + 1]!, this.positions[at + 2]!];
  }

  #walk(value: (channel: number) => number): void {
    let channel = 0;
    this.joints.forEach((joint, index) => {
      const local: [number, number, number] = [...joint.offset];
      let rotation: number[] = [...IDENTITY];
      for (const name of joint.channels) {
        const axis = 'XYZ'.indexOf(name[0]!) as 0 | 1 | 2;
        // A position stands instead of the offset; rotations are applied in the order given.
        if (name.endsWith('position')) local[axis] = value(channel);
        else rotation = multiply(rotation, turn(axis, (value(channel) * Math.PI) / 180));
        channel += 1;
      }
      this.#place(index, joint.parent, local, rotation);
    });
  }

  #place(index: number, parent: number, local: Vector, rotation: readonly number[]): void {
    if (parent < 0) {
      this.positions.set(local, index * 3);
      this.rotations.set(rotation, index * 9);
      return;
    }
    const above = this.rotations.subarray(parent * 9, parent * 9 + 9);
    for (let row = 0; row < 3; row += 1) {
      const moved =
        above[row * 3]! * local[0] +
        above[row * 3 + 1]! * local[1] +
        above[row * 3 + 2]! * local[2];
      this.positions[index * 3 + row] = this.positions[parent * 3 + row]! + moved;
    }
    this.rotations.set(multiply(above, rotation), index * 9);
  }
}

/** Mean directions over the frames (0: as the rig stands now). */
function findView(rig: Kinematics, skeleton: Skeleton, count: number): View {
  const { left, right, root } = skeleton;
  let rise: Vector = [0, 0, 0];
  let aside: Vector = [0, 0, 0];
  const step = Math.max(1, Math.floor(count / 200));
  for (let frame = 0; frame < Math.max(1, count); frame += step) {
    if (count > 0) rig.update(frame);
    const [l, r] = [rig.point(left.shoulder), rig.point(right.shoulder)];
    const low = left.ankle !== undefined && right.ankle !== undefined
      ? middle(rig.point(left.ankle), rig.point(right.ankle))
      : rig.point(root); // prettier-ignore
    rise = add(rise, subtract(middle(l, r), low));
    aside = add(aside, subtract(l, r));
  }
  const axis = rise.map(Math.abs).indexOf(Math.max(...rise.map(Math.abs)));
  const y = [0, 1, 2].map((i) => (i === axis ? Math.sign(rise[i]!) : 0)) as unknown as Vector;
  const level = subtract(aside, scale(y, dot(aside, y)));
  const x = scale(level, 1 / Math.max(1e-9, Math.hypot(...level)));
  return { x, y, z: cross(x, y) };
}

function project(rig: Kinematics, skeleton: Skeleton, view: View, restView: View): PoseParts {
  const { left, right, head } = skeleton;
  const [l, r] = [rig.point(left.shoulder), rig.point(right.shoulder)];
  const neck = middle(l, r);
  // The distance in space: a body that turns sideways must not grow.
  const width = Math.max(1e-9, Math.hypot(...subtract(l, r)));
  const body = new Float32Array(BODY_COUNT * 3);
  body[BODY.neck * 3 + 2] = 1;
  for (const [name, joint] of bodyJoints(skeleton)) {
    const away = subtract(rig.point(joint), neck);
    body.set([dot(away, view.x) / width, -dot(away, view.y) / width, 1], BODY[name] * 3);
  }
  if (head === undefined) return { body };
  const rotation = rig.rotations.subarray(head * 9, head * 9 + 9);
  const seen = (axis: Vector): number[] => {
    const turned = rotate(rotation, axis);
    return [dot(turned, view.x), dot(turned, view.y), dot(turned, view.z)];
  };
  return { body, head: anglesOfAxes(seen(restView.x), seen(restView.y), seen(restView.z)) };
}

function bodyJoints({ left, right }: Skeleton): [keyof typeof BODY, number][] {
  const all: [keyof typeof BODY, number | undefined][] = [
    ['leftShoulder', left.shoulder],
    ['leftElbow', left.elbow],
    ['leftWrist', left.wrist],
    ['leftHip', left.hip],
    ['leftKnee', left.knee],
    ['leftAnkle', left.ankle],
    ['rightShoulder', right.shoulder],
    ['rightElbow', right.elbow],
    ['rightWrist', right.wrist],
    ['rightHip', right.hip],
    ['rightKnee', right.knee],
    ['rightAnkle', right.ankle],
  ];
  return all.flatMap(([name, joint]) => (joint === undefined ? [] : [[name, joint]]));
}

const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0, 1] as const;

/** Rotation about one axis, row by row. */
function turn(axis: 0 | 1 | 2, angle: number): number[] {
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  if (axis === 0) return [1, 0, 0, 0, c, -s, 0, s, c];
  if (axis === 1) return [c, 0, s, 0, 1, 0, -s, 0, c];
  return [c, -s, 0, s, c, 0, 0, 0, 1];
}

function multiply(a: ArrayLike<number>, b: ArrayLike<number>): number[] {
  return Array.from({ length: 9 }, (_, i) => {
    const row = i - (i % 3);
    const column = i % 3;
    return a[row]! * b[column]! + a[row + 1]! * b[3 + column]! + a[row + 2]! * b[6 + column]!;
  });
}

function rotate(m: ArrayLike<number>, [x, y, z]: Vector): Vector {
  return [
    m[0]! * x + m[1]! * y + m[2]! * z,
    m[3]! * x + m[4]! * y + m[5]! * z,
    m[6]! * x + m[7]! * y + m[8]! * z,
  ];
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function add(a: Vector, b: Vector): Vector {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

function subtract(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

function scale(a: Vector, by: number): Vector {
  return [a[0] * by, a[1] * by, a[2] * by];
}

function middle(a: Vector, b: Vector): Vector {
  return scale(add(a, b), 0.5);
}
