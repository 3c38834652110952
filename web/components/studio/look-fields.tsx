'use client';
import { useEffect, useState } from 'react';
import type { JobLook, SceneEntry } from '../../../server/protocol/index.ts';
import { api } from '../../lib/api.ts';
import { useText } from '../../lib/preferences.tsx';
import { NumberField, Select } from '../ui/field.tsx';

export type Look = Pick<
  JobLook,
  'width' | 'height' | 'fps' | 'format' | 'denoise' | 'scene' | 'overlays'
>;

const FORMATS = ['mp4', 'mov', 'webm', 'png'] as const;
const LEAST_SIDE = 64;
const MOST_SIDE = 4096;
const MOST_FPS = 120;

export function LookFields({
  look,
  onChange,
}: {
  readonly look: Look;
  readonly onChange: (look: Look) => void;
}) {
  const t = useText().studio;
  const side = { least: LEAST_SIDE, most: MOST_SIDE, step: 2 };
  const even = (value: number) => Math.round(value / 2) * 2;
  return (
    <div className="space-y-3">
      <div className="flex gap-3">
        <NumberField
          label={t.width}
          value={look.width}
          {...side}
          onChange={(width) => onChange({ ...look, width: even(width) })}
        />
        <NumberField
          label={t.height}
          value={look.height}
          {...side}
          onChange={(height) => onChange({ ...look, height: even(height) })}
        />
        <NumberField
          label={t.fps}
          value={look.fps}
          least={1}
          most={MOST_FPS}
          onChange={(fps) => onChange({ ...look, fps: Math.round(fps) })}
        />
      </div>
      <Select
        label={t.format}
        value={look.format}
        values={FORMATS}
        titles={t.formats}
        onChange={(format) => onChange({ ...look, format })}
      />
      <SceneFields look={look} onChange={onChange} />
      <label className="flex items-center gap-2 text-sm">
        <input
          type="checkbox"
          checked={look.denoise ?? false}
          onChange={({ target }) => onChange({ ...look, denoise: target.checked })}
          className="size-4 accent-accent"
        />
        {t.denoise}
      </label>
    </div>
  );
}

/** Presets of the panel; nothing is asked where there are none. */
function SceneFields({
  look,
  onChange,
}: {
  readonly look: Look;
  readonly onChange: (look: Look) => void;
}) {
  const t = useText().scene;
  const [scenes, setScenes] = useState<readonly SceneEntry[]>([]);
  useEffect(() => {
    // Without the list there is no scene to choose, which shows.
    const answer = api<{ readonly scenes: SceneEntry[] }>('GET', '/scenes');
    void answer.then((found) => setScenes(found.scenes), () => undefined); // prettier-ignore
  }, []);
  if (scenes.length === 0) return null;
  const { scene, overlays = false, ...plain } = look;
  const titles = Object.fromEntries(scenes.map(({ id, scene: { title } }) => [id, title]));
  return (
    <>
      <Select
        label={t.studio}
        value={scene ?? ''}
        values={['', ...scenes.map(({ id }) => id)]}
        titles={{ '': t.studioNone, ...titles }}
        onChange={(value) => {
          const chosen = scenes.find(({ id }) => id === value)?.id;
          onChange(chosen ? { ...plain, scene: chosen } : plain);
        }}
      />
      {scene && look.format !== 'mp4' && (
        <label className="flex items-center gap-2 text-sm">
          <input
            type="checkbox"
            checked={overlays}
            onChange={({ target }) => onChange({ ...look, overlays: target.checked })}
            className="size-4 accent-accent"
          />
          {t.studioOverlays}
        </label>
      )}
    </>
  );
}
