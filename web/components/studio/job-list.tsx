'use client';
import { FileArchive, Pause, Play } from 'lucide-react';
import type { Jobs } from '../../lib/jobs.ts';
import { usePageText } from '../../lib/preferences.tsx';
import { useStore } from '../../lib/use-store.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { JobRow } from './job-row.tsx';

/** Everything that waits, runs or has ended, in the order in which it is rendered. */
export function JobList({ jobs }: { readonly jobs: Jobs }) {
  const t = usePageText().studio;
  const { paused, jobs: list } = useStore(jobs.queue);
  const anyDone = list.some(({ state }) => state === 'done');
  const Icon = paused ? Play : Pause;
  return (
    <Card title={t.jobs}>
      <div className="mb-3 flex flex-wrap gap-2">
        <Button onClick={() => void jobs.pause(!paused)}>
          <Icon aria-hidden className="size-4" />
          {paused ? t.resume : t.pause}
        </Button>
        <Button disabled={!anyDone} onClick={() => void jobs.save('/studio/zip', 'posecast.zip')}>
          <FileArchive aria-hidden className="size-4" />
          {t.zip}
        </Button>
      </div>
      {list.length === 0 && <p className="text-[13px] text-ink-2">{t.noJobs}</p>}
      <ul className="divide-y divide-line">
        {list.map((job, index) => (
          <JobRow key={job.id} job={job} jobs={jobs} isFirst={index === 0} />
        ))}
      </ul>
    </Card>
  );
}
