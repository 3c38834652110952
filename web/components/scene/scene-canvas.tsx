'use client';
import clsx from 'clsx';
import { useEffect, useState } from 'react';
import type {
  AssetId,
  AvatarSummary,
  CastMember,
  Scene,
  SceneAsset,
  SceneBox,
  SceneOverlay,
  SceneStanding,
} from '../../../server/protocol/index.ts';
import { api } from '../../lib/api.ts';
import { gradedColour, type Grade } from '../../lib/grade.ts';
import { usePagePreferences, usePageText } from '../../lib/preferences.tsx';
import { changed, fitted, moved, standingIn, type PartName } from '../../lib/scene-draft.ts';
import { thumbnailOf } from '../../lib/scenes.ts';
import { Draggable } from './draggable.tsx';
import { GradedImage, useGrade } from './graded.tsx';

/** Who stands in it, as far as the picture tells. */
export type Figure = Pick<CastMember, 'avatar' | 'x' | 'scale' | 'mirrored'>;

type Props = {
  readonly scene: Scene;
  /** Shown slide, from 0. */
  readonly slide: number;
  readonly cast: readonly Figure[];
  readonly assets: readonly SceneAsset[];
  readonly edit?: {
    readonly chosen: PartName | null;
    readonly choose: (part: PartName) => void;
    readonly change: (scene: Scene) => void;
  };
};

/** The scene as it will look; with `edit`, everything in it can be dragged and sized. */
export function SceneCanvas({ scene, slide, cast, assets, edit }: Props) {
  const { width, height } = scene.canvas;
  const shown = scene.slides[slide];
  const asset = assets.find(({ id }) => id === shown?.asset);
  const place = asset && fitted(scene.slideBox, asset, scene.canvas);
  const grade = useGrade(scene.lut);
  const onAll = scene.lut?.on === 'picture' ? grade : null;
  const isKey = scene.background.kind === 'chroma';
  return (
    <div
      className="@container-size relative mx-auto w-full overflow-hidden rounded-lg select-none"
      style={{
        aspectRatio: `${width} / ${height}`,
        // In lists it stands whole in a wide frame.
        maxWidth: edit
          ? `min(100%, calc(52dvh * ${width / height}))`
          : `${Math.min(100, (width / height) * (9 / 16) * 100)}%`,
        background: isKey ? scene.colour : gradedColour(onAll, scene.colour),
        touchAction: edit ? 'none' : 'auto',
      }}
      data-testid={edit ? 'scene-canvas' : undefined}
    >
      <Behind background={scene.background} grade={onAll} />
      {shown && place && <Picture id={shown.asset} box={place} grade={onAll} />}
      <Overlays scene={scene} layer="behind" grade={onAll} />
      <Standing cast={cast} scene={scene} grade={grade} />
      <Overlays scene={scene} layer="front" grade={onAll} />
      {edit && <Handles {...{ scene, slide, edit, assets, cast }} place={place} />}
    </div>
  );
}

type Graded = { readonly grade: Grade | null };

function Behind({ background, grade }: Pick<Scene, 'background'> & Graded) {
  if (!('asset' in background)) return null;
  const { asset, fit, blur } = background;
  return (
    <GradedImage
      src={thumbnailOf(asset)}
      grade={grade}
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
  grade,
}: {
  readonly id: AssetId;
  readonly box: SceneBox;
  readonly opacity?: number;
} & Graded) {
  return (
    <GradedImage
      src={thumbnailOf(id)}
      grade={grade}
      className="absolute object-contain"
      style={{ ...placed(box), opacity }}
    />
  );
}

type OverlaysProps = { readonly scene: Scene; readonly layer: 'front' | 'behind' } & Graded;

function Overlays({ scene, layer, grade }: OverlaysProps) {
  return scene.overlays.map((overlay, i) =>
    overlay.layer === layer ? <Overlay key={i} overlay={overlay} grade={grade} /> : null,
  );
}

const FAMILIES = { sans: 'sans-serif', serif: 'serif', mono: 'monospace' } as const;

