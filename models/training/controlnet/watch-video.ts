/**
 * What the network learns from, out of a video of one person: pose and face of every frame by
 * MediaPipe's networks, pictures cut to the person and matted, in the arrays that render-poses.ts
 * writes. Nine frames of ten go to OUT/train, the last tenth to OUT/held; the sound to OUT/voice.wav.
 *   node watch-video.ts --video ME.mp4 --mediapipe FOLDER --out OUT [--size 320] [--most 3000]
 * FOLDER has MediaPipe's networks as ONNX: pose_detector, pose_landmarks_detector, face_detector,
 * face_landmarks_detector, face_blendshapes.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { emptyBody, toPose, type Place } from '../../../server/motion/convert/image-points.ts';
import { faceWeights, FROM_33 } from '../../../server/motion/convert/mediapipe.ts';
import { BODY, createPose, type Pose } from '../../../server/protocol/pose.ts';
import { Control } from '../../../server/render/controlnet/control.ts';
import { cutHead, cutPerson, type HeadSeat, type View } from './cut-person.ts';
import { PersonWatch, type Seen } from './person-watch.ts';
import { SheetFiles } from './sheet-files.ts';
import { Clip } from './video-clip.ts';

/** A frame in which a person was found. */
type Found = {
  readonly index: number;
  readonly body: Float32Array;
  readonly seen: Seen;
  place: Place;
};

const LEAST_FRAMES = 20;
const VISIBLE = 0.5;
/** Places are averaged over as many frames to both sides. */
const STEADY = 5;
/** Heads turned less than this against the clip's own average, in radians, look ahead. */
const AHEAD = 0.15;
const REST_NOSE_Y = -0.62;
const MEASURES = {
  arms: { shoulder: [50, 0] as [number, number] },
  hair: { length: 48, hertz: 1.9 },
  hands: { length: 43 },
};
/** The head rolls about this point of the body, rig units. */
const PIVOT = [0, -28] as const;
/** What the head's patch shows, in distances between the outer corners of the eyes. */
const REACH = 3.9;
const [RIGHT_EYE, LEFT_EYE] = [33, 263];

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      ...{ video: { type: 'string' }, mediapipe: { type: 'string' }, out: { type: 'string' } },
      ...{ size: { type: 'string' }, patch: { type: 'string' }, most: { type: 'string' } },
    },
  });
  const { video = '', mediapipe = '', out = '.' } = values;
  mkdirSync(out, { recursive: true });
  const size = Number(values.size ?? 320);
  const patch = Number(values.patch ?? 192);
  const clip = Clip.open(video, join(out, 'clip.rgba'), Number(values.most ?? 3000));
  try {
    const found = await watch(clip, mediapipe);
    if (found.length < LEAST_FRAMES) {
      throw new Error(`A person was found in ${found.length} frames; ${LEAST_FRAMES} are needed`);
    }
    steady(found);
    const view = viewOf(found, clip, size);
    const poses = posesOf(found);
    const seat = seatOf({ clip, found, poses }, patch);
    const last = Math.floor(found.length * 0.9);
    write(join(out, 'train'), { clip, view, seat, found: found.slice(0, last), poses });
    write(join(out, 'held'), {
      clip,
      view,
      seat,
      found: found.slice(last),
      poses: poses.slice(last),
    });
  } finally {
    clip.close();
  }
  const wav = ['-y', '-v', 'error', '-i', video, '-vn', '-ac', '1', '-ar', '16000', join(out, 'voice.wav')]; // prettier-ignore
  if (spawnSync('ffmpeg', wav).status !== 0) process.stdout.write('The video has no sound\n');
}

/** Everybody found; the clip's alpha becomes the person's matte. */
async function watch(clip: Clip, folder: string): Promise<Found[]> {
  const person = await PersonWatch.open(folder);
  const found: Found[] = [];
  try {
    for (let index = 0; index < clip.count; index += 1) {
      const still = clip.read(index);
      const seen = await person.look(still);
      const body = bodyOf(seen, clip);
      const place = body && placeOf(body);
      if (!place || !seen.face) continue;
      if (seen.mask) clip.matte(index, still, seen.mask);
      found.push({ index, body, place, seen });
      if (index % 50 === 0) process.stdout.write(`\rwatched ${index} of ${clip.count} frames `);
    }
  } finally {
    await person.close();
  }
  process.stdout.write(`\rfound the person in ${found.length} of ${clip.count} frames\n`);
  return found;
}

/** 18 points in pixels. Shoulders below the picture's edge are estimates, and needed all the same. */
function bodyOf({ pose }: Seen, { width, height }: Clip): Float32Array | undefined {
  if (!pose) return undefined;
  const body = emptyBody();
  FROM_33.forEach((from, index) => {
    const point = from >= 0 ? pose[from] : undefined;
    const sure = point?.visibility ?? 0;
    if (point && sure >= VISIBLE) body.set([point.x * width, point.y * height, sure], index * 3);
  });
  return body;
}

function placeOf(body: Float32Array): Place | undefined {
  const [r, l] = [BODY.rightShoulder * 3, BODY.leftShoulder * 3];
  if (!(body[r + 2]! > 0 && body[l + 2]! > 0)) return undefined;
  const unit = Math.hypot(body[l]! - body[r]!, body[l + 1]! - body[r + 1]!);
  return { x: (body[l]! + body[r]!) / 2, y: (body[l + 1]! + body[r + 1]!) / 2, unit };
}

