'use client';
import { useText } from '../../lib/preferences.tsx';
import { useStore } from '../../lib/use-store.ts';
import { useStudio } from '../../lib/use-studio.tsx';
import { Problem } from '../problem.tsx';
import { Notice } from '../ui/notice.tsx';

/** What everybody should read first: no server, an error, or how the last stream ended. */
export function Messages() {
  const t = useText();
  const studio = useStudio();
  const offline = useStore(studio.client.connection) === 'offline';
  const problem = useStore(studio.problem);
  const ending = useStore(studio.ending);
  const dismiss = { label: t.dismiss, onClick: () => studio.dismiss() };
  return (
    <div className="pointer-events-none fixed inset-x-3 top-14 z-40 mx-auto max-w-xl space-y-2 *:pointer-events-auto *:shadow-float">
      {offline && (
        <Notice tone="poor" title={t.connection.offlineTitle}>
          {t.connection.offlineText}
        </Notice>
      )}
      {problem && !offline && <Problem problem={problem} onDismiss={dismiss.onClick} />}
      {ending && (
        <Notice tone="info" title={t.live.ended} dismiss={dismiss}>
          {ending.reason || t.live.endedByYou}
        </Notice>
      )}
    </div>
  );
}
