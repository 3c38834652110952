/**
 * OpenPose's JSON (1.x), in and out. A file holds the people of one picture; a body has 18 or 25
 * points in pixels, or 0..1 or -1..1 of the picture. Also what ControlNet editors write
 * (canvas_width, canvas_height).
 * https://github.com/CMU-Perceptual-Computing-Lab/openpose/blob/master/doc/02_output.md
 */
import { BODY_COUNT, HAND_COUNT, type Pose } from '../../protocol/pose.ts';
import { MotionDataError } from '../template/motion-data-error.ts';
import { placeOf, toPicture, type PicturePerson, type Place } from './image-points.ts';

/** 18 of BODY_25's points: all but the middle of the hips (8) and the feet. */
const FROM_25 = [0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18] as const;
const BODY_25_COUNT = 25;
/** More people than this are a broken file. */
const MAX_PEOPLE = 100;

export type PictureSize = { readonly width: number; readonly height: number };

/**
 * The people of one picture, in square pixels. `size` is needed for coordinates that are shares of
 * the picture, unless the file names its canvas; without any, the picture counts as square. Throws
 * MotionDataError.
 */
export function readOpenPose(json: unknown, size?: PictureSize): PicturePerson[] {
  const { people, canvas_width: width, canvas_height: height } = record(json, 'The file');
  if (!Array.isArray(people)) throw new MotionDataError('The file has no list of "people"');
  if (people.length > MAX_PEOPLE) {
    throw new MotionDataError(`The file has ${people.length} people; at most ${MAX_PEOPLE} fit`);
  }
  const canvas = typeof width === 'number' && typeof height === 'number' ? { width, height } : size;
  return people.map((person: unknown) => readPerson(record(person, 'A person'), canvas));
}

/** The person that a clip goes on with: the nearest to `previous`, or the largest. */
export function pickPerson(
  people: readonly PicturePerson[],
  previous?: Place,
): PicturePerson | undefined {
  const seen = people.flatMap((person) => {
    const place = placeOf(person.body);
    return place ? [{ person, place }] : [];
  });
  if (previous) {
    const far = ({ place }: { place: Place }): number =>
      Math.hypot(place.x - previous.x, place.y - previous.y);
    const near = seen.filter((one) => far(one) < previous.unit * 1.5);
    near.sort((a, b) => far(a) - far(b));
    if (near[0]) return near[0].person;
  }
  seen.sort((a, b) => b.place.unit - a.place.unit);
  return seen[0]?.person;
}

/** A pose as one OpenPose picture. Reading it gives the pose back, to a thousandth of a pixel. */
export function writeOpenPose(
  pose: Pick<Pose, 'body' | 'leftHand' | 'rightHand'>,
  place: Place,
  format: 'BODY_18' | 'BODY_25' = 'BODY_25',
): OpenPoseFile {
  const body = toPicture(pose.body, place);
  return {
    version: 1.3,
    people: [
      {
        person_id: [-1],
        pose_keypoints_2d: rounded(format === 'BODY_25' ? to25(body) : body),
        face_keypoints_2d: [],
        hand_left_keypoints_2d: rounded(toPicture(pose.leftHand, place)),
        hand_right_keypoints_2d: rounded(toPicture(pose.rightHand, place)),
        pose_keypoints_3d: [],
        face_keypoints_3d: [],
        hand_left_keypoints_3d: [],
        hand_right_keypoints_3d: [],
      },
    ],
  };
}

export type OpenPoseFile = {
  readonly version: number;
  readonly people: readonly Readonly<Record<string, readonly number[]>>[];
};

/** Whether a parsed file looks like OpenPose's. */
export function isOpenPose(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'people' in json;
}

function readPerson(
  person: Readonly<Record<string, unknown>>,
  size: PictureSize | undefined,
): PicturePerson {
  const raw = points(person['pose_keypoints_2d'], 'pose_keypoints_2d');
  if (raw.length !== BODY_COUNT * 3 && raw.length !== BODY_25_COUNT * 3) {
    throw new MotionDataError(
      `pose_keypoints_2d has ${raw.length} numbers; BODY_18 has 54 and BODY_25 has 75`,
    );
  }
  const body = raw.length === BODY_25_COUNT * 3 ? from25(raw) : raw;
  const left = hand(person, 'hand_left_keypoints_2d');
  const right = hand(person, 'hand_right_keypoints_2d');
  const all = [body, ...(left ? [left] : []), ...(right ? [right] : [])];
  // Pixels are larger than 1, unless nobody is there.
  if (largest(body) <= 1 && size) {
    for (const values of all) {
      for (let i = 0; i < values.length; i += 3) {
        values[i]! *= size.width;
        values[i + 1]! *= size.height;
      }
    }
  }
  return { body, ...(left && { leftHand: left }), ...(right && { rightHand: right }) };
}

function hand(person: Readonly<Record<string, unknown>>, name: string): Float32Array | undefined {
  const values = points(person[name] ?? [], name);
  if (values.length === 0) return undefined;
  if (values.length !== HAND_COUNT * 3) {
    throw new MotionDataError(`${name} has ${values.length} numbers; a hand has 63`);
  }
  return values.some((value, i) => i % 3 === 2 && value > 0) ? values : undefined;
}

function from25(points25: Float32Array): Float32Array {
  const out = new Float32Array(BODY_COUNT * 3);
  FROM_25.forEach((from, index) => out.set(points25.subarray(from * 3, from * 3 + 3), index * 3));
  return out;
}

function to25(body: Float32Array): Float32Array {
  const out = new Float32Array(BODY_25_COUNT * 3);
  FROM_25.forEach((to, index) => out.set(body.subarray(index * 3, index * 3 + 3), to * 3));
  const right = out.subarray(9 * 3, 9 * 3 + 3);
  const left = out.subarray(12 * 3, 12 * 3 + 3);
  const sure = Math.min(right[2]!, left[2]!);
  if (sure > 0) out.set([(right[0]! + left[0]!) / 2, (right[1]! + left[1]!) / 2, sure], 8 * 3);
  return out;
}

function largest(values: Float32Array): number {
  let most = 0;
  for (let i = 0; i < values.length; i += 1) {
    if (i % 3 !== 2) most = Math.max(most, Math.abs(values[i]!));
  }
  return most;
}

function points(value: unknown, name: string): Float32Array {
  if (!Array.isArray(value) || value.length > 300) {
    throw new MotionDataError(`${name} is not a list of x, y, confidence`);
  }
  const numbers = value as readonly unknown[];
  if (!numbers.every((one): one is number => typeof one === 'number' && Math.abs(one) < 1e6)) {
    throw new MotionDataError(`${name} holds something that is no coordinate`);
  }
  return Float32Array.from(numbers);
}

function record(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw new MotionDataError(`${what} is no JSON object`);
}

function rounded(values: Float32Array): number[] {
  return Array.from(values, (value) => Math.round(value * 1000) / 1000);
}
