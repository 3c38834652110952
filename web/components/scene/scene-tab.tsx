'use client';
import clsx from 'clsx';
import { ChevronLeft, ChevronRight, Pencil, Plus } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useEffect, useState } from 'react';
import { Scene, type SceneEntry, type SessionSnapshot } from '../../../server/protocol/index.ts';
import { usePageText } from '../../lib/preferences.tsx';
import { sceneLeft } from '../../lib/scene-keeping.ts';
import { thumbnailOf } from '../../lib/scenes.ts';
import { useStore } from '../../lib/use-store.ts';
import { useStudio } from '../../lib/use-studio.tsx';
import type { Viewing } from '../../lib/viewing.ts';
import { Problem } from '../problem.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Chip } from '../ui/chip.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { SceneCanvas } from './scene-canvas.tsx';

const SceneEditor = dynamic(() => import('./scene-editor.tsx').then((m) => m.SceneEditor), {
  loading: () => null,
});

/** What stands around the avatar of the live session. */
export function SceneTab({ viewing }: { readonly viewing: Viewing }) {
  const words = usePageText().scene;
  const { scenes } = useStudio();
  const snapshot = useStore(viewing.snapshot);
  const kept = useStore(scenes.kept);
  const problem = useStore(scenes.problem);
  const [editing, setEditing] = useState<SceneEntry | 'new' | null>(null);
  useEffect(() => void scenes.refresh(), [scenes]);
  // The dialog that was open here before a reload.
  const loaded = kept !== null;
  useEffect(() => {
    if (loaded) setEditing((now) => now ?? sceneLeft(scenes.kept.get()!.scenes, 'deck'));
  }, [scenes, loaded]);
  if (!snapshot || !kept) return null;
  const { scene } = snapshot;
  return (
    <>
      {problem && <Problem problem={problem} onDismiss={() => scenes.problem.set(null)} />}
      {scene.problem !== '' && <Notice tone="fair" title={scene.problem} />}
      <div className="grid gap-3">
        {scene.slides > 0 && <SlidesCard snapshot={snapshot} />}
        <PresetCard snapshot={snapshot} onEdit={setEditing} />
      </div>
      <Dialog open={editing !== null} size="wide" title={words.editor}>
        {editing && (
          <SceneEditor
            key={editing === 'new' ? 'new' : editing.id}
            entry={editing === 'new' ? null : editing}
            snapshot={snapshot}
            place="deck"
            onClose={() => setEditing(null)}
          />
        )}
      </Dialog>
    </>
  );
}

function PresetCard({
  snapshot,
  onEdit,
}: {
  readonly snapshot: SessionSnapshot;
  readonly onEdit: (entry: SceneEntry | 'new') => void;
}) {
  const t = usePageText().scene;
  const { scenes } = useStudio();
  const kept = useStore(scenes.kept)!;
  const { scene: now, cast, width, height } = snapshot;
  const shown = kept.scenes.find(({ id }) => id === now.id)?.scene;
  const other = shown && (shown.canvas.width !== width || shown.canvas.height !== height);
  const add = (
    <Button look="quiet" size="small" onClick={() => onEdit('new')}>
      <Plus aria-hidden className="size-4" />
      {t.add}
    </Button>
  );
  const plain = Scene.parse({ title: t.plain, colour: snapshot.background, canvas: { width, height } }); // prettier-ignore
  return (
    <Card title={t.title} aside={add}>
      {kept.scenes.length === 0 && <p className="mb-3 text-[13px] text-ink-2">{t.none}</p>}
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(9rem,1fr))] gap-3">
        {[{ id: null, scene: plain }, ...kept.scenes].map(({ id, scene }) => (
          <li key={id ?? ''} className="relative">
            <button
              type="button"
              aria-pressed={id === now.id}
              aria-label={t.show(scene.title)}
              onClick={() => void scenes.show(id)}
              className={clsx(
                'block w-full rounded-xl border-2 p-1 text-left transition-colors',
                id === now.id ? 'border-live' : 'border-line hover:border-line-strong',
              )}
            >
              <div className="grid aspect-video place-items-center overflow-hidden rounded-lg bg-sunken">
                <SceneCanvas scene={scene} slide={0} cast={cast} assets={kept.assets} />
              </div>
              <span className="mt-1 flex items-center gap-2 px-1 text-[13px]">
                <span className="truncate">{scene.title}</span>
                {id === now.id && (
                  <span className="shrink-0 text-xs text-live-word">{t.onAir}</span>
                )}
              </span>
            </button>
            {id && (
              <button
                type="button"
                aria-label={t.edit(scene.title)}
                title={t.edit(scene.title)}
                onClick={() => onEdit({ id, scene })}
                className="absolute top-2.5 right-2.5 grid size-8 place-items-center rounded-lg bg-surface/85 text-ink-2 shadow-card hover:text-ink"
              >
                <Pencil aria-hidden className="size-4" />
              </button>
            )}
          </li>
        ))}
      </ul>
      {other && (
        <p className="mt-3 text-[13px] text-ink-2">
          {t.otherSize(`${width}×${height}`, `${shown.canvas.width}×${shown.canvas.height}`)}
        </p>
      )}
    </Card>
  );
}

/** The slides of the scene that is shown, and the regions to point at. */
function SlidesCard({ snapshot }: { readonly snapshot: SessionSnapshot }) {
  const t = usePageText().scene;
  const { scenes } = useStudio();
  const kept = useStore(scenes.kept)!;
  const { scene, tier } = snapshot;
  const slides = kept.scenes.find(({ id }) => id === scene.id)?.scene.slides ?? [];
  const turner = (
    <span className="flex items-center gap-1">
      <Button
        look="quiet"
        size="small"
        aria-label={t.previous}
        title={t.previous}
        onClick={() => void scenes.turn('previous')}
      >
        <ChevronLeft aria-hidden className="size-4" />
      </Button>
      <span className="text-[13px] tabular-nums" role="status">
        {t.slide(scene.slide, scene.slides)}
      </span>
      <Button
        look="quiet"
        size="small"
        aria-label={t.next}
        title={t.next}
        onClick={() => void scenes.turn('next')}
      >
        <ChevronRight aria-hidden className="size-4" />
      </Button>
    </span>
  );
  return (
    <Card title={t.slides} aside={turner}>
      <ol className="flex gap-2 overflow-x-auto pb-1">
        {slides.map(({ asset, title }, index) => (
          <li key={index} className="shrink-0">
            <button
              type="button"
              aria-label={t.turnTo(index + 1)}
              aria-pressed={index + 1 === scene.slide}
              title={title}
              onClick={() => void scenes.turn(index + 1)}
              className={clsx(
                'block h-16 overflow-hidden rounded-lg border-2',
                index + 1 === scene.slide ? 'border-live' : 'border-line hover:border-line-strong',
              )}
            >
              <img src={thumbnailOf(asset)} alt="" className="h-full w-auto" />
            </button>
          </li>
        ))}
      </ol>
      {scene.regions.length > 0 && (
        <div className="mt-3 flex flex-wrap items-center gap-1.5">
          <span className="text-xs text-ink-2">{t.pointAt}</span>
          {scene.regions.map(({ name }, index) => (
            <Chip
              key={index}
              chosen={false}
              disabled={tier !== 'full'}
              onClick={() => void scenes.point(index + 1)}
            >
              {t.region(index + 1, name)}
            </Chip>
          ))}
        </div>
      )}
      <p className="mt-2 text-xs text-ink-2">
        {scene.regions.length > 0 && tier !== 'full' ? t.pointNeedsFull : t.keys}
      </p>
    </Card>
  );
}
