'use client';
import clsx from 'clsx';
import { useEffect, useState } from 'react';
import type {
  AssetId,
  AvatarSummary,
  Scene,
  SceneAsset,
  SceneBox,
  SceneOverlay,
} from '../../../server/protocol/index.ts';
import { api } from '../../lib/api.ts';
import { usePreferences, useText } from '../../lib/preferences.tsx';
import { changed, fitted, moved, type PartName } from '../../lib/scene-draft.ts';
import { thumbnailOf } from '../../lib/scenes.ts';
import { Draggable } from './draggable.tsx';

type Props = {
  readonly scene: Scene;
  /** Shown slide, from 0. */
  readonly slide: number;
  readonly avatar: string;
  readonly assets: readonly SceneAsset[];
  readonly edit?: {
    readonly chosen: PartName | null;
    readonly choose: (part: PartName) => void;
    readonly change: (scene: Scene) => void;
  };
};

/** The scene as it will look, but for its LUT; with `edit`, everything in it can be dragged and sized. */
export function SceneCanvas({ scene, slide, avatar, assets, edit }: Props) {
  const { width, height } = scene.canvas;
  const shown = scene.slides[slide];
  const asset = assets.find(({ id }) => id === shown?.asset);
  const place = asset && fitted(scene.slideBox, asset, scene.canvas);
  return (
    <div
      className="@container-size relative mx-auto w-full overflow-hidden rounded-lg select-none"
      style={{
        aspectRatio: `${width} / ${height}`,
        // In lists it stands whole in a wide frame.
        maxWidth: edit
          ? height > width
            ? '60%'
            : '100%'
          : `${Math.min(100, (width / height) * (9 / 16) * 100)}%`,
        background: scene.colour,
        touchAction: edit ? 'none' : 'auto',
      }}
      data-testid={edit ? 'scene-canvas' : undefined}
    >
      <Behind background={scene.background} />
      {shown && place && <Picture id={shown.asset} box={place} />}
      <Overlays scene={scene} layer="behind" />
      <Standing avatar={avatar} scene={scene} />
      <Overlays scene={scene} layer="front" />
      {edit && <Handles {...{ scene, slide, edit, assets }} place={place} />}
    </div>
  );
}

function Behind({ background }: Pick<Scene, 'background'>) {
  if (!('asset' in background)) return null;
  const { asset, fit, blur } = background;
  return (
    <img
      src={thumbnailOf(asset)}
      alt=""
      draggable={false}
      className={clsx(
        'absolute inset-0 size-full',
        fit === 'cover' ? 'object-cover' : 'object-contain',
      )}
      style={blur > 0 ? { filter: `blur(${blur * 100}cqh)` } : {}}
    />
  );
}

function Picture({
  id,
  box,
  opacity = 1,
}: {
  readonly id: AssetId;
  readonly box: SceneBox;
  readonly opacity?: number;
}) {
  return (
    <img
      src={thumbnailOf(id)}
      alt=""
      draggable={false}
      className="absolute object-contain"
      style={{ ...placed(box), opacity }}
    />
  );
}

function Overlays({ scene, layer }: { readonly scene: Scene; readonly layer: 'front' | 'behind' }) {
  return scene.overlays.map((overlay, i) =>
    overlay.layer === layer ? <Overlay key={i} overlay={overlay} /> : null,
  );
}

const FAMILIES = { sans: 'sans-serif', serif: 'serif', mono: 'monospace' } as const;

function Overlay({ overlay }: { readonly overlay: SceneOverlay }) {
  if (overlay.kind === 'image') {
    return <Picture id={overlay.asset} box={overlay.box} opacity={overlay.opacity} />;
  }
  const { box, text, size, font, bold, align, colour, plate, opacity } = overlay;
  return (
    <div className="absolute overflow-hidden" style={{ ...placed(box), opacity }}>
      <p
        className="whitespace-pre-wrap"
        style={{
          color: colour,
          fontFamily: FAMILIES[font],
          fontWeight: bold ? 700 : 400,
          fontSize: `${size * 100}cqh`,
          lineHeight: 1.3,
          textAlign: align === 'centre' ? 'center' : align,
          ...(plate && {
            background: plate,
            borderRadius: `${size * 25}cqh`,
            padding: `${size * 17}cqh ${size * 35}cqh`,
          }),
        }}
      >
        {text}
      </p>
    </div>
  );
}

