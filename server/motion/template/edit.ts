/** Changes to whole templates: mirror, retime, trim. Each returns a new template. */
import type { ArkitName } from '../../protocol/arkit.ts';
import type { Template } from '../../protocol/template.ts';
import { MAX_TEMPLATE_SECONDS } from '../../protocol/template.ts';
import { locate } from './easing.ts';
import { MotionDataError } from './motion-data-error.ts';
import { sampleJoint, type JointName } from './sample.ts';

type Tracks = Template['tracks'];
type HandTrack = NonNullable<Tracks['leftHand']>;

export const MIN_TEMPLATE_SECONDS = 0.1;
/** A cut may miss a beat by so much of it: half a frame at 120 a minute. */
const BEAT_SLACK = 0.04;

/** Left becomes right and the other way round. Mirrored twice it is what it was. */
export function mirrorTemplate(template: Template): Template {
  const { leftHand, rightHand, head, body, face } = template.tracks;
  const tracks: Tracks = {
    body: mapNames(body, (keys) => keys.map((key) => ({ ...key, x: minus(key.x) }))),
    face: mapNames(face, (keys) => [...keys]),
    ...(rightHand && { leftHand: mirrorHand(rightHand) }),
    ...(leftHand && { rightHand: mirrorHand(leftHand) }),
    ...(head && {
      head: head.map((key) => ({ ...key, yaw: minus(key.yaw), roll: minus(key.roll) })),
    }),
  };
  const aim = template.aim && (template.aim === 'leftHand' ? 'rightHand' : 'leftHand');
  return { ...template, ...(aim && { aim }), tracks };
}

/** The same motion in `seconds`. Throws MotionDataError when that is out of range. */
export function retimeTemplate(template: Template, seconds: number): Template {
  if (!(seconds >= MIN_TEMPLATE_SECONDS && seconds <= MAX_TEMPLATE_SECONDS)) {
    throw new MotionDataError(
      `A template lasts ${MIN_TEMPLATE_SECONDS} to ${MAX_TEMPLATE_SECONDS} seconds, not ${seconds}`,
    );
  }
  const factor = seconds / template.seconds;
  const moved = <K extends { t: number }>(keys: readonly K[]): K[] =>
    keys.map((key) => ({ ...key, t: Math.min(seconds, milli(key.t * factor)) }));
  return { ...template, seconds, tracks: mapTracks(template.tracks, moved) };
}

/**
 * The motion from `from` to `to` seconds, no longer looping. What a cut goes through is resampled
 * with straight keys 1/30 s apart, so the rest plays exactly as before.
 */
export function trimTemplate(template: Template, from: number, to: number): Template {
  const end = Math.min(to, template.seconds);
  if (!(from >= 0 && end - from >= MIN_TEMPLATE_SECONDS)) {
    throw new MotionDataError(
      `From ${from} to ${to} seconds is not at least ${MIN_TEMPLATE_SECONDS} seconds ` +
        `of a template of ${template.seconds} seconds`,
    );
  }
  const cut = <K extends AnyKey>(keys: readonly K[], joint?: JointName): K[] =>
    cutTrack(keys, from, end, (t) => {
      const key = keyAt(keys, t, template);
      if (joint === undefined) return key;
      const [x, y] = sampleJoint(template, joint, t);
      return { ...key, x, y };
    });
  const seconds = milli(end - from);
  const { beats: _, ...kept } = template;
  return {
    ...kept,
    ...beatsLeft(template, seconds),
    loop: false,
    seconds,
    tracks: mapTracks(template.tracks, cut),
  };
}

/** A cut of a dance step is one only if it still has whole beats. */
function beatsLeft(template: Template, seconds: number): Pick<Template, 'beats'> {
  const beats = ((template.beats ?? 0) * seconds) / template.seconds;
  const whole = Math.round(beats);
  return whole > 0 && Math.abs(beats - whole) < BEAT_SLACK ? { beats: whole } : {};
}

type AnyKey =
  | NonNullable<Tracks['body'][JointName]>[number]
  | NonNullable<Tracks['head']>[number]
  | NonNullable<Tracks['face'][ArkitName]>[number]
  | HandTrack[number];

