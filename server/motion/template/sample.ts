/**
 * A template at one time, as a layer: the pose it asks for and the parts it moves. Used to compile
 * templates and by the editor while it scrubs.
 *
 * Eased keys of an elbow swing about the shoulder, those of a wrist about the elbow: limbs move on
 * arcs and keep their length. Keys with `linear` easing go straight, as captured motion should.
 */
import { ARKIT, type ArkitName } from '../../protocol/arkit.ts';
import { BODY, HAND_COUNT, type Pose } from '../../protocol/pose.ts';
import type { Template } from '../../protocol/template.ts';
import { locate, type Moment } from './easing.ts';
import { sampleHand, type HandKey } from './hand-track.ts';
import { PART, PART_OF_JOINT, PARTS, type Layer } from './layer.ts';

export type JointName = keyof typeof BODY;
type Tracks = Template['tracks'];
type PointKey = NonNullable<Tracks['body'][JointName]>[number];
type Place = readonly [x: number, y: number];

/** Where an untracked joint of an arm is taken to be: a host at rest, the avatar's left. */
const REST = { shoulder: [0.5, 0], elbow: [0.7, 0.8], wrist: [0.21, 1.04] } as const;
/** Nose, eyes and ears of a head that looks ahead, relative to the neck (avatar's left). */
const NOSE_Y = -0.62;
const EYE = [0.13, -0.72] as const;
const EAR = [0.29, -0.68] as const;
/** Swings farther than these bend towards the straight line, where the shorter way is a guess. */
const ARC_SURE = 1.7;
const ARC_LOST = 2.9;

/** Which of PARTS and which ARKit weights a template moves: 0 or 1 each. */
export function writeMask({ tracks }: Template, parts: Float32Array, face: Float32Array): void {
  parts.fill(0);
  face.fill(0);
  for (const name of Object.keys(tracks.body) as JointName[]) {
    if (name !== 'neck') parts[PART_OF_JOINT[BODY[name]]!] = 1;
  }
  if (tracks.head) parts[PART.head] = 1;
  if (tracks.leftHand) parts[PART.leftHand] = 1;
  if (tracks.rightHand) parts[PART.rightHand] = 1;
  for (const name of Object.keys(tracks.face) as ArkitName[]) face[ARKIT[name]] = 1;
}

/** The names of PARTS that a template moves, and `face`. */
export function templateParts(template: Template): string[] {
  const parts = new Float32Array(PARTS.length);
  writeMask(template, parts, new Float32Array(Object.keys(ARKIT).length));
  const names: string[] = PARTS.filter((_, index) => parts[index]! > 0);
  if (Object.keys(template.tracks.face).length > 0) names.push('face');
  return names;
}

/**
 * Writes what `template` says at `t` seconds. Points without a track have confidence 0; a head track
 * without points of the head places nose, eyes and ears by its angles.
 */
export function sampleTemplate(template: Template, t: number, out: Layer): void {
  writeMask(template, out.parts, out.face);
  samplePose(template, t, out.pose);
}

export function samplePose(template: Template, t: number, pose: Pose): void {
  const { tracks, seconds, loop } = template;
  const when: Moment = { t, seconds, loop };
  for (const values of Object.values(pose)) values.fill(0);
  for (const name of Object.keys(tracks.body) as JointName[]) {
    pose.body.set([...placeOf(tracks, name, when), 1], BODY[name] * 3);
  }
  pose.body.set([0, 0, 1], BODY.neck * 3);
  if (tracks.head) sampleHead(tracks.head, when, pose);
  if (tracks.leftHand) placeHand(tracks, 'left', when, pose.leftHand);
  if (tracks.rightHand) placeHand(tracks, 'right', when, pose.rightHand);
  for (const [name, keys] of Object.entries(tracks.face)) {
    const { from, to, share } = locate(keys, when);
    pose.face[ARKIT[name as ArkitName]] = mix(keys[from]!.value, keys[to]!.value, share);
  }
}

/** Where a template has a joint at `t` seconds; at rest when it has no track. */
export function sampleJoint(template: Template, joint: JointName, t: number): Place {
  const { tracks, seconds, loop } = template;
  return placeOf(tracks, joint, { t, seconds, loop });
}

function placeOf(tracks: Tracks, name: JointName, when: Moment): Place {
  const keys = tracks.body[name];
  if (!keys) return restOf(name);
  const { from, to, share } = locate(keys, when);
  const a = keys[from]!;
  const b = keys[to]!;
  const parent = PARENT[name];
  if (from === to || b.ease === 'linear' || !parent) {
    return [mix(a.x, b.x, share), mix(a.y, b.y, share)];
  }
  return swing(tracks, parent, { a, b, share }, when);
}

