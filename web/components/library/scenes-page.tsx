'use client';
import { Pencil, Plus } from 'lucide-react';
import { useEffect, useState } from 'react';
import { CastMember, type SceneEntry } from '../../../server/protocol/index.ts';
import { usePageText } from '../../lib/preferences.tsx';
import { sceneLeft } from '../../lib/scene-keeping.ts';
import { useStore } from '../../lib/use-store.ts';
import { useStudio } from '../../lib/use-studio.tsx';
import { Problem } from '../problem.tsx';
import { SceneCanvas } from '../scene/scene-canvas.tsx';
import { SceneEditor, type Stand } from '../scene/scene-editor.tsx';
import { Page } from '../shell/page.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';

/** What a new scene begins with while nobody is live. */
const STAND: Stand = {
  cast: [CastMember.parse({ avatar: 'mira' })],
  width: 1280,
  height: 720,
  background: '#e4e0d6',
};

/** The page of all scenes: looked at, made and changed, live or not. */
export function ScenesPage() {
  const t = usePageText();
  const { scenes, phase, dropped } = useStudio();
  const kept = useStore(scenes.kept);
  const problem = useStore(scenes.problem);
  const now = useStore(phase);
  const [editing, setEditing] = useState<SceneEntry | 'new' | null>(null);
  const coming = useStore(dropped.waiting)?.to === 'scene';
  useEffect(() => void scenes.refresh(), [scenes]);
  // What somebody was at before the page was left goes on.
  const loaded = kept !== null;
  useEffect(() => {
    if (loaded) setEditing((now) => now ?? sceneLeft(scenes.kept.get()!.scenes));
  }, [scenes, loaded]);
  useEffect(() => {
    if (coming) setEditing((now) => now ?? 'new');
  }, [coming]);
  const snapshot = now.name === 'live' ? now.viewing.snapshot.get() : null;
  const stand = snapshot ?? STAND;
  return (
    <Page
      name="scenes"
      about={t.library.scenes}
      action={
        !editing && (
          <Button look="primary" onClick={() => setEditing('new')}>
            <Plus aria-hidden className="size-5" />
            {t.scene.add}
          </Button>
        )
      }
    >
      {problem && <Problem problem={problem} onDismiss={() => scenes.problem.set(null)} />}
      {kept && editing && (
        <Card title={t.scene.editor} className="mx-auto max-w-3xl">
          <SceneEditor
            key={editing === 'new' ? 'new' : editing.id}
            entry={editing === 'new' ? null : editing}
            snapshot={stand}
            place="page"
            onClose={() => setEditing(null)}
          />
        </Card>
      )}
      {kept && !editing && <List cast={stand.cast} onEdit={setEditing} />}
    </Page>
  );
}

function List({
  cast,
  onEdit,
}: {
  readonly cast: Stand['cast'];
  readonly onEdit: (entry: SceneEntry) => void;
}) {
  const t = usePageText().scene;
  const { scenes } = useStudio();
  const kept = useStore(scenes.kept)!;
  if (kept.scenes.length === 0) {
    return (
      <p className="rounded-card border border-dashed border-line-strong p-8 text-center text-ink-2">
        {t.none}
      </p>
    );
  }
  return (
    <ul className="grid grid-cols-[repeat(auto-fill,minmax(15rem,1fr))] gap-4">
      {kept.scenes.map((entry) => (
        <li
          key={entry.id}
          className="overflow-hidden rounded-card border border-line bg-surface shadow-card"
        >
          <div className="grid aspect-video place-items-center bg-sunken">
            <SceneCanvas scene={entry.scene} slide={0} cast={cast} assets={kept.assets} />
          </div>
          <div className="flex items-center gap-2 p-2 pl-3">
            <span className="min-w-0 flex-1 truncate text-sm font-medium">{entry.scene.title}</span>
            <Button
              look="quiet"
              size="icon"
              aria-label={t.edit(entry.scene.title)}
              title={t.edit(entry.scene.title)}
              onClick={() => onEdit(entry)}
            >
              <Pencil aria-hidden className="size-4" />
            </Button>
          </div>
        </li>
      ))}
    </ul>
  );
}