const GRID_SECONDS = 1 / 30;

function cutTrack<K extends AnyKey>(
  keys: readonly K[],
  from: number,
  end: number,
  at: (t: number) => K,
): K[] {
  const inside = keys.filter((key) => key.t > from && key.t < end);
  const first = inside[0]?.t ?? end;
  const last = inside.at(-1)?.t ?? end;
  const out: K[] = [at(from)];
  for (let t = from + GRID_SECONDS; t < first - 1e-6; t += GRID_SECONDS) out.push(at(t));
  for (const key of inside) out.push(key === inside[0] ? { ...key, ease: 'linear' } : key);
  if (inside.length > 0) {
    for (let t = last + GRID_SECONDS; t < end - 1e-6; t += GRID_SECONDS) out.push(at(t));
  }
  out.push(at(end));
  return simplify(out.map((key) => ({ ...key, t: milli(key.t - from) })));
}

/** A straight key with the track's value at `t`. */
function keyAt<K extends AnyKey>(
  keys: readonly K[],
  t: number,
  { seconds, loop }: { readonly seconds: number; readonly loop: boolean },
): K {
  const { from, to, share } = locate(keys, { t, seconds, loop });
  return { ...mixKeys(keys[from]!, keys[to]!, share), t, ease: 'linear' };
}

/** Numbers of `a` and `b` mixed; what can't be mixed (shapes, palms) is the nearer key's. */
function mixKeys<K extends AnyKey>(a: K, b: K, share: number): K {
  const near: K = share < 0.5 ? a : b;
  const mixed: Record<string, unknown> = { ...near };
  for (const [name, value] of Object.entries(a)) {
    const other: unknown = b[name as keyof K];
    if (typeof value === 'number' && typeof other === 'number') {
      mixed[name] = value + (other - value) * share;
    }
  }
  return mixed as K;
}

/** Drops keys in the middle of a run of equal ones. */
function simplify<K extends AnyKey>(keys: readonly K[]): K[] {
  const value = (key: K): string => JSON.stringify({ ...key, t: 0, ease: '' });
  return keys.filter((key, index) => {
    const before = keys[index - 1];
    const after = keys[index + 1];
    if (!before || !after) return true;
    return value(before) !== value(key) || value(after) !== value(key);
  });
}

function mirrorHand(keys: HandTrack): HandTrack {
  return keys.map((key) => ({
    ...key,
    angle: minus(key.angle),
    ...(key.points && { points: key.points.map(([x, y]): [number, number] => [minus(x), y]) }),
  }));
}

/** Every track of a template through one function of its keys. */
export function mapTracks(
  tracks: Tracks,
  map: <K extends AnyKey>(keys: readonly K[], joint?: JointName) => K[],
): Tracks {
  const { leftHand, rightHand, head } = tracks;
  return {
    body: Object.fromEntries(
      Object.entries(tracks.body).map(([name, keys]) => [name, map(keys, name as JointName)]),
    ),
    face: Object.fromEntries(Object.entries(tracks.face).map(([name, keys]) => [name, map(keys)])),
    ...(leftHand && { leftHand: map(leftHand) }),
    ...(rightHand && { rightHand: map(rightHand) }),
    ...(head && { head: map(head) }),
  };
}

function mapNames<T>(
  record: Readonly<Record<string, T | undefined>>,
  map: (value: T) => T,
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(record).flatMap(([name, value]) =>
      value === undefined ? [] : [[otherSide(name), map(value)]],
    ),
  );
}

/** leftElbow <-> rightElbow, mouthSmileLeft <-> mouthSmileRight, mouthLeft <-> mouthRight. */
function otherSide(name: string): string {
  if (name.startsWith('left')) return name.replace('left', 'right');
  if (name.startsWith('right')) return name.replace('right', 'left');
  if (name.endsWith('Left')) return name.replace(/Left$/, 'Right');
  return name.replace(/Right$/, 'Left');
}

/** No negative zero: it would show in exported files. */
function minus(value: number): number {
  return value === 0 ? 0 : -value;
}

function milli(value: number): number {
  return Math.round(value * 1000) / 1000;
}