const PARENT: Partial<Record<JointName, JointName>> = {
  leftElbow: 'leftShoulder',
  leftWrist: 'leftElbow',
  rightElbow: 'rightShoulder',
  rightWrist: 'rightElbow',
};

/** From a to b about the parent: the angle turns, the (foreshortened) length changes evenly. */
function swing(
  tracks: Tracks,
  parent: JointName,
  { a, b, share }: { a: PointKey; b: PointKey; share: number },
  when: Moment,
): Place {
  const [px, py] = placeOf(tracks, parent, when);
  const [ax, ay] = offset(a, placeOf(tracks, parent, { ...when, t: a.t }));
  const [bx, by] = offset(b, placeOf(tracks, parent, { ...when, t: b.t }));
  const turn = Math.atan2(ax * by - ay * bx, ax * bx + ay * by);
  const angle = Math.atan2(ay, ax) + turn * share;
  const length = mix(Math.hypot(ax, ay), Math.hypot(bx, by), share);
  const doubt = (Math.abs(turn) - ARC_SURE) / (ARC_LOST - ARC_SURE);
  const straight = Math.max(0, Math.min(1, doubt));
  return [
    px + mix(Math.cos(angle) * length, mix(ax, bx, share), straight),
    py + mix(Math.sin(angle) * length, mix(ay, by, share), straight),
  ];
}

function offset(key: PointKey, [x, y]: Place): Place {
  return [key.x - x, key.y - y];
}

function restOf(name: JointName): Place {
  const side = name.startsWith('right') ? -1 : 1;
  const [x, y] = name.endsWith('Shoulder')
    ? REST.shoulder
    : name.endsWith('Elbow')
      ? REST.elbow
      : REST.wrist;
  return [x * side, y];
}

function placeHand(tracks: Tracks, side: 'left' | 'right', when: Moment, out: Float32Array): void {
  const keys: readonly HandKey[] = tracks[`${side}Hand`]!;
  const [elbowX, elbowY] = placeOf(tracks, `${side}Elbow`, when);
  const wrist = placeOf(tracks, `${side}Wrist`, when);
  const forearm = Math.atan2(wrist[1] - elbowY, wrist[0] - elbowX);
  sampleHand(keys, when, { side: side === 'left' ? 1 : -1, forearm, wrist }, out);
  for (let i = 0; i < HAND_COUNT; i += 1) out[i * 3 + 2] = 1;
}

/** Angles, and the head's points without tracks of their own: they follow angles and nose. */
function sampleHead(keys: NonNullable<Tracks['head']>, when: Moment, pose: Pose): void {
  const { from, to, share } = locate(keys, when);
  const a = keys[from]!;
  const b = keys[to]!;
  const yaw = mix(a.yaw, b.yaw, share);
  const pitch = mix(a.pitch, b.pitch, share);
  const roll = mix(a.roll, b.roll, share);
  pose.head.set([yaw, pitch, roll]);
  const sinYaw = Math.sin(yaw);
  const sinPitch = Math.sin(pitch);
  const turn = (x: number, y: number): Place => [
    x * Math.cos(roll) - y * Math.sin(roll),
    x * Math.sin(roll) + y * Math.cos(roll),
  ];
  const nose = turn(0.16 * sinYaw, NOSE_Y - 0.16 * sinPitch);
  const tracked = pose.body[BODY.nose * 3 + 2]! > 0;
  const dx = tracked ? pose.body[BODY.nose * 3]! - nose[0] : 0;
  const dy = tracked ? pose.body[BODY.nose * 3 + 1]! - nose[1] : 0;
  const put = (index: number, [x, y]: Place): void => {
    if (pose.body[index * 3 + 2] === 0) pose.body.set([x + dx, y + dy, 1], index * 3);
  };
  put(BODY.nose, nose);
  for (const side of [1, -1] as const) {
    const eye = turn(EYE[0] * side + 0.13 * sinYaw, EYE[1] - 0.13 * sinPitch);
    const ear = turn(EAR[0] * side - 0.02 * sinYaw, EAR[1] + 0.02 * sinPitch);
    put(side > 0 ? BODY.leftEye : BODY.rightEye, eye);
    put(side > 0 ? BODY.leftEar : BODY.rightEar, ear);
  }
}

function mix(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}
