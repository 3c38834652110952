'use client';
import { FileUp, Scissors } from 'lucide-react';
import { useRef, useState } from 'react';
import type { Template, TemplateSummary } from '../../../server/protocol/index.ts';
import { whole } from '../../lib/format.ts';
import { importFiles } from '../../lib/import-files.ts';
import { asRequestError } from '../../lib/peer-keeper.ts';
import { usePageText } from '../../lib/preferences.tsx';
import { slugOf } from '../../lib/template-files.ts';
import { useDropped } from '../../lib/use-dropped.ts';
import { useTemplates } from '../../lib/use-templates.tsx';
import { captureVideo } from '../../lib/video-capture.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Drop } from '../ui/drop.tsx';
import { Progress } from '../ui/progress.tsx';

type Watched = { readonly share: number; readonly seen: number };

type Props = {
  readonly onCaptured: (template: Template) => void;
  readonly onOpen: (template: TemplateSummary) => void;
};

/** Drop a video of a person, or motion out of other programs. */
export function ImportCard({ onCaptured, onOpen }: Props) {
  const t = usePageText().motionImport;
  const templates = useTemplates();
  const [progress, setProgress] = useState<Watched | null>(null);
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
  useDropped('motion', (files) => void take(files));
  return (
    <Card title={t.title}>
      {progress ? (
        <Progress
          label={t.looking(whole(progress.share * 100), String(progress.seen))}
          share={progress.share}
          onCancel={() => stop.current?.abort()}
        />
      ) : (
        <Drop
          label={t.choose}
          hint={t.about}
          accept="video/*,.json,.zip,.bvh"
          multiple
          icon={<FileUp aria-hidden className="size-4" />}
          onFiles={(files) => void take(files)}
        />
      )}
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
