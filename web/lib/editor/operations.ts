/** What the keyframe editor does to a template. Every function returns a new one. Pure. */
import {
  ARKIT,
  createPose,
  type ArkitName,
  type Template,
} from '../../../server/protocol/index.ts';
import { sampleJoint, samplePose, type JointName } from '../../../server/motion/template/sample.ts';
import { heldElbow, reach, type Place } from './arm.ts';
import {
  isSameTime,
  keysOf,
  trackIds,
  withKeys,
  type AnyKey,
  type Ease,
  type HandKey,
  type TrackId,
} from './tracks.ts';

export type Side = 'left' | 'right';

/** Sets a key, or replaces the one that is there. */
export function setKey(template: Template, id: TrackId, key: AnyKey): Template {
  const at = { ...key, t: milli(key.t) };
  const others = keysOf(template.tracks, id).filter(({ t }) => !isSameTime(t, at.t));
  const keys = [...others, at].sort((a, b) => a.t - b.t);
  return { ...template, tracks: withKeys(template.tracks, id, keys) };
}

/**
 * Sets a key on a track that may be empty: one made in the middle of a template then gets what was
 * there before at both ends, so that the first drag already is a gesture that comes and goes.
 */
function animate(template: Template, id: TrackId, key: AnyKey, rest: AnyKey): Template {
  if (keysOf(template.tracks, id).length > 0) return setKey(template, id, key);
  const ends = [0, template.seconds].filter((t) => !isSameTime(t, key.t));
  // At an end there is only the one: it holds for the whole template.
  const framed = ends.length === 2 ? ends : [];
  const started = framed.reduce((done, t) => setKey(done, id, { ...rest, t }), template);
  return setKey(started, id, key);
}

/** Drags a wrist or an elbow; what hangs on it follows. */
export function moveArm(
  template: Template,
  { side, joint, t, to }: { side: Side; joint: 'Elbow' | 'Wrist'; t: number; to: Place },
): Template {
  const shoulder = sampleJoint(template, `${side}Shoulder`, t);
  const elbow = sampleJoint(template, `${side}Elbow`, t);
  const wrist = sampleJoint(template, `${side}Wrist`, t);
  const arm = joint === 'Wrist' ? reach(shoulder, to, { elbow, wrist }) : carry(shoulder, to, { elbow, wrist }); // prettier-ignore
  const first = movePoint(template, `${side}Elbow`, t, arm.elbow);
  return movePoint(first, `${side}Wrist`, t, arm.wrist);
}

function carry(shoulder: Place, to: Place, before: { elbow: Place; wrist: Place }) {
  const elbow = heldElbow(shoulder, to);
  const [dx, dy] = [elbow[0] - before.elbow[0], elbow[1] - before.elbow[1]];
  return { elbow, wrist: [before.wrist[0] + dx, before.wrist[1] + dy] as const };
}

export function movePoint(template: Template, joint: JointName, t: number, to: Place): Template {
  const [x, y] = sampleJoint(template, joint, t);
  const rest = { t: 0, x: milli(x), y: milli(y), ease: 'in-out' } as const;
  const key = { t, x: milli(to[0]), y: milli(to[1]), ease: 'in-out' } as const;
  return animate(template, `body.${joint}`, key, rest);
}

export type HeadAngles = { readonly yaw: number; readonly pitch: number; readonly roll: number };

export function turnHead(template: Template, t: number, angles: HeadAngles): Template {
  const rest = { t: 0, yaw: 0, pitch: 0, roll: 0, ease: 'in-out' } as const;
  const { yaw, pitch, roll } = angles;
  const key = { t, yaw: milli(yaw), pitch: milli(pitch), roll: milli(roll), ease: 'in-out' } as const; // prettier-ignore
  return animate(template, 'head', key, rest);
}

export function headAt(template: Template, t: number): HeadAngles {
  const pose = createPose();
  samplePose(template, t, pose);
  const [yaw = 0, pitch = 0, roll = 0] = pose.head;
  return { yaw, pitch, roll };
}

export type HandPose = Pick<HandKey, 'shape' | 'angle' | 'palm'>;
const RELAXED = { shape: 'relaxed', angle: 0, palm: 'front' } as const;

export function shapeHand(
  template: Template,
  side: Side,
  t: number,
  change: Partial<HandPose>,
): Template {
  // Captured points give way to a shape.
  const { shape = 'relaxed', angle, palm } = { ...handAt(template, side, t), ...change };
  const key = { t, shape, angle: milli(angle), palm, ease: 'in-out' } as const;
  return animate(template, `${side}Hand`, key, { t: 0, ...RELAXED, ease: 'in-out' });
}

