'use client';
import type { JobLook } from '../../../server/protocol/index.ts';
import { usePageText } from '../../lib/preferences.tsx';
import { Check } from '../ui/check.tsx';
import { NumberField, Select } from '../ui/field.tsx';

export type Look = Pick<JobLook, 'width' | 'height' | 'fps' | 'format' | 'denoise' | 'overlays'>;

const FORMATS = ['mp4', 'mov', 'webm', 'png'] as const;
const LEAST_SIDE = 64;
const MOST_SIDE = 4096;
const MOST_FPS = 120;

export function LookFields({
  look,
  hasScene,
  onChange,
}: {
  readonly look: Look;
  readonly hasScene: boolean;
  readonly onChange: (look: Look) => void;
}) {
  const { studio: t, scene } = usePageText();
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
      {hasScene && look.format !== 'mp4' && (
        <Check
          label={scene.studioOverlays}
          value={look.overlays ?? false}
          onChange={(overlays) => onChange({ ...look, overlays })}
        />
      )}
      <Check
        label={t.denoise}
        value={look.denoise ?? false}
        onChange={(denoise) => onChange({ ...look, denoise })}
      />
    </div>
  );
}
