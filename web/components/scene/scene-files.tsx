'use client';
import { ImagePlus, Layers, Presentation, Upload } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { Scene, SceneAsset } from '../../../server/protocol/index.ts';
import { usePageText } from '../../lib/preferences.tsx';
import { isPdf, pagesOf } from '../../lib/pdf-pages.ts';
import { changed } from '../../lib/scene-draft.ts';
import { kindOf, thumbnailOf } from '../../lib/scenes.ts';
import { useDropped } from '../../lib/use-dropped.ts';
import { useStore } from '../../lib/use-store.ts';
import { useStudio } from '../../lib/use-studio.tsx';
import { Drop } from '../ui/drop.tsx';
import { Notice } from '../ui/notice.tsx';
import { TransferList } from '../ui/progress.tsx';

type Props = {
  readonly scene: Scene;
  readonly change: (change: (scene: Scene) => Scene) => void;
  readonly onSlide: (slide: number) => void;
};

const ACCEPTED = 'image/png,image/jpeg,image/webp,video/*,application/pdf,.pdf,.cube';

/** Files that scenes are made of: dropped here, taken from here. */
export function SceneFiles({ scene, change, onSlide }: Props) {
  const t = usePageText().scene;
  const { scenes } = useStudio();
  const kept = useStore(scenes.kept)!;
  const [refused, setRefused] = useState<string | null>(null);
  const [pages, setPages] = useState<readonly [number, number] | null>(null);
  const addSlide = (asset: SceneAsset) =>
    change((now) => changed.withSlide(now, asset.id, asset.name));
  const takePdf = async (file: File) => {
    try {
      for await (const { page, of, picture } of pagesOf(file)) {
        setPages([page, of]);
        const asset = await scenes.upload(picture, 'image', `${file.name} ${page}.png`);
        if (!asset) return;
        addSlide(asset);
      }
    } catch {
      // Damaged, or locked with a password: the browser's reader gives no words for people.
      setRefused(file.name);
    } finally {
      setPages(null);
    }
  };
  const take = async (files: readonly File[]) => {
    setRefused(null);
    for (const file of files) {
      const kind = kindOf(file);
      if (isPdf(file)) await takePdf(file);
      else if (!kind) setRefused(file.name);
      else use(await scenes.upload(file, kind, file.name));
    }
  };
  useDropped('scene', (files) => void take(files));
  /** What it most likely is for; pictures are left to be chosen for. */
  const use = (asset: SceneAsset | undefined) => {
    if (!asset) return;
    if (asset.kind === 'video') {
      change((now) => ({ ...now, background: { kind: 'video', asset: asset.id, fit: 'cover', blur: 0 } })); // prettier-ignore
    } else if (asset.kind === 'lut') {
      change((now) => ({ ...now, lut: { asset: asset.id, strength: 1, on: 'picture', method: 'tetrahedral' } })); // prettier-ignore
    }
  };
  return (
    <div>
      <Drop
        label={t.browse}
        hint={t.drop}
        accept={ACCEPTED}
        multiple
        icon={<Upload aria-hidden className="size-4" />}
        onFiles={(files) => void take(files)}
      />
      {pages && (
        <p role="status" className="mt-2 text-[13px] text-ink-2">
          {t.pages(...pages)}
        </p>
      )}
      <TransferList transfers={scenes.transfers} />
      {refused !== null && <Notice tone="fair" title={t.badFile(refused)} />}
      <ul aria-label={t.files} className="mt-3 grid grid-cols-3 gap-2">
        {kept.assets
          .filter(({ kind }) => kind !== 'lut')
          .map((asset) => (
            <li key={asset.id} className="group relative">
              <img
                src={thumbnailOf(asset.id)}
                alt={asset.name}
                title={asset.name}
                className="aspect-video w-full rounded-lg border border-line bg-sunken object-contain"
              />
              <div className="mt-1 flex justify-center gap-1">
                <Use
                  label={t.asBackground}
                  onClick={() =>
                    change((now) => ({
                      ...now,
                      background: { kind: asset.kind as 'image' | 'video', asset: asset.id, fit: 'cover', blur: 0 }, // prettier-ignore
                    }))
                  }
                >
                  <ImagePlus aria-hidden className="size-4" />
                </Use>
                {asset.kind === 'image' && (
                  <>
                    <Use
                      label={t.addSlide}
                      onClick={() => {
                        addSlide(asset);
                        onSlide(scene.slides.length);
                      }}
                    >
                      <Presentation aria-hidden className="size-4" />
                    </Use>
                    <Use
                      label={t.asOverlay}
                      onClick={() => change((now) => changed.withImage(now, asset))}
                    >
                      <Layers aria-hidden className="size-4" />
                    </Use>
                  </>
                )}
              </div>
            </li>
          ))}
      </ul>
    </div>
  );
}

function Use({
  label,
  onClick,
  children,
}: {
  readonly label: string;
  readonly onClick: () => void;
  readonly children: ReactNode;
}) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={onClick}
      className="grid size-7 place-items-center rounded-md text-ink-2 hover:bg-sunken hover:text-ink"
    >
      {children}
    </button>
  );
}
