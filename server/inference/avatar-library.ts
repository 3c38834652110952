/**
 * The avatars of this installation: those that come with the program and those that were made or
 * imported here, their folders and their still pictures. Main thread; owned by the app. A picture is
 * drawn once, at its first request.
 */
import { rm, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { drawPortrait, PORTRAIT_FILE } from '../avatars/portrait.ts';
import { Workshop, type WorkshopJob } from '../avatars/workshop.ts';
import { AppError } from '../core/errors.ts';
import type { AvatarSummary } from '../protocol/index.ts';
import { readStyle } from '../render/diffusion/style-summary.ts';
import { listPacks, loadAvatar, loadPack, type AvatarManifest } from './pack.ts';

export type AvatarFolders = {
  readonly builtIn: string;
  /** Of avatars that were made or imported here; it need not be there yet. */
  readonly own: string;
};

/** Where they lie in every installation. */
export function avatarFolders(place: {
  readonly modelsDir: string;
  readonly dataDir: string;
}): AvatarFolders {
  return { builtIn: join(place.modelsDir, 'avatars'), own: join(place.dataDir, 'avatars') };
}

export class AvatarLibrary {
  readonly #folders: AvatarFolders;
  readonly #workshop = new Workshop();
  readonly #previews = new Map<string, Promise<Uint8Array>>();

  constructor(folders: AvatarFolders) {
    this.#folders = folders;
  }

  async list(): Promise<AvatarSummary[]> {
    const [builtIn, own] = await this.#manifests();
    const summary = async (manifest: AvatarManifest, isOwn: boolean): Promise<AvatarSummary> => {
      const { name, title, description, body, lips, licence, author, commercial } = manifest;
      const previewPath = `/api/v1/avatars/${name}/preview.png`;
      const told = { name, title, description, body, lips, licence, author, commercial };
      const folder = join(isOwn ? this.#folders.own : this.#folders.builtIn, name);
      const style = body === 'diffusion' ? await readStyle(folder) : null;
      return { ...told, style, own: isOwn, previewPath };
    };
    return Promise.all([
      ...builtIn.map((each) => summary(each, false)),
      ...own.map((each) => summary(each, true)),
    ]);
  }

  /** The pack's folder. Throws `avatar_not_found` naming the avatars there are, or `bad_pack`. */
  async folder(name: string): Promise<string> {
    const [builtIn, own] = await this.#manifests();
    if (builtIn.some((manifest) => manifest.name === name))
      return join(this.#folders.builtIn, name);
    if (own.some((manifest) => manifest.name === name)) return join(this.#folders.own, name);
    // Not in the list: there is no such folder, or its manifest can't be read. This says which.
    const names = [...builtIn, ...own].map((manifest) => manifest.name);
    for (const folder of [this.#folders.builtIn, this.#folders.own]) {
      await loadAvatar(folder, name).catch((error: unknown) => {
        if (error instanceof AppError && error.code === 'bad_pack') throw error;
      });
    }
    throw new AppError('avatar_not_found', `there is no avatar "${name}"; avatars: ${names.join(', ')}`); // prettier-ignore
  }

  /** The same; null for one that came with the program. */
  async ownFolder(name: string): Promise<string | null> {
    const folder = await this.folder(name);
    return folder === join(this.#folders.own, name) ? folder : null;
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

  /**
   * Makes an avatar out of an uploaded archive and resolves to what the list says of it. Throws what
   * is wrong with the upload, `conflict` for a taken name, `too_many` while another one is made.
   */
  async make(order: Pick<WorkshopJob, 'kind' | 'archive' | 'ffmpeg'>): Promise<AvatarSummary> {
    await mkdir(this.#folders.own, { recursive: true });
    const reserved = (await listPacks(this.#folders.builtIn)).map(({ name }) => name);
    const name = await this.#workshop.make({ ...order, folder: this.#folders.own, reserved });
    this.#previews.delete(name);
    return (await this.list()).find((each) => each.name === name)!;
  }

  /** Throws `avatar_not_found`, and `forbidden` for a built-in one. */
  async remove(name: string): Promise<void> {
    const folder = await this.ownFolder(name);
    if (!folder) throw new AppError('forbidden', `"${name}" came with the program and stays`);
    this.#previews.delete(name);
    await rm(folder, { recursive: true, force: true });
  }

  /** Built-in ones and own ones; a name of the program's cannot be taken by another. */
  async #manifests(): Promise<readonly [AvatarManifest[], AvatarManifest[]]> {
    const builtIn = await listPacks(this.#folders.builtIn);
    const own = await listPacks(this.#folders.own).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'folder_unreachable') return [];
      throw error;
    });
    const names = new Set(builtIn.map(({ name }) => name));
    return [builtIn, own.filter(({ name }) => !names.has(name))];
  }

  async #draw(name: string): Promise<Uint8Array> {
    const pack = await loadPack(await this.folder(name));
    return pack.has(PORTRAIT_FILE) ? pack.file(PORTRAIT_FILE) : drawPortrait(pack);
  }
}
