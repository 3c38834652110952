'use client';
import { useText } from '../lib/preferences.tsx';
import type { RequestError } from '../lib/request-error.ts';
import { Notice } from './ui/notice.tsx';

/** What happened (our words and the server's own sentence) and what to do. */
export function Problem({
  problem,
  onDismiss,
}: {
  readonly problem: RequestError;
  readonly onDismiss?: () => void;
}) {
  const t = useText();
  const [title, remedy] = t.errors[problem.code] ?? t.errors.internal;
  return (
    <Notice
      tone="poor"
      title={title}
      {...(onDismiss && { dismiss: { label: t.dismiss, onClick: onDismiss } })}
    >
      <p>{problem.message}</p>
      <p>{remedy}</p>
    </Notice>
  );
}
