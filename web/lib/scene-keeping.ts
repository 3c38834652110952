/**
 * The scene that is being edited, kept in this browser until it is saved or given up: a reload, or a
 * look at another page, loses nothing.
 */
import { Scene, type SceneEntry, type SceneId } from '../../server/protocol/index.ts';
import { forget, recall, remember } from './storage.ts';

/** The page of all scenes, or the dialog of the studio's deck: a reload opens the one again. */
export type EditingPlace = 'page' | 'deck';

export type SceneBeingEdited = {
  /** null for a new one. */
  readonly id: SceneId | null;
  readonly place: EditingPlace;
  readonly scene: Scene;
};

export function keepScene(draft: SceneBeingEdited): void {
  remember('scene', JSON.stringify(draft));
}

export function keptScene(): SceneBeingEdited | null {
  return readKept(recall('scene'));
}

export function forgetScene(): void {
  forget('scene');
}

/**
 * What somebody was at when the page was left, in this place or in any: one of these scenes or a new
 * one. null: nothing, or a scene that was deleted meanwhile.
 */
export function sceneLeft(
  scenes: readonly SceneEntry[],
  place?: EditingPlace,
): SceneEntry | 'new' | null {
  const left = keptScene();
  if (!left || (place && left.place !== place)) return null;
  return left.id === null ? 'new' : (scenes.find(({ id }) => id === left.id) ?? null);
}

/** null where nothing is being edited, or what was kept is no scene of this version. Pure. */
export function readKept(text: string | null): SceneBeingEdited | null {
  try {
    const kept = JSON.parse(text ?? 'null') as SceneBeingEdited | null;
    if (!kept) return null;
    const read = Scene.safeParse(withWords(kept.scene));
    if (!read.success) return null;
    const { id, place } = kept;
    return { id: id ?? null, place: place === 'deck' ? 'deck' : 'page', scene: withoutWords(kept.scene, read.data) }; // prettier-ignore
  } catch {
    return null;
  }
}

const WORD = '-';

/** A name or a text that was just emptied, to be written anew, is no reason to lose the rest. */
function withWords(scene: Scene): Scene {
  return {
    ...scene,
    title: scene.title.trim() || WORD,
    overlays: scene.overlays.map((overlay) =>
      overlay.kind === 'text' ? { ...overlay, text: overlay.text || WORD } : overlay,
    ),
  };
}

function withoutWords(kept: Scene, read: Scene): Scene {
  return {
    ...read,
    title: kept.title.trim() && read.title,
    overlays: read.overlays.map((overlay, i) => {
      const before = kept.overlays[i];
      return overlay.kind === 'text' && before?.kind === 'text' && before.text === ''
        ? { ...overlay, text: '' }
        : overlay;
    }),
  };
}
