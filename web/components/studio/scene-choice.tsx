'use client';
import type { SceneId } from '../../../server/protocol/index.ts';
import { usePageText } from '../../lib/preferences.tsx';
import { Check } from '../ui/check.tsx';
import { useSceneList } from '../../lib/use-scene-list.ts';

/** Null is the plain background. */
export type ChosenScenes = readonly (SceneId | null)[];

/** Presets of the panel, each a video of its own; nothing is asked where there are none. */
export function SceneChoice({
  chosen,
  onChange,
}: {
  readonly chosen: ChosenScenes;
  readonly onChange: (scenes: ChosenScenes) => void;
}) {
  const t = usePageText().scene;
  const scenes = useSceneList();
  if (scenes.length === 0) return null;
  const choices = [
    { id: null, title: t.studioNone },
    ...scenes.map(({ id, scene: { title } }) => ({ id, title })),
  ];
  const toggle = (id: SceneId | null) =>
    onChange(chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id]);
  return (
    <fieldset className="mb-3">
      <legend className="mb-1 text-xs text-ink-2">{t.studio}</legend>
      <div className="flex flex-wrap gap-x-5 gap-y-2">
        {choices.map(({ id, title }) => (
          <Check
            key={id ?? ''}
            label={title}
            value={chosen.includes(id)}
            onChange={() => toggle(id)}
          />
        ))}
      </div>
    </fieldset>
  );
}
