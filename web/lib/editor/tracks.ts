/**
 * The tracks of a template by name, whatever their kind, and the lanes that the timeline shows: one
 * for each part of the body, which opens into its tracks. Pure.
 */
import {
  ARKIT_NAMES,
  JOINT_NAMES,
  type ArkitName,
  type Template,
} from '../../../server/protocol/index.ts';
import type { JointName } from '../../../server/motion/template/sample.ts';

export type Tracks = Template['tracks'];
export type PointKey = NonNullable<Tracks['body'][JointName]>[number];
export type HeadKey = NonNullable<Tracks['head']>[number];
export type HandKey = NonNullable<Tracks['leftHand']>[number];
export type WeightKey = NonNullable<Tracks['face'][ArkitName]>[number];
export type AnyKey = PointKey | HeadKey | HandKey | WeightKey;
export type Ease = AnyKey['ease'];

export type TrackId = `body.${JointName}` | `face.${ArkitName}` | 'head' | 'leftHand' | 'rightHand';

export const LANES = [
  'head',
  'face',
  'rightArm',
  'rightHand',
  'leftArm',
  'leftHand',
  'torso',
  'legs',
] as const;
export type Lane = (typeof LANES)[number];

const JOINT_LANES: Readonly<Record<JointName, Lane | null>> = {
  nose: 'head',
  rightEye: 'head',
  leftEye: 'head',
  rightEar: 'head',
  leftEar: 'head',
  // The origin of all others: it has no place of its own.
  neck: null,
  rightShoulder: 'torso',
  leftShoulder: 'torso',
  rightHip: 'torso',
  leftHip: 'torso',
  rightElbow: 'rightArm',
  rightWrist: 'rightArm',
  leftElbow: 'leftArm',
  leftWrist: 'leftArm',
  rightKnee: 'legs',
  rightAnkle: 'legs',
  leftKnee: 'legs',
  leftAnkle: 'legs',
};

/** Closer than this, two keys are at the same time: half a frame at 60 Hz. */
const SAME_SECONDS = 1 / 120;

export const isSameTime = (a: number, b: number): boolean => Math.abs(a - b) < SAME_SECONDS;

/** All tracks that have keys, in the order of lanes. */
export function trackIds(tracks: Tracks): readonly TrackId[] {
  const body = JOINT_NAMES.filter((joint) => tracks.body[joint]).map(
    (joint): TrackId => `body.${joint}`,
  );
  const face = ARKIT_NAMES.filter((name) => tracks.face[name]).map(
    (name): TrackId => `face.${name}`,
  );
  const hands = (['leftHand', 'rightHand'] as const).filter((hand) => tracks[hand]);
  const all: TrackId[] = [...(tracks.head ? ['head' as const] : []), ...face, ...body, ...hands];
  return all.sort((a, b) => LANES.indexOf(laneOf(a)) - LANES.indexOf(laneOf(b)));
}

export function laneOf(id: TrackId): Lane {
  if (id === 'head' || id === 'leftHand' || id === 'rightHand') return id;
  if (id.startsWith('face.')) return 'face';
  return JOINT_LANES[id.slice('body.'.length) as JointName] ?? 'torso';
}

export function tracksOfLane(tracks: Tracks, lane: Lane): readonly TrackId[] {
  return trackIds(tracks).filter((id) => laneOf(id) === lane);
}

export function keysOf(tracks: Tracks, id: TrackId): readonly AnyKey[] {
  if (id === 'head' || id === 'leftHand' || id === 'rightHand') return tracks[id] ?? [];
  if (id.startsWith('face.')) return tracks.face[id.slice(5) as ArkitName] ?? [];
  return tracks.body[id.slice(5) as JointName] ?? [];
}

/** A track without keys is left out: that part is nobody's. */
export function withKeys(tracks: Tracks, id: TrackId, keys: readonly AnyKey[]): Tracks {
  const value = keys.length > 0 ? keys : undefined;
  if (id === 'head' || id === 'leftHand' || id === 'rightHand') {
    return withEntry(tracks, id, value) as Tracks;
  }
  const group = id.startsWith('face.') ? 'face' : 'body';
  return { ...tracks, [group]: withEntry(tracks[group], id.slice(5), value) };
}

/** The times at which any of the tracks has a key, in order. */
export function timesOf(tracks: Tracks, ids: readonly TrackId[]): readonly number[] {
  const times: number[] = [];
  for (const id of ids) {
    for (const { t } of keysOf(tracks, id)) {
      if (!times.some((other) => isSameTime(other, t))) times.push(t);
    }
  }
  return times.sort((a, b) => a - b);
}

function withEntry(record: object, name: string, value: unknown): object {
  const rest = Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));
  return value === undefined ? rest : { ...rest, [name]: value };
}
