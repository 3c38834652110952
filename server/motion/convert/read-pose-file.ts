/**
 * Motion files of every kind we read, as a clip or as a template: BVH, OpenPose JSON (one file per
 * picture in a zip, or a list of pictures in one file), MediaPipe JSON, COCO-WholeBody JSON, and
 * templates exported by Posecast. The kind is told by the content, not by the name.
 */
import { TemplateId, type Template } from '../../protocol/template.ts';
import { checkTemplate } from '../template/check.ts';
import { MotionDataError } from '../template/motion-data-error.ts';
import { fromBvh } from './bvh.ts';
import { fromWholeBody, WHOLEBODY_COUNT } from './coco-wholebody.ts';
import { personToParts, placeOf, type PicturePerson, type Place } from './image-points.ts';
import { isMediaPipe, MAX_PICTURES, readMediaPipe } from './mediapipe-json.ts';
import { clipToTemplate, type MotionClip } from './motion-clip.ts';
import { isOpenPose, pickPerson, readOpenPose, type PictureSize } from './openpose.ts';
import { unzip } from './unzip.ts';

export const MAX_FILE_BYTES = 32 * 1024 * 1024;
/** Of files that don't tell how fast their pictures follow each other. */
export const DEFAULT_RATE_HZ = 25;

export type PoseFileOptions = {
  /** Pictures a second, for files that don't tell. */
  readonly rateHz?: number;
  /** Of the picture, for coordinates that are shares of it. */
  readonly size?: PictureSize;
  readonly title?: string;
};

/** `name` is the file's, for the template's title and id. Throws MotionDataError. */
export function readPoseFile(
  bytes: Uint8Array,
  name: string,
  options: PoseFileOptions = {},
): Template {
  const read = readFile(bytes, options);
  if ('format' in read) return read;
  const stem = name.replace(/^.*[\\/]/, '').replace(/\.[a-z0-9]+$/i, '');
  const title = options.title ?? (stem === '' ? 'Imported motion' : stem);
  return clipToTemplate(read, { id: idOf(stem), title, tags: ['imported'] });
}

function readFile(bytes: Uint8Array, options: PoseFileOptions): MotionClip | Template {
  if (bytes.length > MAX_FILE_BYTES) {
    throw new MotionDataError(
      `The file has ${Math.ceil(bytes.length / 1024 / 1024)} MB; ` +
        `up to ${MAX_FILE_BYTES / 1024 / 1024} MB can be read`,
    );
  }
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return readZip(bytes, options);
  const text = new TextDecoder().decode(bytes);
  if (/^\s*HIERARCHY\b/i.test(text.slice(0, 1000))) return fromBvh(text);
  return readJson(parse(text, 'The file'), options);
}

/** Pictures in the order of the numbers in their names; a single file may be anything we read. */
function readZip(bytes: Uint8Array, options: PoseFileOptions): MotionClip | Template {
  const entries = unzip(
    bytes,
    (name) => /\.(json|bvh)$/i.test(name) && !/(^|\/)(\.|__MACOSX)/.test(name),
  );
  const only = entries[0];
  if (!only) throw new MotionDataError('The zip file has no .json or .bvh file');
  if (entries.length === 1) {
    if (only.bytes[0] === 0x50) throw new MotionDataError('The zip file holds another zip file');
    return readFile(only.bytes, options);
  }
  const names = new Intl.Collator('en', { numeric: true });
  entries.sort((a, b) => names.compare(a.name, b.name));
  const pictures = entries.map((entry) => parse(new TextDecoder().decode(entry.bytes), entry.name));
  return readPictures(pictures, options);
}

function readJson(json: unknown, options: PoseFileOptions): MotionClip | Template {
  if (typeof json === 'object' && json !== null) {
    if ('format' in json) return checkTemplate(json);
    const frames: unknown = 'frames' in json ? json.frames : json;
    const { rateHz = DEFAULT_RATE_HZ } = options;
    if (Array.isArray(frames)) {
      const sample: unknown = frames.find((frame) => isMediaPipe(frame) || isKnown(frame));
      if (isMediaPipe(sample)) return readMediaPipe(json, rateHz);
      const fps = 'fps' in json && typeof json.fps === 'number' ? json.fps : rateHz;
      return readPictures(frames, { ...options, rateHz: Math.max(1, Math.min(240, fps)) });
    }
    if (isKnown(json)) return readPictures([json], options);
  }
  throw new MotionDataError(
    'The file is none of: BVH, OpenPose JSON, MediaPipe JSON, COCO-WholeBody JSON, ' +
      'a zip of these, a Posecast template',
  );
}

function isKnown(picture: unknown): boolean {
  return isOpenPose(picture) || wholeBodyOf(picture) !== undefined;
}

/** One person through all pictures, measured by one shoulder width. */
function readPictures(pictures: readonly unknown[], options: PoseFileOptions): MotionClip {
  if (pictures.length > MAX_PICTURES) {
    throw new MotionDataError(
      `The file has ${pictures.length} pictures; up to ${MAX_PICTURES} can be read`,
    );
  }
  let previous: Place | undefined;
  const people = pictures.map((picture): PicturePerson | undefined => {
    const points = wholeBodyOf(picture);
    const seen = points ? [fromWholeBody(points)] : readOpenPose(picture, options.size);
    const person = pickPerson(seen, previous);
    previous = (person && placeOf(person.body)) ?? previous;
    return person;
  });
  const units = people.flatMap((person) => (person && placeOf(person.body)?.unit) ?? []);
  // Most of the time people face the camera; when they turn, their shoulders look narrower.
  const unit = units.sort((a, b) => a - b)[Math.floor(units.length * 0.8)];
  return {
    rateHz: options.rateHz ?? DEFAULT_RATE_HZ,
    frames: people.map((person) => (person && personToParts(person, unit)) ?? {}),
  };
}

/** `{ keypoints: [399 numbers] }`, or 133 x [x, y] with `keypoint_scores`. */
function wholeBodyOf(picture: unknown): number[] | undefined {
  if (typeof picture !== 'object' || picture === null || !('keypoints' in picture))
    return undefined;
  const { keypoints } = picture;
  if (!Array.isArray(keypoints)) return undefined;
  const scores: unknown = 'keypoint_scores' in picture ? picture.keypoint_scores : undefined;
  const points: unknown[] =
    keypoints.length === WHOLEBODY_COUNT && Array.isArray(scores)
      ? (keypoints as unknown[]).flatMap((point, i) =>
          Array.isArray(point)
            ? [point[0] as unknown, point[1] as unknown, scores[i] as unknown]
            : [],
        )
      : keypoints;
  const numbers = points.filter((value) => typeof value === 'number' && Math.abs(value) < 1e6);
  return numbers.length === WHOLEBODY_COUNT * 3 ? (numbers as number[]) : undefined;
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MotionDataError(`${what} is neither JSON nor BVH nor zip, or it is damaged`, error);
  }
}

function idOf(stem: string): TemplateId {
  const slug = stem
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  return TemplateId.parse(slug === '' ? 'imported' : slug);
}