function Overlay({ overlay, grade }: { readonly overlay: SceneOverlay } & Graded) {
  if (overlay.kind === 'image') {
    const { asset, box, opacity } = overlay;
    return <Picture id={asset} {...{ box, opacity, grade }} />;
  }
  const { box, text, size, font, bold, align, colour, plate, opacity } = overlay;
  return (
    <div className="absolute overflow-hidden" style={{ ...placed(box), opacity }}>
      <p
        className="whitespace-pre-wrap"
        style={{
          color: gradedColour(grade, colour),
          fontFamily: FAMILIES[font],
          fontWeight: bold ? 700 : 400,
          fontSize: `${size * 100}cqh`,
          lineHeight: 1.3,
          textAlign: align === 'centre' ? 'center' : align,
          ...(plate && {
            background: gradedColour(grade, plate),
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

/** All of the session's avatars, where the scene puts them or where they stand without it. */
function Standing({ cast, scene, grade }: Pick<Props, 'cast' | 'scene'> & Graded) {
  const avatars = useAvatars();
  return standingIn(scene, cast).map(({ x, bottom, scale }, i) => {
    const member = cast[i]!;
    const summary = avatars.find(({ name }) => name === member.avatar) ?? avatars[0];
    if (!summary) return null;
    return (
      <GradedImage
        key={i}
        src={summary.previewPath}
        grade={grade}
        className={clsx(
          'absolute aspect-square -translate-x-1/2 -translate-y-full object-contain object-bottom',
          member.mirrored && '-scale-x-100',
        )}
        style={{ left: `${x * 100}%`, top: `${bottom * 100}%`, height: `${scale * 100}%` }}
      />
    );
  });
}

let avatarsOnce: Promise<readonly AvatarSummary[]> | undefined;

function useAvatars(): readonly AvatarSummary[] {
  const [avatars, setAvatars] = useState<readonly AvatarSummary[]>([]);
  useEffect(() => {
    // Without the list no figure is drawn, which harms nothing.
    avatarsOnce ??= api<AvatarSummary[]>('GET', '/avatars').catch(() => []);
    void avatarsOnce.then(setAvatars);
  }, []);
  return avatars;
}

type HandlesProps = Pick<Props, 'scene' | 'slide' | 'assets' | 'cast'> & {
  readonly edit: NonNullable<Props['edit']>;
  /** Of the slide itself. */
  readonly place: SceneBox | undefined;
};

function Handles({ scene, slide, edit, place, cast }: HandlesProps) {
  const t = usePageText().scene;
  const { language } = usePagePreferences();
  const standing = standingIn(scene, cast);
  const handle = (part: PartName, label: string, box: SceneBox) => (
    <Draggable
      key={`${part.kind}-${'index' in part ? part.index : 0}-${language}`}
      label={label}
      box={box}
      chosen={JSON.stringify(part) === JSON.stringify(edit.chosen)}
      onChoose={() => edit.choose(part)}
      onMove={(dx, dy) => edit.change(moved(scene, part, { dx, dy, slide, standing }, 'move'))}
      onResize={(dx, dy) => edit.change(moved(scene, part, { dx, dy, slide, standing }, 'size'))}
      onRemove={
        part.kind === 'overlay' || part.kind === 'region'
          ? () => edit.change(changed.without(scene, part, slide))
          : undefined
      }
    />
  );
  const regions = scene.slides[slide]?.regions ?? [];
  return (
    <>
      {scene.slides.length > 0 && handle({ kind: 'slides' }, t.slideBox, scene.slideBox)}
      {standing.map((each, index) =>
        handle(
          { kind: 'avatar', index },
          standing.length > 1 ? t.avatarOf(index + 1) : t.avatar,
          figureBox(each, scene.canvas),
        ),
      )}
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

/** About as wide as a figure is. */
function figureBox(
  { x, bottom, scale }: SceneStanding,
  { width, height }: Scene['canvas'],
): SceneBox {
  const wide = (scale * height * 0.62) / width;
  return { x: x - wide / 2, y: bottom - scale, width: wide, height: scale };
}

function placed({ x, y, width, height }: SceneBox) {
  return { left: `${x * 100}%`, top: `${y * 100}%`, width: `${width * 100}%`, height: `${height * 100}%` }; // prettier-ignore
}
