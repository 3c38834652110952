/** The server's scenes and their files, and what the live session shows of them. Owned by the studio. */
import type { z } from 'zod';
import type {
  SceneId,
  AssetId,
  AssetKind,
  RegionChoice,
  Scene,
  SceneAsset,
  SceneEntry,
  SessionId,
  SlideTurn,
} from '../../server/protocol/index.ts';
import { api } from './api.ts';
import { asRequestError } from './peer-keeper.ts';
import type { RequestError } from './request-error.ts';
import type { Client } from './socket.ts';
import { Store } from './store.ts';
import { Transfers } from './transfers.ts';

export type SceneInput = z.input<typeof Scene>;

type Kept = {
  readonly scenes: readonly SceneEntry[];
  readonly assets: readonly SceneAsset[];
  /** Names of live video that comes in. */
  readonly sources: readonly string[];
};

export class Scenes {
  /** null until the server has answered. */
  readonly kept = new Store<Kept | null>(null);
  readonly transfers = new Transfers();
  readonly problem = new Store<RequestError | null>(null);
  readonly #client: Client;
  #sessionId: SessionId | null = null;
  #off: () => void = () => undefined;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Which session is meant; null: none is live. */
  attach(sessionId: SessionId | null): void {
    this.#off();
    this.#sessionId = sessionId;
    this.problem.set(null);
    this.#off = this.#client.on('scenes:changed', () => void this.refresh());
  }

  refresh(): Promise<boolean> {
    return this.#try(async () => {
      const [{ scenes, sources }, assets] = await Promise.all([
        api<Pick<Kept, 'scenes' | 'sources'>>('GET', '/scenes'),
        api<SceneAsset[]>('GET', '/scene-assets'),
      ]);
      this.kept.set({ scenes, sources, assets });
    });
  }

  /** Makes or replaces; true when the server took it. */
  async save(id: SceneId, scene: SceneInput): Promise<boolean> {
    const taken = await this.#try(() => api('PUT', `/scenes/${id}`, scene));
    return taken && this.refresh();
  }

  async remove(id: SceneId): Promise<void> {
    if (await this.#try(() => api('DELETE', `/scenes/${id}`))) await this.refresh();
  }

  /** A name for a new scene that no other has. */
  freeId(title: string): SceneId {
    const plain = title.toLowerCase().normalize('NFKD').replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, ''); // prettier-ignore
    const base = plain === '' ? 'scene' : plain.slice(0, 50);
    const known = new Set(this.kept.get()?.scenes.map(({ id }) => id));
    for (let i = 1; ; i += 1) {
      // Made of the letters that a name may have.
      const id = (i === 1 ? base : `${base}-${i}`) as SceneId;
      if (!known.has(id)) return id;
    }
  }

  show(scene: SceneId | null): Promise<boolean> {
    return this.#ask((sessionId) => this.#client.request('scene:show', { sessionId, scene }));
  }

  turn(turn: SlideTurn): Promise<boolean> {
    return this.#ask((sessionId) => this.#client.request('scene:slide', { sessionId, turn }));
  }

  point(region: RegionChoice): Promise<boolean> {
    return this.#ask((sessionId) => this.#client.request('scene:point', { sessionId, region }));
  }

  asset(id: AssetId): SceneAsset | undefined {
    return this.kept.get()?.assets.find((asset) => asset.id === id);
  }

  /** Sends a file; undefined where the server refuses it, which is told, or it was called off. */
  async upload(file: Blob, kind: AssetKind, name: string): Promise<SceneAsset | undefined> {
    let sent: SceneAsset | undefined;
    await this.#try(async () => {
      const path = `/scene-assets?kind=${kind}&name=${encodeURIComponent(name)}`;
      sent = await this.transfers.send<SceneAsset>(path, file, name);
      await this.refresh();
    });
    return sent;
  }

  #ask(work: (sessionId: SessionId) => Promise<unknown>): Promise<boolean> {
    const sessionId = this.#sessionId;
    return sessionId ? this.#try(() => work(sessionId)) : Promise.resolve(false);
  }

  async #try(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      this.problem.set(null);
      return true;
    } catch (error) {
      this.problem.set(asRequestError(error));
      return false;
    }
  }
}

export function thumbnailOf(id: AssetId): string {
  return `/api/v1/scene-assets/${id}/thumbnail.png`;
}

/** The kind that a file's name and type say it is. */
export function kindOf(file: File): AssetKind | undefined {
  if (file.name.toLowerCase().endsWith('.cube')) return 'lut';
  if (file.type.startsWith('video/')) return 'video';
  return /^image\/(png|jpeg|webp)$/.test(file.type) ? 'image' : undefined;
}
