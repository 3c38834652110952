'use client';
import { LoaderCircle, MonitorPlay, Video } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useEffect } from 'react';
import { INGEST_CAMERA } from '../../lib/camera.ts';
import { usePreferences, useText } from '../../lib/preferences.tsx';
import { WEBCAM_PARTS, type Tracking } from '../../lib/tracking.ts';
import { useIngestSeen } from '../../lib/use-ingest-seen.ts';
import { useStore } from '../../lib/use-store.ts';
import { useStudio } from '../../lib/use-studio.tsx';
import type { Viewing } from '../../lib/viewing.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Notice } from '../ui/notice.tsx';

const Running = dynamic(() => import('./webcam-running.tsx').then((m) => m.WebcamRunning), {
  loading: () => <div className="aspect-4/3 rounded-xl bg-black" />,
});

/** The body from the webcam: one click to start, and what became of it. */
export function WebcamCard({ viewing }: { readonly viewing: Viewing }) {
  const t = useText().motion.webcam;
  const { tracking } = useStudio();
  const { step } = useStore(tracking.view);
  return (
    <Card title={t.title}>
      {step === 'off' && <Start viewing={viewing} />}
      {step !== 'off' && step !== 'running' && <Starting tracking={tracking} />}
      {step === 'running' && <Running tracking={tracking} />}
    </Card>
  );
}

function Start({ viewing }: { readonly viewing: Viewing }) {
  const t = useText().motion.webcam;
  const { tracking } = useStudio();
  const { problem } = useStore(tracking.view);
  const camera = useStore(tracking.camera.view).state;
  const missing = useMissing(tracking);
  const seen = useIngestSeen();
  const blocked = camera !== 'idle' && camera !== 'asking' && camera !== 'ready' ? camera : null;
  return (
    <div className="space-y-3">
      {blocked && (
        <Notice tone="poor" title={t.states[blocked]}>
          {t.remedies[blocked]}
        </Notice>
      )}
      {problem && <WebcamProblem message={problem.message} download={problem.code} />}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button look="primary" onClick={() => void tracking.start(viewing.sessionId)}>
          <Video aria-hidden className="size-4" />
          {blocked || problem ? t.retry : t.use}
        </Button>
        {seen && (
          <Button onClick={() => void tracking.start(viewing.sessionId, INGEST_CAMERA)}>
            <MonitorPlay aria-hidden className="size-4" />
            {t.useIngest}
          </Button>
        )}
        <p className="min-w-48 flex-1 text-xs text-ink-2">
          {t.about} {missing > 0 && t.firstUse((missing / 1e6).toFixed(0))}
        </p>
      </div>
    </div>
  );
}

function WebcamProblem({
  message,
  download,
}: {
  readonly message: string;
  readonly download: string;
}) {
  const { t } = usePreferences();
  const missing = download === 'download_failed';
  const title = missing ? t.motion.webcam.without.body : t.errors.internal[0];
  return (
    <Notice tone="poor" title={title}>
      <p className="break-words">{message}</p>
      {missing && <p className="mt-1">{t.motion.webcam.pullHint}</p>}
    </Notice>
  );
}

/** Bytes that the first use will fetch: of each purpose the default model, where none is here. */
function useMissing(tracking: Tracking): number {
  const list = useStore(tracking.models.list);
  useEffect(() => {
    // Without an answer nothing is said about sizes; starting asks again and says what failed.
    tracking.models.refresh().catch(() => undefined);
  }, [tracking]);
  let bytes = 0;
  for (const purpose of WEBCAM_PARTS) {
    const models = list?.filter((model) => model.purpose === purpose) ?? [];
    if (models.some(({ state }) => state === 'ready')) continue;
    bytes += models[0]?.sizeBytes ?? 0;
  }
  return bytes;
}

function Starting({ tracking }: { readonly tracking: Tracking }) {
  const t = useText().motion.webcam;
  const { step } = useStore(tracking.view);
  const list = useStore(tracking.models.list);
  const pulling = list?.find(({ state }) => state === 'pulling');
  const part = WEBCAM_PARTS.find((purpose) => purpose === pulling?.purpose);
  if (step === 'off' || step === 'running') return null;
  return (
    <div className="flex min-h-9 items-center gap-3">
      <LoaderCircle aria-hidden className="size-5 shrink-0 animate-spin text-ink-2" />
      <div className="min-w-0 flex-1" role="status">
        <p className="text-[13px]">
          {t.steps[step]} {step === 'models' && part && t.parts[part]}
        </p>
        {step === 'models' && pulling && (
          <progress
            aria-label={t.progress}
            max={pulling.sizeBytes}
            value={pulling.receivedBytes}
            className="mt-1.5 h-1.5 w-full accent-accent"
          />
        )}
      </div>
      <Button size="small" onClick={() => tracking.stop()}>
        {t.stop}
      </Button>
    </div>
  );
}
