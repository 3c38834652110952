'use client';
import { useEffect, type ReactNode } from 'react';
import type { PageName } from '../../lib/pages.ts';
import { useText } from '../../lib/preferences.tsx';

type Props = {
  readonly name: PageName;
  /** One sentence of what the page is for. */
  readonly about?: string;
  readonly action?: ReactNode;
  readonly children: ReactNode;
};

/** One page of the library: its name, what it is for, what can be done, and its content. */
export function Page({ name, about, action, children }: Props) {
  const title = useText().shell.pages[name];
  usePageTitle(title);
  return (
    <div className="mx-auto max-w-[1400px] space-y-4 p-4 lg:px-6 lg:py-5">
      <div className="flex flex-wrap items-end gap-3">
        <div className="min-w-60 flex-1">
          <h1 className="text-xl font-semibold">{title}</h1>
          {about && <p className="mt-0.5 max-w-[72ch] text-[13px] text-ink-2">{about}</p>}
        </div>
        {action}
      </div>
      {children}
    </div>
  );
}

export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Posecast`;
  }, [title]);
}
