/** The pack of a photo, with its own preview. Workshop thread or command line. */
import type { PhotoUpload } from '../protocol/avatar.ts';
import type { Still } from '../render/picture/still.ts';
import { writePhoto } from './make-photo.ts';
import { PackWriter, type PackDraft } from './pack-writer.ts';
import { drawPortrait, PORTRAIT_FILE } from './portrait.ts';
import { loadPack } from '../inference/pack.ts';

export type PhotoPack = {
  readonly upload: PhotoUpload;
  readonly photo: Still;
  readonly mask: Uint8Array | undefined;
};

/** Throws `bad_request`, `conflict`; leaves nothing when it throws. */
export async function makePhotoPack(target: string, source: PhotoPack): Promise<void> {
  const { upload, photo, mask } = source;
  const { name, title, licence, author, commercial, points } = upload;
  await using writer = await PackWriter.open(target);
  await writePhoto(writer, { photo, points, mask, wishes: upload });
  const draft: PackDraft = {
    ...{ name, licence, author, commercial },
    body: 'photo',
    lips: 'visemes',
    title: { en: title, zh: title },
    description: { en: 'Made from a photo', zh: '由照片制作' },
  };
  await writer.describe(draft);
  await writer.write(PORTRAIT_FILE, await drawPortrait(await loadPack(writer.folder, name)));
  await writer.finish(draft);
}