/** The key that holds at `t`: shapes aren't numbers that could be mixed here. */
export function handAt(template: Template, side: Side, t: number): HandPose {
  const keys = template.tracks[`${side}Hand`] ?? [];
  const key = keys.findLast((each) => each.t <= t + 1e-3) ?? keys[0];
  return key ? { shape: key.shape, angle: key.angle, palm: key.palm } : RELAXED;
}

export function setWeight(template: Template, name: ArkitName, t: number, value: number): Template {
  const key = { t, value: milli(value), ease: 'in-out' } as const;
  return animate(template, `face.${name}`, key, { t: 0, value: 0, ease: 'in-out' });
}

export function weightAt(template: Template, name: ArkitName, t: number): number {
  const pose = createPose();
  samplePose(template, t, pose);
  return pose.face[ARKIT[name]]!;
}

/** A key at `t` on each of the tracks, with what they say there: nothing moves, all is held. */
export function holdAt(template: Template, ids: readonly TrackId[], t: number): Template {
  return ids.reduce((done, id) => setKey(done, id, valueAt(template, id, t)), template);
}

function valueAt(template: Template, id: TrackId, t: number): AnyKey {
  if (id === 'head') return { t, ...headAt(template, t), ease: 'in-out' };
  if (id === 'leftHand' || id === 'rightHand') return handKeyAt(template, id, t);
  const name = id.slice(5);
  if (id.startsWith('face.')) {
    return { t, value: milli(weightAt(template, name as ArkitName, t)), ease: 'in-out' };
  }
  const [x, y] = sampleJoint(template, name as JointName, t);
  return { t, x: milli(x), y: milli(y), ease: 'in-out' };
}

function handKeyAt(template: Template, id: 'leftHand' | 'rightHand', t: number): AnyKey {
  const keys = template.tracks[id] ?? [];
  const key = keys.findLast((each) => each.t <= t + 1e-3) ?? keys[0];
  return key ? { ...key, t } : { t, ...RELAXED, ease: 'in-out' };
}

export function deleteKeys(template: Template, ids: readonly TrackId[], at: number): Template {
  const tracks = ids.reduce((done, id) => {
    const kept = keysOf(done, id).filter(({ t }) => !isSameTime(t, at));
    return withKeys(done, id, kept);
  }, template.tracks);
  return { ...template, tracks };
}

/** Moves the keys at one time to another, over whatever is there. */
export function moveKeys(
  template: Template,
  ids: readonly TrackId[],
  from: number,
  to: number,
): Template {
  const target = Math.max(0, Math.min(template.seconds, to));
  return ids.reduce((done, id) => {
    const key = keysOf(done.tracks, id).find(({ t }) => isSameTime(t, from));
    if (!key) return done;
    return setKey(deleteKeys(done, [id], from), id, { ...key, t: target });
  }, template);
}

export function easeKeys(
  template: Template,
  ids: readonly TrackId[],
  at: number,
  ease: Ease,
): Template {
  return ids.reduce((done, id) => {
    const key = keysOf(done.tracks, id).find(({ t }) => isSameTime(t, at));
    return key ? setKey(done, id, { ...key, ease }) : done;
  }, template);
}

export function easeAt(template: Template, ids: readonly TrackId[], at: number): Ease | null {
  for (const id of ids) {
    const key = keysOf(template.tracks, id).find(({ t }) => isSameTime(t, at));
    if (key) return key.ease;
  }
  return null;
}

/** Another length: keys at the old end go along, keys beyond the new one are cut off. */
export function setLength(template: Template, seconds: number): Template {
  let tracks = template.tracks;
  for (const id of trackIds(tracks)) {
    const keys = keysOf(tracks, id)
      .map((key) => (isSameTime(key.t, template.seconds) ? { ...key, t: milli(seconds) } : key))
      .filter(({ t }) => t <= seconds + 1e-6);
    const first = keysOf(tracks, id)[0];
    tracks = withKeys(tracks, id, keys.length > 0 || !first ? keys : [{ ...first, t: 0 }]);
  }
  return { ...template, seconds: milli(seconds), tracks };
}

/** Without the tracks of masked parts. */
export function without(template: Template, ids: readonly TrackId[]): Template {
  return { ...template, tracks: ids.reduce((done, id) => withKeys(done, id, []), template.tracks) };
}

export function milli(value: number): number {
  return Math.round(value * 1000) / 1000;
}
