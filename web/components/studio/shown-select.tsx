'use client';
import { SceneId, type SceneEntry } from '../../../server/protocol/index.ts';
import { usePageText } from '../../lib/preferences.tsx';
import type { Ask } from '../../lib/studio-script.ts';
import { Select } from '../ui/field.tsx';

/** What a mark changes around the avatar: a scene, or the slide by one. */
export type Shown = Extract<Ask, { scene: unknown } | { slide: unknown }>;

const [PLAIN, NEXT, PREVIOUS] = ['/plain', '/next', '/previous'];

/** Scenes of the server and slides one on or back; a scene that is gone keeps its name. */
export function ShownSelect({
  value,
  scenes,
  onChange,
}: {
  readonly value: Shown;
  readonly scenes: readonly SceneEntry[];
  readonly onChange: (shown: Shown) => void;
}) {
  const t = usePageText().script;
  const key = keyOf(value);
  const titles: Readonly<Record<string, string>> = {
    ...(key.startsWith('/') ? {} : { [key]: t.shown.scene(key) }),
    ...Object.fromEntries(scenes.map(({ id, scene }) => [id, t.shown.scene(scene.title)])),
    [PLAIN]: t.shown.plain,
    [NEXT]: t.shown.next,
    [PREVIOUS]: t.shown.previous,
  };
  const values = Object.keys(titles);
  return (
    <Select
      label={t.shown.label}
      {...{ value: key, values, titles }}
      onChange={(chosen) => onChange(shownOf(chosen))}
    />
  );
}

function keyOf(shown: Shown): string {
  if ('scene' in shown) return shown.scene ?? PLAIN;
  return shown.slide === 'previous' ? PREVIOUS : NEXT;
}

function shownOf(key: string): Shown {
  if (key === PLAIN) return { scene: null };
  if (key === NEXT) return { slide: 'next' };
  if (key === PREVIOUS) return { slide: 'previous' };
  return { scene: SceneId.parse(key) };
}
