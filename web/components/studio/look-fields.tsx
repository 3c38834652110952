'use client';
import type { JobLook } from '../../../server/protocol/index.ts';
import { useText } from '../../lib/preferences.tsx';
import { NumberField, Select } from '../ui/field.tsx';

export type Look = Pick<JobLook, 'width' | 'height' | 'fps' | 'format' | 'denoise'>;

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
