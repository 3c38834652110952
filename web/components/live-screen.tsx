'use client';
import { useText } from '../lib/preferences.tsx';
import { useStore } from '../lib/use-store.ts';
import { useStudio } from '../lib/use-studio.tsx';
import type { Viewing } from '../lib/viewing.ts';
import { HealthCard } from './health-card.tsx';
import { LiveControls } from './live-controls.tsx';
import { Preview } from './preview.tsx';
import { Problem } from './problem.tsx';
import { ShareCard } from './share-card.tsx';
import { MicrophonePicker } from './microphone-picker.tsx';
import { Card } from './ui/card.tsx';
import { Notice } from './ui/notice.tsx';

/** What viewers see, the way to share it, and how it is doing. */
export function LiveScreen({ viewing }: { readonly viewing: Viewing }) {
  return (
    <div className="columns">
      <div className="stage-with-controls min-w-0 space-y-3">
        <Preview viewing={viewing} />
        <LiveControls viewing={viewing} />
        <Troubles viewing={viewing} />
      </div>
      <div className="column-side space-y-3">
        <ShareCard viewing={viewing} />
        <HealthCard viewing={viewing} />
      </div>
    </div>
  );
}

function Troubles({ viewing }: { readonly viewing: Viewing }) {
  const t = useText();
  const studio = useStudio();
  const snapshot = useStore(viewing.snapshot);
  const microphone = useStore(studio.microphone.view);
  const viewingProblem = useStore(viewing.keeper.problem);
  const online = useStore(studio.client.connection) === 'online';
  return (
    <>
      {snapshot?.state === 'degraded' && (
        <Notice tone="fair" title={t.live.degradedTitle}>
          {snapshot.reason}
        </Notice>
      )}
      {microphone.state !== 'ready' && microphone.state !== 'asking' && (
        <Card title={t.microphone.title}>
          <MicrophonePicker />
        </Card>
      )}
      {viewingProblem && online && <Problem problem={viewingProblem} />}
    </>
  );
}
