'use client';
import { useEffect, useState } from 'react';
import { Jobs } from '../../lib/jobs.ts';
import { usePageText } from '../../lib/preferences.tsx';
import { useStore } from '../../lib/use-store.ts';
import { Problem } from '../problem.tsx';
import { Page } from '../shell/page.tsx';
import { JobList } from './job-list.tsx';
import { OrderForm } from './order-form.tsx';

/** The page that makes videos in the background: what to render on one side, how it goes on the other. */
export function RenderStudio() {
  const t = usePageText().studio;
  const [jobs] = useState(() => new Jobs());
  useEffect(() => {
    jobs.open();
    return () => jobs.close();
  }, [jobs]);
  return (
    <Page name="videos" about={t.about}>
      <Trouble jobs={jobs} />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <div className="space-y-4">
          <OrderForm jobs={jobs} />
        </div>
        <JobList jobs={jobs} />
      </div>
    </Page>
  );
}

function Trouble({ jobs }: { readonly jobs: Jobs }) {
  const problem = useStore(jobs.problem);
  return problem && <Problem problem={problem} onDismiss={() => jobs.problem.set(null)} />;
}
