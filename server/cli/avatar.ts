/** `posecast avatar`: avatars of one's own without the panel. */
import { mkdir, readFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { Footage } from '../avatars/clip-footage.ts';
import { makeClipPack, type ClipSource } from '../avatars/clip-pack.ts';
import { importPack } from '../avatars/import-pack.ts';
import { makePhotoPack } from '../avatars/photo-pack.ts';
import { readUploadJson } from '../avatars/upload-json.ts';
import type { Config } from '../config.ts';
import { AppError } from '../core/errors.ts';
import { AvatarLibrary, avatarFolders } from '../inference/avatar-library.ts';
import { z } from 'zod';
import { AvatarWishes, MARK_POINTS, PhotoWishes } from '../protocol/avatar.ts';
import { TemplateId } from '../protocol/template.ts';
import { LipsFile } from '../render/lips/lips-file.ts';
import { decodePicture } from '../render/picture/decode-picture.ts';
import { FaceFinder, VISION_FILES } from '../vision/face-finder.ts';

export type AvatarFlags = {
  readonly name?: string;
  readonly title?: string;
  readonly framing?: string;
  readonly background?: string;
  readonly licence?: string;
  readonly models?: string;
  readonly lips?: string;
  readonly gesture?: readonly string[];
};

export const AVATAR_ACTIONS = ['list', 'photo', 'clip', 'import', 'remove'] as const;
type Action = (typeof AVATAR_ACTIONS)[number];

export async function avatarCommand(
  config: Config,
  request: {
    readonly action: string;
    readonly subject: string | undefined;
    readonly flags: AvatarFlags;
  },
): Promise<void> {
  const action = AVATAR_ACTIONS.find((each) => each === request.action);
  if (!action) {
    throw new AppError('bad_request', `'${request.action}' is no action; there are ${AVATAR_ACTIONS.join(', ')}`); // prettier-ignore
  }
  process.stdout.write(`${await perform(config, action, request)}\n`);
}

async function perform(
  config: Config,
  action: Action,
  { subject, flags }: { readonly subject: string | undefined; readonly flags: AvatarFlags },
): Promise<string> {
  const library = new AvatarLibrary(avatarFolders(config));
  switch (action) {
    case 'list': {
      const rows = (await library.list()).map(({ name, body, lips, licence, own }) =>
        [name.padEnd(24), `${body}, ${lips}`.padEnd(20), own ? 'own' : 'built in', licence].join(
          ' ',
        ),
      );
      return rows.join('\n');
    }
    case 'photo':
      return `made avatar "${await fromPhoto(config, needed(subject, 'a picture'), flags)}"`;
    case 'clip':
      return `made avatar "${await fromClip(config, needed(subject, 'a video'), flags)}"`;
    case 'import':
      return `imported avatar "${await fromArchive(config, needed(subject, 'a pack as a zip'))}"`;
    case 'remove': {
      const name = needed(subject, "an avatar's name");
      await library.remove(name);
      return `removed avatar "${name}"`;
    }
    default:
      return action satisfies never;
  }
}

async function fromPhoto(config: Config, file: string, flags: AvatarFlags): Promise<string> {
  const wished = wishes(file, flags);
  const { own, builtIn } = avatarFolders(config);
  const taken = await new AvatarLibrary({ own, builtIn }).list();
  if (taken.some(({ name }) => name === wished.name)) {
    throw new AppError('conflict', `There is an avatar "${wished.name}" already`);
  }
  const photo = await decodePicture(await bytesOf(file), { name: file, ffmpeg: config.ffmpeg });
  const finder = await openFinder(flags.models ?? join(config.dataDir, 'models', 'mediapipe-onnx'));
  try {
    const points = Array.from(await finder.points(photo));
    const mask = await finder.mask(photo);
    await mkdir(own, { recursive: true });
    await makePhotoPack(join(own, wished.name), { upload: { ...wished, points }, photo, mask });
    return wished.name;
  } finally {
    await finder.close();
  }
}

async function fromClip(config: Config, file: string, flags: AvatarFlags): Promise<string> {
  const wished = wishes(file, flags);
  const { own, builtIn } = avatarFolders(config);
  const taken = await new AvatarLibrary({ own, builtIn }).list();
  if (taken.some(({ name }) => name === wished.name)) {
    throw new AppError('conflict', `There is an avatar "${wished.name}" already`);
  }
  const gestures = (flags.gesture ?? []).map(readGesture);
  const lips = flags.lips === undefined ? undefined : await readLips(flags.lips);
  const finder = await openFinder(flags.models ?? join(config.dataDir, 'models', 'mediapipe-onnx'));
  try {
    await mkdir(own, { recursive: true });
    await makeClipPack(join(own, wished.name), {
      ...{ video: file, gestures, ffmpeg: config.ffmpeg, wishes: wished, lips },
      marks: async (frame) => marksOf(await finder.points(frame).catch(() => undefined)),
      onProgress: (done) => {
        if (process.stderr.isTTY) process.stderr.write(`\r${done} frames looked at `);
      },
    });
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
    return wished.name;
  } finally {
    await finder.close();
  }
}

function marksOf(points: Float32Array | undefined): number[] | undefined {
  return points && MARK_POINTS.flatMap((i) => [points[i * 3]!, points[i * 3 + 1]!]);
}

/** `wave,hello=wave.mp4`: the templates, and the film that is shown for them. */
function readGesture(text: string): Footage['gestures'][number] {
  const [, names, video] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  const templates = z.array(TemplateId).safeParse(names?.split(','));
  if (templates.success && video !== undefined) return { video, templates: templates.data };
  throw new AppError('bad_request', `--gesture expects TEMPLATE[,TEMPLATE]=VIDEO, found ${text}`);
}

/** A Wav2Lip graph, or a .json that says how the graphs beside it go together. */
async function readLips(file: string): Promise<NonNullable<ClipSource['lips']>> {
  const folder = dirname(file);
  if (extname(file) !== '.json')
    return { file: { kind: 'wav2lip', graph: basename(file) }, folder };
  return { file: readUploadJson(file, LipsFile, await bytesOf(file)), folder };
}

async function openFinder(folder: string): Promise<FaceFinder> {
  try {
    return await FaceFinder.open(folder);
  } catch (cause) {
    const files = Object.values(VISION_FILES).join(', ');
    throw new AppError(
      'missing_dependency',
      `Faces are found with ONNX conversions of MediaPipe's networks (${files}), which are not in ` +
        `${folder}: name their folder with --models, or make the avatar in the panel, which needs none`,
      cause,
    );
  }
}

function wishes(file: string, flags: AvatarFlags): AvatarWishes & PhotoWishes {
  const plain = basename(file, extname(file));
  const name =
    flags.name ??
    plain
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^[^a-z]+|-+$/g, '');
  const parsed = AvatarWishes.extend(PhotoWishes.shape).safeParse({
    ...{ name, title: flags.title ?? plain },
    ...{ framing: flags.framing, background: flags.background, licence: flags.licence },
  });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new AppError(
    'bad_request',
    `--${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`,
  );
}

async function fromArchive(config: Config, archive: string): Promise<string> {
  const { own, builtIn } = avatarFolders(config);
  const reserved = (await new AvatarLibrary({ own: '', builtIn }).list()).map(({ name }) => name);
  await mkdir(own, { recursive: true });
  return importPack({ kind: 'pack', archive, folder: own, reserved, ffmpeg: config.ffmpeg });
}

async function bytesOf(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new AppError('unreadable_media', `There is no readable file ${file}`, cause);
  }
}

function needed(subject: string | undefined, what: string): string {
  if (subject !== undefined) return subject;
  throw new AppError('bad_request', `Name ${what}`);
}
