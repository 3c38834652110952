'use client';
import { ArrowUp, Download, Play, RotateCcw, Trash2, X, type LucideIcon } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Job } from '../../../server/protocol/index.ts';
import { fetchFile } from '../../lib/download.ts';
import { clock, decimal } from '../../lib/format.ts';
import type { Jobs } from '../../lib/jobs.ts';
import { usePageText } from '../../lib/preferences.tsx';
import { Button } from '../ui/button.tsx';
import { ConfirmButton } from '../ui/confirm-button.tsx';

type Props = { readonly job: Job; readonly jobs: Jobs; readonly isFirst: boolean };

export function JobRow({ job, jobs, isFirst }: Props) {
  const t = usePageText().studio;
  const [watching, setWatching] = useState(false);
  const { id, name, state, progress, look } = job;
  const hasEnded = state === 'done' || state === 'failed' || state === 'cancelled';
  const isFile = state === 'done' && look.format !== 'png';
  const act = (Icon: LucideIcon, label: string, onClick: () => void) => (
    <Button look="quiet" size="icon" aria-label={label} title={label} onClick={onClick}>
      <Icon aria-hidden className="size-4" />
    </Button>
  );
  const save = () => void jobs.save(`/studio/jobs/${id}/file`, `${name}.${look.format}`);
  return (
    <li className="py-2" data-testid="job" data-state={state}>
      <div className="flex items-center gap-1">
        <div className="min-w-0 flex-1">
          <p className="truncate text-sm font-medium">{name}</p>
          <p className="text-xs text-ink-2">
            {t.states[state]} · {job.avatar} · {look.width}×{look.height}
            {state === 'running' && ` · ${t.left(clock(job.etaSeconds), decimal(job.speed))}`}
          </p>
        </div>
        {isFile && act(Play, t.preview(name), () => setWatching(!watching))}
        {isFile && act(Download, t.download(name), save)}
        {state === 'queued' && !isFirst && act(ArrowUp, t.raise(name), () => void jobs.raise(job))}
        {hasEnded && act(RotateCcw, t.retry(name), () => void jobs.change(id, 'retry'))}
        {!hasEnded && act(X, t.cancel(name), () => void jobs.change(id, 'cancel'))}
        {hasEnded && (
          <ConfirmButton label={t.delete(name)} name={name} onConfirm={() => void jobs.remove(id)}>
            <Trash2 aria-hidden className="size-4" />
          </ConfirmButton>
        )}
      </div>
      {(state === 'running' || state === 'paused') && (
        <progress
          aria-label={t.progress(name)}
          value={progress}
          className="mt-1 h-1.5 w-full accent-accent"
        />
      )}
      {watching && <Preview id={id} name={name} />}
      <Log lines={job.log} isOpen={state === 'failed'} />
    </li>
  );
}

function Log({ lines, isOpen }: { readonly lines: readonly string[]; readonly isOpen: boolean }) {
  const t = usePageText().studio;
  return (
    <details open={isOpen} className="mt-1 text-xs text-ink-2">
      <summary className="cursor-pointer">{t.log}</summary>
      <pre className="mt-1 whitespace-pre-wrap">{lines.join('\n')}</pre>
    </details>
  );
}

/** Fetched as a whole: the server wants its token, which a video element can't say. */
function Preview({ id, name }: { readonly id: string; readonly name: string }) {
  const t = usePageText().studio;
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    let made: string | undefined;
    let wanted = true;
    fetchFile(`/studio/jobs/${id}/file`).then(
      (file) => {
        if (wanted) setUrl((made = URL.createObjectURL(file)));
      },
      // The row's download says why a file can't be had.
      () => undefined,
    );
    return () => {
      wanted = false;
      if (made !== undefined) URL.revokeObjectURL(made);
    };
  }, [id]);
  return (
    url !== undefined && (
      <video src={url} controls aria-label={t.preview(name)} className="mt-2 w-full rounded-lg" />
    )
  );
}
