/**
 * The downloadable models of this installation: which are here, and how to get or remove one. A
 * model's file carries its sum in its name and only gets that name once the sum was checked, so a
 * file that is there is whole. Main thread; owned by the app.
 */
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, toAppError } from '../core/errors.ts';
import type { ModelName, ModelStatus } from '../protocol/model.ts';
import { download, sha256, sizeOf } from './download.ts';
import { readManifest, type ManifestEntry } from './manifest.ts';

export type ModelStoreOptions = {
  readonly manifest: string;
  /** Folder that holds the files; made when first needed. */
  readonly folder: string;
  readonly mirror: string | undefined;
};

type Pull = { received: number; done: Promise<void>; readonly stop: AbortController };

export class ModelStore {
  readonly #entries: readonly ManifestEntry[];
  readonly #options: ModelStoreOptions;
  readonly #pulls = new Map<ModelName, Pull>();
  readonly #problems = new Map<ModelName, string>();
  readonly #stop = new AbortController();

  private constructor(entries: readonly ManifestEntry[], options: ModelStoreOptions) {
    this.#entries = entries;
    this.#options = options;
  }

  /** Throws `bad_pack` for a wrong manifest. */
  static async open(options: ModelStoreOptions): Promise<ModelStore> {
    return new ModelStore(await readManifest(options.manifest), options);
  }

  /** Stops what is being fetched; the parts stay and are continued next time. */
  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.allSettled([...this.#pulls.values()].map(({ done }) => done));
  }

  list(): Promise<ModelStatus[]> {
    return Promise.all(this.#entries.map((entry) => this.#status(entry)));
  }

  status(name: ModelName): Promise<ModelStatus> {
    return this.#status(this.#entry(name));
  }

  /** Where a ready model lies. Throws `not_found` where it isn't here. */
  async file(name: ModelName): Promise<string> {
    const { state } = await this.status(name);
    if (state === 'ready') return this.#path(this.#entry(name));
    throw new AppError('not_found', `The model '${name}' isn't here; pull it first`);
  }

  /** Resolves when the model is here. Callers at the same time share one download. */
  pull(name: ModelName): Promise<void> {
    const entry = this.#entry(name);
    const running = this.#pulls.get(name);
    if (running) return running.done;
    this.#problems.delete(name);
    const pull: Pull = { received: 0, done: Promise.resolve(), stop: new AbortController() };
    pull.done = this.#fetch(entry, pull).finally(() => this.#pulls.delete(name));
    // Who doesn't wait reads the problem from the status.
    pull.done.catch((error: unknown) => {
      if (!pull.stop.signal.aborted) this.#problems.set(name, toAppError(error).message);
    });
    this.#pulls.set(name, pull);
    return pull.done;
  }

  /** Stops what is being fetched; its part stays and is continued next time. */
  async cancel(name: ModelName): Promise<void> {
    const pull = this.#pulls.get(this.#entry(name).name);
    pull?.stop.abort();
    await pull?.done.catch(() => undefined); // Its end is what was asked for.
  }

  /** Undefined when the file is whole, else what is wrong. */
  async verify(name: ModelName): Promise<string | undefined> {
    const entry = this.#entry(name);
    const found = await sha256(await this.file(name));
    return found === entry.sha256 ? undefined : `sha256 is ${found} instead of ${entry.sha256}`;
  }

  async remove(name: ModelName): Promise<void> {
    const entry = this.#entry(name);
    if (this.#pulls.has(name)) {
      throw new AppError('conflict', `The model '${name}' is being fetched; wait until it is here`);
    }
    this.#problems.delete(name);
    await rm(this.#path(entry), { force: true });
    await rm(this.#part(entry), { force: true });
  }

  async #fetch(entry: ManifestEntry, pull: Pull): Promise<void> {
    const path = this.#path(entry);
    if ((await sizeOf(path)) === entry.sizeBytes) return;
    await makeFolder(this.#options.folder);
    const part = this.#part(entry);
    const { mirror } = this.#options;
    await download({
      entry,
      mirror,
      part,
      onProgress: (received) => (pull.received = received),
      signal: AbortSignal.any([this.#stop.signal, pull.stop.signal]),
    });
    await rename(part, path);
  }

  async #status(entry: ManifestEntry): Promise<ModelStatus> {
    const { name, purpose, sizeBytes, licence, author, commercial, url } = entry;
    const pull = this.#pulls.get(name);
    const ready = (await sizeOf(this.#path(entry))) === sizeBytes;
    const received = pull?.received ?? (ready ? sizeBytes : await sizeOf(this.#part(entry)));
    return {
      name,
      purpose,
      sizeBytes,
      licence,
      author,
      commercial,
      url,
      state: ready ? 'ready' : pull ? 'pulling' : 'missing',
      receivedBytes: ready ? sizeBytes : received,
      problem: this.#problems.get(name) ?? '',
      path: `/models/${name}`,
    };
  }

  #entry(name: ModelName): ManifestEntry {
    const entry = this.#entries.find((each) => each.name === name);
    if (entry) return entry;
    const names = this.#entries.map((each) => each.name).join(', ');
    throw new AppError('not_found', `There is no model '${name}'; there are ${names}`);
  }

  #path({ sha256: sum, file }: ManifestEntry): string {
    return join(this.#options.folder, `${sum.slice(0, 16)}-${file}`);
  }

  #part(entry: ManifestEntry): string {
    return `${this.#path(entry)}.part`;
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new AppError('folder_unreachable', `The folder ${folder} can't be written`, error);
  }
}