/** One size for the whole clip, and a neck that does not tremble as single frames' do. */
function steady(found: Found[]): void {
  const unit = median(found.map(({ place }) => place.unit));
  const necks = found.map(({ place }) => [place.x, place.y] as const);
  found.forEach((each, i) => {
    const near = necks.slice(Math.max(0, i - STEADY), i + STEADY + 1);
    const mean = (axis: 0 | 1): number =>
      near.reduce((sum, neck) => sum + neck[axis], 0) / near.length;
    each.place = { x: mean(0), y: mean(1), unit };
  });
}

/** What of the body the picture shows: as much as the video does, head included. Rig units. */
function viewOf(found: readonly Found[], clip: Clip, size: number): View {
  const neckY = median(found.map(({ place }) => place.y));
  const unit = found[0]!.place.unit / 100;
  const bottom = Math.min(133, Math.round((clip.height - neckY) / unit));
  const top = Math.max(-150, Math.round(-neckY / unit));
  return { size, top, bottom };
}

/** Canonical poses; noses are moved to where those of drawn hosts rest. */
function posesOf(found: readonly Found[]): Pose[] {
  const bodies = found.map(({ body, place }) => toPose(body, place));
  const nose = [0, 1].map((axis) => median(bodies.map((body) => body[BODY.nose * 3 + axis]!)));
  return found.map(({ seen }, i) => {
    const pose = createPose();
    pose.body.set(bodies[i]!);
    pose.body.set([0, 0, 1], BODY.neck * 3);
    pose.body[BODY.nose * 3]! -= nose[0]!;
    pose.body[BODY.nose * 3 + 1]! += REST_NOSE_Y - nose[1]!;
    pose.head.set(seen.head ?? []);
    pose.face.set(faceWeights(seen.blendshapes ?? []));
    return pose;
  });
}

/** Where the head sits in the body, from where the eyes are in all frames. */
function seatOf(job: Pick<Job, 'clip' | 'found' | 'poses'>, patch: number): HeadSeat {
  const { clip, found, poses } = job;
  const control = new Control(MEASURES);
  const places: (readonly [number, number, number])[] = found.map(({ seen, place, index }, i) => {
    control.update(poses[i]!, index);
    const { headX, headY, roll } = control.figure;
    const [x0, y0, x1, y1] = eyesOf(seen.face!, place, clip);
    const [dx, dy] = [(x0 + x1) / 2 - PIVOT[0] - headX, (y0 + y1) / 2 - PIVOT[1] - headY];
    const [cos, sin] = [Math.cos(roll), Math.sin(roll)];
    return [
      PIVOT[0] + dx * cos + dy * sin,
      PIVOT[1] + dy * cos - dx * sin,
      Math.hypot(x1 - x0, y1 - y0),
    ];
  });
  const middle = (axis: 0 | 1 | 2): number => median(places.map((place) => place[axis]));
  return {
    patch,
    reach: Math.round(REACH * middle(2)),
    origin: [middle(0), middle(1)],
    pivot: PIVOT,
  };
}

/** Outer corners of the eyes in rig units of the body. */
function eyesOf(
  face: Float32Array,
  place: Place,
  { width, height }: Clip,
): [number, number, number, number] {
  const at = (point: number): [number, number] => [
    ((face[point * 3]! * width - place.x) / place.unit) * 100,
    ((face[point * 3 + 1]! * height - place.y) / place.unit) * 100,
  ];
  return [...at(RIGHT_EYE), ...at(LEFT_EYE)];
}

type Job = {
  readonly clip: Clip;
  readonly view: View;
  readonly seat: HeadSeat;
  readonly found: readonly Found[];
  readonly poses: readonly Pose[];
};

function write(folder: string, { clip, view, seat, found, poses }: Job): void {
  mkdirSync(folder, { recursive: true });
  const control = new Control(MEASURES);
  const sheets = Object.fromEntries(
    ['frames', 'bodies', 'heads', 'faces'].map((name) => [name, new SheetFiles(folder, name)]),
  );
  const turn = (axis: 0 | 1): number => median(poses.map(({ head }) => head[axis]!));
  const [yaw, pitch] = [turn(0), turn(1)];
  const ahead = ({ head }: Pose): boolean =>
    Math.abs(head[0]! - yaw) < AHEAD && Math.abs(head[1]! - pitch) < AHEAD;
  found.forEach(({ index, place }, i) => {
    const pose = poses[i]!;
    control.update(pose, index);
    [control.figure.hair.x, control.figure.hair.y] = [0, 0];
    control.write(pose);
    const still = clip.read(index);
    const person = cutPerson(still, place, view);
    const head = cutHead(still, place, seat, control.figure);
    sheets['frames']!.add(person, control.vector, pose.face);
    sheets['bodies']!.add(person, control.vector, pose.face);
    sheets['heads']!.add(withoutHair(head), control.vector, pose.face);
    if (ahead(pose)) sheets['faces']!.add(head, control.vector, pose.face);
  });
  for (const sheet of Object.values(sheets)) sheet.close();
  const { top, bottom, size } = view;
  const { patch, reach, origin, pivot } = seat;
  const shown = { top, bottom, minWidth: Math.round((bottom - top) * 0.7) };
  const head = { origin, pivot };
  const meta = { size, patch, reach, view: shown, head, measures: MEASURES, torsoTop: top };
  writeFileSync(join(folder, 'meta.json'), `${JSON.stringify(meta)}\n`);
}

/** A head in three layers of which only the first has something: a video has no layers. */
function withoutHair(head: Uint8Array): Uint8Array {
  const out = new Uint8Array(head.length * 3);
  for (let i = 0; i < head.length; i += 4) out.set(head.subarray(i, i + 4), i * 3);
  return out;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

await main();
