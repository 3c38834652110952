/**
 * The avatars of this installation: their list, their folders and their still pictures. Main
 * thread; owned by the app. A picture is drawn once, at its first request.
 */
import { join } from 'node:path';
import { AppError } from '../core/errors.ts';
import { IdleMotion } from '../motion/idle.ts';
import { createPose } from '../protocol/pose.ts';
import type { AvatarSummary } from '../protocol/index.ts';
import { drawPicture } from '../render/rig/picture.ts';
import { listPacks, loadAvatar } from './pack.ts';

const PREVIEW_SIDE = 320;
/** A moment of the idle motion with open eyes. */
const PREVIEW_SECONDS = 1;

export class AvatarLibrary {
  readonly #folder: string;
  readonly #previews = new Map<string, Promise<Uint8Array>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async list(): Promise<AvatarSummary[]> {
    const manifests = await listPacks(this.#folder);
    return manifests.map(({ name, title, description, body, lips, licence, author }) => ({
      name: name,
      title,
      description,
      body,
      lips,
      licence,
      author,
      previewPath: `/api/v1/avatars/${name}/preview.png`,
    }));
  }

  /** The pack's folder. Throws `avatar_not_found` naming the avatars there are, or `bad_pack`. */
  async folder(name: string): Promise<string> {
    const names = (await listPacks(this.#folder)).map((manifest) => manifest.name);
    if (!names.includes(name)) {
      // Not in the list: there is no such folder, or its manifest can't be read. This says which.
      await loadAvatar(this.#folder, name);
      throw new AppError('bad_pack', `The manifest in the folder '${name}' names another avatar`);
    }
    return join(this.#folder, name);
  }

  /** Still picture, PNG with transparent background. Throws `avatar_not_found`, `bad_pack`. */
  preview(name: string): Promise<Uint8Array> {
    let picture = this.#previews.get(name);
    if (!picture) {
      picture = this.#draw(name);
      this.#previews.set(name, picture);
      // A pack that was mended may be asked for again.
      picture.catch(() => this.#previews.delete(name));
    }
    return picture;
  }

  async #draw(name: string): Promise<Uint8Array> {
    const pack = await loadAvatar(this.#folder, name);
    const pose = createPose();
    new IdleMotion(1).update(PREVIEW_SECONDS, { voice: 0, stress: 0 }, pose);
    return drawPicture(pack, pose, { width: PREVIEW_SIDE, height: PREVIEW_SIDE });
  }
}
