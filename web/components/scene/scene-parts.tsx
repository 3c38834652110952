'use client';
import { FONTS, type Scene, type SceneOverlay } from '../../../server/protocol/index.ts';
import { usePageText } from '../../lib/preferences.tsx';
import { changed, type PartName } from '../../lib/scene-draft.ts';
import { Button } from '../ui/button.tsx';
import { Field, Select } from '../ui/field.tsx';
import { Check } from '../ui/check.tsx';
import { Colour, Slider, TextArea } from './scene-fields.tsx';

type Props = {
  readonly scene: Scene;
  readonly change: (change: (scene: Scene) => Scene) => void;
  readonly chosen: PartName | null;
  readonly slide: number;
  readonly onSlide: (slide: number) => void;
};

/** The chosen part's own fields, and what can be added. */
export function Parts({ scene, change, chosen, slide, onSlide }: Props) {
  const t = usePageText().scene;
  const overlay = chosen?.kind === 'overlay' ? scene.overlays[chosen.index] : undefined;
  const region = chosen?.kind === 'region' ? scene.slides[slide]?.regions[chosen.index] : undefined;
  const index = chosen && 'index' in chosen ? chosen.index : 0;
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-center gap-2">
        <Button size="small" onClick={() => change((now) => changed.withText(now, t.newText))}>
          {t.addText}
        </Button>
        {scene.slides.length > 0 && (
          <Button size="small" onClick={() => change((now) => changed.withRegion(now, slide))}>
            {t.addRegion}
          </Button>
        )}
        {scene.slides.length > 1 && (
          <span className="ml-auto flex gap-1">
            {scene.slides.map((_, i) => (
              <Button
                key={i}
                size="small"
                look={i === slide ? 'primary' : 'quiet'}
                aria-label={t.turnTo(i + 1)}
                onClick={() => onSlide(i)}
              >
                {i + 1}
              </Button>
            ))}
          </span>
        )}
      </div>
      {overlay && (
        <OverlayFields
          overlay={overlay}
          onChange={(next) => change((now) => changed.overlay(now, index, () => next))}
          onRemove={() => change((now) => changed.without(now, { kind: 'overlay', index }, slide))}
        />
      )}
      {region && (
        <Field
          label={t.regionName}
          value={region.name}
          onChange={(name) =>
            change((now) =>
              changed.slide(now, slide, (each) => ({
                ...each,
                regions: each.regions.map((one, i) => (i === index ? { ...one, name } : one)),
              })),
            )
          }
        />
      )}
    </div>
  );
}

function OverlayFields({
  overlay,
  onChange,
  onRemove,
}: {
  readonly overlay: SceneOverlay;
  readonly onChange: (overlay: SceneOverlay) => void;
  readonly onRemove: () => void;
}) {
  const t = usePageText().scene;
  const what = overlay.kind === 'text' ? t.text : t.image;
  return (
    <div className="space-y-3 rounded-lg border border-line p-3">
      {overlay.kind === 'text' && (
        <>
          <TextArea
            label={t.text}
            value={overlay.text}
            onChange={(text) => onChange({ ...overlay, text })}
          />
          <div className="flex gap-3">
            <Select
              label={t.font}
              value={overlay.font}
              values={FONTS}
              titles={{ sans: 'Sans', serif: 'Serif', mono: 'Mono' }}
              onChange={(font) => onChange({ ...overlay, font })}
            />
            <Slider
              label={t.textSize}
              value={overlay.size / 0.2}
              onChange={(share) => onChange({ ...overlay, size: Math.max(0.015, share * 0.2) })}
            />
          </div>
          <div className="flex flex-wrap items-center gap-4">
            <Colour
              label={t.colour}
              value={overlay.colour}
              onChange={(colour) => onChange({ ...overlay, colour })}
            />
            <Colour
              label={t.plate}
              value={overlay.plate ?? '#1d2530'}
              onChange={(plate) => onChange({ ...overlay, plate })}
            />
            <Check
              label={t.plate}
              value={overlay.plate !== null}
              onChange={(on) => onChange({ ...overlay, plate: on ? '#1d2530' : null })}
            />
            <Check
              label={t.bold}
              value={overlay.bold}
              onChange={(bold) => onChange({ ...overlay, bold })}
            />
          </div>
        </>
      )}
      <div className="flex items-center justify-between">
        <Check
          label={t.behind}
          value={overlay.layer === 'behind'}
          onChange={(on) => onChange({ ...overlay, layer: on ? 'behind' : 'front' })}
        />
        <Button look="quiet" size="small" onClick={onRemove}>
          {t.removePart(what)}
        </Button>
      </div>
    </div>
  );
}
