/**
 * The scene that is being edited, kept in this browser until it is saved or given up: a reload, or a
 * look at another page, loses nothing.
 */
import { Scene, type SceneId } from '../../server/protocol/index.ts';
import { forget, recall, remember } from './storage.ts';

export type SceneBeingEdited = {
  /** null for a new one. */
  readonly id: SceneId | null;
  readonly scene: Scene;
};

export function keepScene(draft: SceneBeingEdited): void {
  remember('scene', JSON.stringify(draft));
}

/** null where nothing is being edited, or what was kept is no scene of this version. */
export function keptScene(): SceneBeingEdited | null {
  try {
    const kept = JSON.parse(recall('scene') ?? 'null') as Partial<SceneBeingEdited> | null;
    const scene = Scene.safeParse(kept?.scene);
    return scene.success ? { id: kept?.id ?? null, scene: scene.data } : null;
  } catch {
    return null;
  }
}

export function forgetScene(): void {
  forget('scene');
}