/** As many as the scene places, and at least one. */
function Standing({ avatar, scene }: { readonly avatar: string; readonly scene: Scene }) {
  const [first = { x: 0.5, bottom: 1, scale: 1 }] = scene.avatars;
  const summary = useAvatar(avatar);
  if (!summary) return null;
  return (
    <img
      src={summary.previewPath}
      alt=""
      draggable={false}
      className="absolute aspect-square -translate-x-1/2 -translate-y-full object-contain object-bottom"
      style={{
        left: `${first.x * 100}%`,
        top: `${first.bottom * 100}%`,
        height: `${first.scale * 100}%`,
      }}
    />
  );
}

let avatarsOnce: Promise<readonly AvatarSummary[]> | undefined;

function useAvatar(name: string): AvatarSummary | undefined {
  const [avatars, setAvatars] = useState<readonly AvatarSummary[]>([]);
  useEffect(() => {
    // Without the list no figure is drawn, which harms nothing.
    avatarsOnce ??= api<AvatarSummary[]>('GET', '/avatars').catch(() => []);
    void avatarsOnce.then(setAvatars);
  }, []);
  return avatars.find((each) => each.name === name) ?? avatars[0];
}

type HandlesProps = Pick<Props, 'scene' | 'slide' | 'assets'> & {
  readonly edit: NonNullable<Props['edit']>;
  /** Of the slide itself. */
  readonly place: SceneBox | undefined;
};

function Handles({ scene, slide, edit, place }: HandlesProps) {
  const t = useText().scene;
  const { language } = usePreferences();
  const handle = (part: PartName, label: string, box: SceneBox) => (
    <Draggable
      key={`${part.kind}-${'index' in part ? part.index : 0}-${language}`}
      label={label}
      box={box}
      chosen={JSON.stringify(part) === JSON.stringify(edit.chosen)}
      onChoose={() => edit.choose(part)}
      onMove={(dx, dy) => edit.change(moved(scene, part, { dx, dy, slide }, 'move'))}
      onResize={(dx, dy) => edit.change(moved(scene, part, { dx, dy, slide }, 'size'))}
      onRemove={
        part.kind === 'overlay' || part.kind === 'region'
          ? () => edit.change(changed.without(scene, part, slide))
          : undefined
      }
    />
  );
  const [first = { x: 0.5, bottom: 1, scale: 1 }] = scene.avatars;
  const wide = (first.scale * scene.canvas.height * 0.62) / scene.canvas.width;
  const figure = { x: first.x - wide / 2, y: first.bottom - first.scale, width: wide, height: first.scale }; // prettier-ignore
  const regions = scene.slides[slide]?.regions ?? [];
  return (
    <>
      {scene.slides.length > 0 && handle({ kind: 'slides' }, t.slideBox, scene.slideBox)}
      {handle({ kind: 'avatar' }, t.avatar, figure)}
      {scene.overlays.map(
        (overlay, index) =>
        handle({ kind: 'overlay', index }, overlay.kind === 'text' ? overlay.text : t.image, overlay.box), // prettier-ignore
      )}
      {place && (
        <div className="pointer-events-none absolute *:pointer-events-auto" style={placed(place)}>
          {regions.map((region, index) =>
            handle({ kind: 'region', index }, t.region(index + 1, region.name), region),
          )}
        </div>
      )}
    </>
  );
}

function placed({ x, y, width, height }: SceneBox) {
  return { left: `${x * 100}%`, top: `${y * 100}%`, width: `${width * 100}%`, height: `${height * 100}%` }; // prettier-ignore
}
