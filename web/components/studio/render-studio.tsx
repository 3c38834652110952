'use client';
import { useEffect, useState } from 'react';
import { Jobs } from '../../lib/jobs.ts';
import { PreferencesProvider } from '../../lib/preferences.tsx';
import { useStore } from '../../lib/use-store.ts';
import { PreferenceButtons } from '../header.tsx';
import { Logo } from '../logo.tsx';
import { Problem } from '../problem.tsx';
import { JobList } from './job-list.tsx';
import { OrderForm } from './order-form.tsx';

/** The page that makes videos in the background: what to render on one side, how it goes on the other. */
export function RenderStudio() {
  const [jobs] = useState(() => new Jobs());
  useEffect(() => {
    jobs.open();
    return () => jobs.close();
  }, [jobs]);
  return (
    <PreferencesProvider>
      <header className="border-b border-line bg-surface">
        <div className="mx-auto flex h-14 max-w-[1400px] items-center justify-between px-4">
          <a href="/" className="rounded-lg">
            <Logo />
          </a>
          <div className="flex gap-1">
            <PreferenceButtons />
          </div>
        </div>
      </header>
      <main className="mx-auto max-w-[1400px] space-y-3 p-4">
        <Trouble jobs={jobs} />
        <div className="grid items-start gap-3 lg:grid-cols-2">
          <div className="space-y-3">
            <OrderForm jobs={jobs} />
          </div>
          <JobList jobs={jobs} />
        </div>
      </main>
    </PreferencesProvider>
  );
}

function Trouble({ jobs }: { readonly jobs: Jobs }) {
  const problem = useStore(jobs.problem);
  return problem && <Problem problem={problem} onDismiss={() => jobs.problem.set(null)} />;
}
