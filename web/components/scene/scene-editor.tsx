'use client';
import { Trash2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import {
  CANVAS_PRESETS,
  CHROMA_COLOURS,
  Scene,
  type AssetId,
  type SceneBackground,
  type SceneEntry,
  type SessionSnapshot,
} from '../../../server/protocol/index.ts';
import { usePageText } from '../../lib/preferences.tsx';
import type { PartName } from '../../lib/scene-draft.ts';
import { forgetScene, keepScene, keptScene, type EditingPlace } from '../../lib/scene-keeping.ts';
import { useStore } from '../../lib/use-store.ts';
import { useStudio } from '../../lib/use-studio.tsx';
import { Button } from '../ui/button.tsx';
import { ConfirmButton } from '../ui/confirm-button.tsx';
import { Field, NumberField, Select } from '../ui/field.tsx';
import { SceneCanvas } from './scene-canvas.tsx';
import { Colour, Slider } from './scene-fields.tsx';
import { SceneFiles } from './scene-files.tsx';
import { Parts } from './scene-parts.tsx';

/** Who stands in it, and what a new scene begins with. */
export type Stand = Pick<SessionSnapshot, 'cast' | 'width' | 'height' | 'background'>;

type Props = {
  /** Null: a new one. */
  readonly entry: SceneEntry | null;
  readonly snapshot: Stand;
  readonly place: EditingPlace;
  readonly onClose: () => void;
};

const KINDS = ['colour', 'chroma', 'image', 'video', 'live'] as const;
type Change = (change: (scene: Scene) => Scene) => void;

/** One scene: its picture to drag in, its parts, its files. */
export function SceneEditor({ entry, snapshot, place, onClose: leave }: Props) {
  const t = usePageText().scene;
  const { scenes } = useStudio();
  const kept = useStore(scenes.kept)!;
  const id = entry?.id ?? null;
  const [begun] = useState(() => entry?.scene ?? fresh(snapshot, t.add));
  const [scene, setScene] = useState(() => {
    const left = keptScene();
    return left?.id === id ? left.scene : begun;
  });
  useEffect(() => {
    if (scene !== begun) keepScene({ id, place, scene });
  }, [id, place, scene, begun]);
  const onClose = () => {
    forgetScene();
    leave();
  };
  const [chosen, setChosen] = useState<PartName | null>(null);
  const [slide, setSlide] = useState(0);
  const change: Change = (by) => setScene(by);
  const save = async (show: boolean) => {
    const name = id ?? scenes.freeId(scene.title);
    if (!(await scenes.save(name, scene))) return;
    if (show) await scenes.show(name);
    onClose();
  };
  return (
    <div className="space-y-4">
      <div className="flex gap-3">
        <Field
          label={t.name}
          value={scene.title}
          onChange={(title) => change((now) => ({ ...now, title }))}
        />
        <Size scene={scene} change={change} />
      </div>
      <SceneCanvas
        scene={scene}
        slide={slide}
        cast={snapshot.cast}
        assets={kept.assets}
        edit={{ chosen, choose: setChosen, change: setScene }}
      />
      <Parts {...{ scene, change, chosen, slide }} onSlide={setSlide} />
      <Background scene={scene} change={change} />
      <SceneFiles scene={scene} change={change} onSlide={setSlide} />
      <Grade scene={scene} change={change} />
      <div className="flex items-end gap-2">
        <NumberField
          label={t.fade}
          value={scene.fadeMs}
          least={0}
          most={5000}
          step={100}
          onChange={(fadeMs) => change((now) => ({ ...now, fadeMs: Math.round(fadeMs) }))}
        />
        {entry && <Remove entry={entry} onDone={onClose} />}
        <Button look="quiet" onClick={onClose}>
          {t.cancel}
        </Button>
        <Button disabled={scene.title.trim() === ''} onClick={() => void save(false)}>
          {t.save}
        </Button>
        <Button look="live" disabled={scene.title.trim() === ''} onClick={() => void save(true)}>
          {t.saveShow}
        </Button>
      </div>
    </div>
  );
}

function fresh({ width, height, background }: Stand, title: string): Scene {
  return Scene.parse({ title, canvas: { width, height }, colour: background });
}

function Remove({ entry, onDone }: { readonly entry: SceneEntry; readonly onDone: () => void }) {
  const t = usePageText().scene;
  const { scenes } = useStudio();
  const remove = async () => {
    await scenes.remove(entry.id);
    onDone();
  };
  return (
    <ConfirmButton
      size="normal"
      className="mr-auto"
      label={t.remove}
      name={entry.scene.title}
      onConfirm={() => void remove()}
    >
      <Trash2 aria-hidden className="size-4" />
      {t.remove}
    </ConfirmButton>
  );
}

type Part = { readonly scene: Scene; readonly change: Change };

function Size({ scene, change }: Part) {
  const t = usePageText().scene;
  const { width, height } = scene.canvas;
  const named = CANVAS_PRESETS.map(({ name, width: w, height: h }) => [`${w}×${h}`, `${name} (${w}×${h})`] as const); // prettier-ignore
  const now = `${width}×${height}`;
  const all = named.some(([value]) => value === now) ? named : [[now, now] as const, ...named];
  return (
    <Select
      label={t.size}
      value={now}
      values={all.map(([value]) => value)}
      titles={Object.fromEntries(all)}
      onChange={(value) => {
        const [w, h] = value.split('×').map(Number);
        change((before) => ({ ...before, canvas: { width: w!, height: h! } }));
      }}
    />
  );
}

function Background({ scene, change }: Part) {
  const t = usePageText().scene;
  const { scenes } = useStudio();
  const kept = useStore(scenes.kept)!;
  const { background } = scene;
  const assetsOf = (kind: string) => kept.assets.filter((asset) => asset.kind === kind);
  const kinds = KINDS.filter(
    (kind) =>
      kind === background.kind ||
      (kind === 'image' || kind === 'video' ? assetsOf(kind).length > 0 : kind !== 'live' || kept.sources.length > 0), // prettier-ignore
  );
  const set = (next: SceneBackground) => change((now) => ({ ...now, background: next }));
  const choose = (kind: SceneBackground['kind']) => {
    const plain = { fit: 'cover', blur: 0 } as const;
    if (kind === 'image' || kind === 'video') set({ kind, asset: assetsOf(kind)[0]!.id, ...plain });
    else if (kind === 'live') set({ kind, source: kept.sources[0]!, ...plain });
    else set({ kind });
    if (kind === 'chroma') change((now) => ({ ...now, colour: CHROMA_COLOURS[0] }));
  };
  return (
    <div className="space-y-3">
      <div className="flex gap-3">
        <Select
          label={t.background}
          value={background.kind}
          values={kinds}
          titles={t.backgrounds}
          onChange={choose}
        />
        <Colour
          label={t.colour}
          value={scene.colour}
          onChange={(colour) => change((now) => ({ ...now, colour }))}
        />
      </div>
      {background.kind === 'chroma' && <p className="text-xs text-ink-2">{t.keyHint}</p>}
      {'asset' in background && (
        <AssetSelect
          label={t.file}
          kind={background.kind}
          value={background.asset}
          onChange={(asset) => set({ ...background, asset })}
        />
      )}
      {'fit' in background && (
        <div className="flex gap-3">
          <Select
            label={t.fit}
            value={background.fit}
            values={['cover', 'contain'] as const}
            titles={t.fits}
            onChange={(fit) => set({ ...background, fit })}
          />
          <Slider
            label={t.blur}
            value={background.blur / 0.05}
            onChange={(share) => set({ ...background, blur: share * 0.05 })}
          />
        </div>
      )}
    </div>
  );
}

function AssetSelect({
  label,
  kind,
  value,
  onChange,
}: {
  readonly label: string;
  readonly kind: string;
  readonly value: AssetId;
  readonly onChange: (asset: AssetId) => void;
}) {
  const kept = useStore(useStudio().scenes.kept)!;
  const assets = kept.assets.filter((asset) => asset.kind === kind);
  return (
    <Select
      label={label}
      value={value}
      values={assets.map(({ id }) => id)}
      titles={Object.fromEntries(assets.map(({ id, name }) => [id, name]))}
      onChange={onChange}
    />
  );
}

function Grade({ scene, change }: Part) {
  const t = usePageText().scene;
  const kept = useStore(useStudio().scenes.kept)!;
  const luts = kept.assets.filter(({ kind }) => kind === 'lut');
  const { lut } = scene;
  if (luts.length === 0 && !lut) return null;
  const titles = Object.fromEntries(luts.map(({ id, name, about }) => [id, `${name} (${about})`]));
  const choose = (value: string) => {
    const asset = luts.find(({ id }) => id === value)?.id;
    const before = lut ?? ({ strength: 1, on: 'picture', method: 'tetrahedral' } as const);
    change((now) => ({ ...now, lut: asset ? { ...before, asset } : null }));
  };
  return (
    <div className="flex flex-wrap gap-3">
      <Select
        label={t.lut}
        value={lut?.asset ?? ''}
        values={['', ...luts.map(({ id }) => id)]}
        titles={{ '': t.noLut, ...titles }}
        onChange={choose}
      />
      {lut && (
        <>
          <Select
            label={t.lutOn}
            value={lut.on}
            values={['picture', 'avatar'] as const}
            titles={t.lutOns}
            onChange={(on) => change((now) => ({ ...now, lut: { ...lut, on } }))}
          />
          <Slider
            label={t.strength}
            value={lut.strength}
            onChange={(strength) => change((now) => ({ ...now, lut: { ...lut, strength } }))}
          />
        </>
      )}
    </div>
  );
}
