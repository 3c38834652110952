/**
 * Footage on its way to an avatar: MediaPipe finds the face in every frame in this browser; what goes
 * to the server is the films with their marks and, where there is one, the lips' network.
 */
import { Zip, ZipPassThrough } from 'fflate';
import { CLIP_FPS, MARK_POINTS, type AvatarWishes } from '../../server/protocol/avatar.ts';
import type { TemplateId } from '../../server/protocol/index.ts';
import { RequestError } from './request-error.ts';
import { VideoFrames } from './video-frames.ts';
import { openFaceVision } from './face-vision.ts';
import type { Vision } from './vision.ts';

/** What the server keeps of a film. */
const MOST_FRAMES = 500;

/** A film, and the gestures that it is shown for; none: it goes round. */
export type Film = { readonly file: File; readonly templates: readonly TemplateId[] };

export type FootageOrder = {
  readonly films: readonly Film[];
  /** A Wav2Lip graph, or a description (.json) with the graphs that it names. */
  readonly lips: readonly File[];
  readonly wishes: AvatarWishes;
  readonly signal: AbortSignal;
  /** Share of the frames that was looked at, 0..1. */
  readonly onProgress: (share: number) => void;
};

type Marks = (number[] | null)[];

/**
 * The archive that `POST /avatars/clip` takes. Throws `unreadable_media`, `download_failed` without
 * the face's model, `bad_request` for lips that are neither, the signal's reason.
 */
export async function footageArchive(order: FootageOrder): Promise<Blob> {
  const { films, wishes, signal, onProgress } = order;
  const lips = lipFiles(order.lips);
  const vision = await openFaceVision(signal);
  try {
    const told = [];
    // MediaPipe wants times that grow, whichever film they are of.
    const clock = { ms: 0 };
    for (const [i, { file, templates }] of films.entries()) {
      const share = (done: number) => onProgress((i + done) / films.length);
      const marks = await lookAt(file, vision, { signal, clock, share });
      told.push({ file: `film-${i}`, templates, marks });
    }
    const description = new Blob([JSON.stringify({ ...wishes, films: told })]);
    return await zipped([
      ['clip.json', description],
      ...films.map(({ file }, i) => [`film-${i}`, file] as const),
      ...lips,
    ]);
  } finally {
    vision.close();
  }
}

type Looking = {
  readonly signal: AbortSignal;
  readonly clock: { ms: number };
  readonly share: (done: number) => void;
};

async function lookAt(
  file: File,
  vision: Vision,
  { signal, clock, share }: Looking,
): Promise<Marks> {
  using frames = await VideoFrames.open(file);
  const count = Math.min(MOST_FRAMES, Math.max(1, Math.round(frames.seconds * CLIP_FPS)));
  const marks: Marks = [];
  for (let index = 0; index < count; index += 1) {
    signal.throwIfAborted();
    // From the middle of a frame: its edges belong to two.
    const picture = await frames.at((index + 0.5) / CLIP_FPS);
    clock.ms += 1000 / CLIP_FPS;
    const { face } = await vision.find(picture, clock.ms);
    marks.push(face && MARK_POINTS.flatMap((i) => [tidy(face[i]!.x), tidy(face[i]!.y)]));
    share((index + 1) / count);
  }
  if (marks.some((each) => each !== null)) return filled(marks);
  throw new RequestError('unreadable_media', `No face was found in ${file.name}.`);
}

/** The server keeps the face of the frame before; before the first one it has none. */
function filled(marks: Marks): Marks {
  const first = marks.findIndex((each) => each !== null);
  return marks.map((each, i) => (i < first ? marks[first]! : each));
}

function tidy(value: number): number {
  return Number(Math.max(-1, Math.min(2, value)).toFixed(5));
}

function lipFiles(files: readonly File[]): (readonly [string, Blob])[] {
  if (files.length === 0) return [];
  const description = files.find(({ name }) => name.endsWith('.json'));
  const graphs = files.filter(({ name }) => name.endsWith('.onnx'));
  if (description) return [['lips.json', description], ...graphs.map((each) => [each.name, each] as const)]; // prettier-ignore
  const [graph] = graphs;
  if (!graph || graphs.length > 1) {
    throw new RequestError('bad_request', 'One .onnx file is a Wav2Lip graph; several need a .json that says how they go together.'); // prettier-ignore
  }
  const wav2lip = { kind: 'wav2lip', graph: 'wav2lip.onnx' };
  return [['lips.json', new Blob([JSON.stringify(wav2lip)])], ['wav2lip.onnx', graph]]; // prettier-ignore
}

/** Stored, not packed: films and networks hardly get smaller. */
async function zipped(files: readonly (readonly [string, Blob])[]): Promise<Blob> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const done = Promise.withResolvers<undefined>();
  const zip = new Zip((error, chunk, final) => {
    if (error) done.reject(error);
    chunks.push(new Uint8Array(chunk));
    if (final) done.resolve(undefined);
  });
  for (const [name, blob] of files) {
    const entry = new ZipPassThrough(name);
    zip.add(entry);
    entry.push(new Uint8Array(await blob.arrayBuffer()), true);
  }
  zip.end();
  await done.promise;
  return new Blob(chunks);
}
