/** Footage of a painted face whose mouth a network of known output paints blue while somebody speaks. */
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeClipPack } from '../../server/avatars/clip-pack.ts';
import { AvatarWishes, MARK_POINTS } from '../../server/protocol/avatar.ts';
import type { TemplateId } from '../../server/protocol/template.ts';
import { writePng } from '../../server/render/picture/png.ts';
import { paintingLips } from './lip-graphs.ts';
import { paintedFace, POINTS } from './photo.ts';

/** Pixels that the lips' network sees. */
export const SIDE = 96;

export type ClipOrder = {
  /** For what it is made from; the pack is `folder/name`. */
  readonly folder: string;
  readonly name: string;
  readonly frames: number;
  /** The network's graph; blue when absent. */
  readonly lips?: Buffer;
  readonly gestures?: readonly { readonly video: string; readonly templates: TemplateId[] }[];
};

/** Resolves with the pack's folder. */
export async function paintedClip({
  folder,
  name,
  frames,
  lips = paintingLips(SIDE, [0, 0, 1]),
  gestures = [],
}: ClipOrder): Promise<string> {
  await mkdir(folder, { recursive: true });
  const [face, film] = [join(folder, 'face.png'), join(folder, 'in.avi')];
  await writeFile(face, writePng(paintedFace().photo));
  await writeFile(join(folder, 'lips.onnx'), lips);
  const input = ['-loop', '1', '-framerate', '25', '-i', face, '-frames:v', String(frames)];
  execFileSync('ffmpeg', ['-v', 'error', ...input, '-c:v', 'mpeg4', '-q:v', '2', film]);
  const pack = join(folder, name);
  await makeClipPack(pack, {
    ...{ video: film, ffmpeg: 'ffmpeg', gestures },
    wishes: AvatarWishes.parse({ name, title: name }),
    lips: { file: { kind: 'wav2lip', graph: 'lips.onnx' }, folder },
    marks: () => Promise.resolve(MARK_POINTS.flatMap((i) => [POINTS[i * 3]!, POINTS[i * 3 + 1]!])),
    onProgress: () => undefined,
  });
  return pack;
}
