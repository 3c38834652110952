/** The scenes of this server. Main thread; owned by the app. */
import { AppError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import { MAX_SCENES, Scene, SceneId, type SceneEntry } from '../protocol/scene.ts';
import type { SceneStore } from '../store/scenes.ts';

export class SceneLibrary {
  readonly #store: SceneStore;
  readonly #scenes = new Map<SceneId, Scene>();
  readonly #listeners = new Set<(id: SceneId) => void>();

  private constructor(store: SceneStore) {
    this.#store = store;
  }

  /** What can't be read any more is left alone and logged. */
  static async open(store: SceneStore, log: Logger): Promise<SceneLibrary> {
    const library = new SceneLibrary(store);
    for (const { id, body } of await store.all('scene')) {
      const scene = Scene.safeParse(JSON.parse(body));
      if (scene.success) library.#scenes.set(SceneId.parse(id), scene.data);
      else log.warn({ scene: id }, 'a scene can not be read; it was made by another version');
    }
    return library;
  }

  list(): SceneEntry[] {
    return [...this.#scenes].map(([id, scene]) => ({ id, scene }));
  }

  /** Throws `not_found` with those there are. */
  get(id: SceneId): Scene {
    const scene = this.#scenes.get(id);
    if (scene) return scene;
    const known = [...this.#scenes.keys()].join(', ') || 'none yet';
    throw new AppError('not_found', `There is no scene '${id}'; there are: ${known}`);
  }

  /** Makes or replaces the one of this id. */
  async save(id: SceneId, scene: Scene): Promise<SceneEntry> {
    if (!this.#scenes.has(id) && this.#scenes.size >= MAX_SCENES) {
      throw new AppError('too_many', `There are ${MAX_SCENES} scenes; delete one first`);
    }
    await this.#store.write('scene', { id, body: JSON.stringify(scene) });
    this.#scenes.set(id, scene);
    this.#tell(id);
    return { id, scene };
  }

  /** Throws `not_found`. */
  async delete(id: SceneId): Promise<void> {
    this.get(id);
    await this.#store.remove('scene', id);
    this.#scenes.delete(id);
    this.#tell(id);
  }

  /** Hears which scene was made, changed or deleted; returns what takes the listener off. */
  onChange(listener: (id: SceneId) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(id: SceneId): void {
    for (const listener of this.#listeners) listener(id);
  }
}

/** Every file that a scene names. */
export function assetsOf(scene: Scene): string[] {
  const { background, slides, overlays, lut } = scene;
  return [
    ...('asset' in background ? [background.asset] : []),
    ...slides.map(({ asset }) => asset),
    ...overlays.flatMap((overlay) => (overlay.kind === 'image' ? [overlay.asset] : [])),
    ...(lut ? [lut.asset] : []),
  ];
}
