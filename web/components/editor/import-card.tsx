'use client';
import clsx from 'clsx';
import { Clapperboard, FileUp, LoaderCircle, Scissors } from 'lucide-react';
import { useId, useRef, useState } from 'react';
import type { Template, TemplateSummary } from '../../../server/protocol/index.ts';
import { whole } from '../../lib/format.ts';
import { importFiles } from '../../lib/import-files.ts';
import { asRequestError } from '../../lib/peer-keeper.ts';
import { useText } from '../../lib/preferences.tsx';
import { slugOf } from '../../lib/template-files.ts';
import { useTemplates } from '../../lib/use-templates.tsx';
import { captureVideo } from '../../lib/video-capture.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';

type Progress = { readonly share: number; readonly seen: number };

type Props = {
  readonly onCaptured: (template: Template) => void;
  readonly onOpen: (template: TemplateSummary) => void;
};

/** Drop a video of a person, or motion out of other programs. */
export function ImportCard({ onCaptured, onOpen }: Props) {
  const t = useText().motion.import;
  const templates = useTemplates();
  const [over, setOver] = useState(false);
  const [progress, setProgress] = useState<Progress | null>(null);
  const [added, setAdded] = useState<readonly TemplateSummary[]>([]);
  const stop = useRef<AbortController | null>(null);
  const take = async (files: readonly File[]) => {
    const video = files.find(({ type }) => type.startsWith('video/'));
    setAdded([]);
    templates.problem.set(null);
    try {
      if (video) {
        stop.current = new AbortController();
        setProgress({ share: 0, seen: 0 });
        const title = video.name.replace(/\.\w+$/, '');
        const template = await captureVideo({
          file: video,
          names: { id: slugOf(title), title, tags: ['video'] },
          signal: stop.current.signal,
          onProgress: (share, seen) => setProgress({ share, seen }),
        });
        if (template) onCaptured(template);
      } else if (files.length > 0) setAdded(await importFiles(files));
      await templates.refresh();
    } catch (error) {
      templates.problem.set(asRequestError(error));
    } finally {
      setProgress(null);
    }
  };
  return (
    <Card title={t.title}>
      <div
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          void take([...event.dataTransfer.files]);
        }}
        className={clsx(
          'flex flex-wrap items-center gap-4 rounded-xl border-2 border-dashed px-4 py-4',
          over ? 'border-accent bg-accent-soft' : 'border-line-strong',
        )}
      >
        {progress ? (
          <Looking progress={progress} onStop={() => stop.current?.abort()} />
        ) : (
          <>
            <FilePick label={t.video} accept="video/*" icon="video" onFiles={take} />
            <FilePick label={t.files} accept=".json,.zip,.bvh" icon="file" onFiles={take} />
            <p className="min-w-60 flex-1 text-[13px] text-ink-2">{t.about}</p>
          </>
        )}
      </div>
      {added.length > 0 && (
        <div role="status" className="mt-2 flex flex-wrap items-center gap-2 text-[13px]">
          {t.added(added.map(({ title }) => title.en).join(', '))}
          {added.map((each) => (
            <Button key={each.id} size="small" onClick={() => onOpen(each)}>
              <Scissors aria-hidden className="size-4" />
              {t.trim(each.title.en)}
            </Button>
          ))}
        </div>
      )}
    </Card>
  );
}

function Looking({
  progress,
  onStop,
}: {
  readonly progress: Progress;
  readonly onStop: () => void;
}) {
  const t = useText().motion.import;
  return (
    <>
      <LoaderCircle aria-hidden className="size-5 animate-spin text-ink-2" />
      <div role="status" className="min-w-40 flex-1">
        <p className="text-[13px]">
          {t.looking(whole(progress.share * 100), String(progress.seen))}
        </p>
        <progress
          aria-label={t.progress}
          value={progress.share}
          className="mt-1 h-1.5 w-full accent-accent"
        />
      </div>
      <Button size="small" onClick={onStop}>
        {t.cancel}
      </Button>
    </>
  );
}

function FilePick({
  label,
  accept,
  icon,
  onFiles,
}: {
  readonly label: string;
  readonly accept: string;
  readonly icon: 'video' | 'file';
  readonly onFiles: (files: readonly File[]) => Promise<void>;
}) {
  const id = useId();
  const Icon = icon === 'video' ? Clapperboard : FileUp;
  return (
    <label
      htmlFor={id}
      className="inline-flex h-9 cursor-pointer items-center gap-2 rounded-lg border border-line-strong bg-surface px-3.5 text-sm font-medium has-focus-visible:outline-2 has-focus-visible:outline-accent hover:bg-sunken"
    >
      <Icon aria-hidden className="size-4" />
      {label}
      <input
        id={id}
        type="file"
        accept={accept}
        multiple={icon === 'file'}
        className="sr-only"
        onChange={(event) => {
          void onFiles([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
    </label>
  );
}
