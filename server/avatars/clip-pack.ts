/** Footage becomes an avatar pack: one video with its loop and gestures, and the lips' networks. */
import { copyFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { loadPack } from '../inference/pack.ts';
import type { AvatarWishes } from '../protocol/avatar.ts';
import { CLIP_FILE } from '../render/clip/clip-file.ts';
import type { LipsFile } from '../render/lips/lips-file.ts';
import { filmClip, VIDEO, type Footage } from './clip-footage.ts';
import { PackWriter, type PackDraft } from './pack-writer.ts';
import { drawPortrait, PORTRAIT_FILE } from './portrait.ts';

export type ClipSource = Footage & {
  readonly wishes: AvatarWishes;
  /** How the lips' networks go together, and the folder they lie in; undefined: the footage's own mouth. */
  readonly lips: { readonly file: LipsFile; readonly folder: string } | undefined;
};

/** Throws `unreadable_media`, `conflict`, `bad_pack`; leaves nothing when it throws. */
export async function makeClipPack(target: string, source: ClipSource): Promise<void> {
  const { wishes, lips } = source;
  await using writer = await PackWriter.open(target);
  const clip = await filmClip(writer.folder, source);
  await writer.add(VIDEO);
  for (const graph of lips ? graphsOf(lips.file) : []) {
    await copyFile(join(lips!.folder, graph), join(writer.folder, graph));
    await writer.add(graph);
  }
  await writer.write(CLIP_FILE, JSON.stringify({ ...clip, ...(lips && { lips: lips.file }) }));
  const { name, title, licence, author, commercial } = wishes;
  const draft: PackDraft = {
    ...{ name, licence, author, commercial },
    body: 'clip',
    lips: lips?.file.kind ?? 'none',
    title: { en: title, zh: title },
    description: { en: 'Made from footage', zh: '由视频制作' },
  };
  await writer.describe(draft);
  await writer.write(PORTRAIT_FILE, await drawPortrait(await loadPack(writer.folder, name)));
  await writer.finish(draft);
}

/** The files that a lips description names. */
export function graphsOf(lips: LipsFile): string[] {
  const named = Object.values(lips).filter((value) => typeof value === 'string');
  return named.filter((value) => value.endsWith('.onnx')).map((value) => basename(value));
}
