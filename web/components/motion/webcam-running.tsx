'use client';
import { ChevronDown, VideoOff } from 'lucide-react';
import { useId } from 'react';
import { INGEST_CAMERA } from '../../lib/camera.ts';
import { whole } from '../../lib/format.ts';
import { useText } from '../../lib/preferences.tsx';
import { WEBCAM_PARTS, type Tracking } from '../../lib/tracking.ts';
import { useIngestSeen } from '../../lib/use-ingest-seen.ts';
import { useStore } from '../../lib/use-store.ts';
import { Button } from '../ui/button.tsx';
import { Dot } from '../ui/dot.tsx';
import { WebcamPreview } from './webcam-preview.tsx';

/** What the webcam shows, what was found in it, and the way to another camera or out. */
export function WebcamRunning({ tracking }: { readonly tracking: Tracking }) {
  const t = useText().motion.webcam;
  const view = useStore(tracking.view);
  const absent = WEBCAM_PARTS.filter((purpose) => !view.parts.includes(purpose));
  return (
    <div className="space-y-3">
      <WebcamPreview tracking={tracking} />
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <p role="status" className="flex flex-1 items-center gap-2 text-[13px] font-medium">
          <Dot grade={view.person ? 'good' : view.moving ? 'fair' : 'poor'} />
          {!view.moving ? t.still : view.person ? t.found : t.lost}
        </p>
        <p
          data-testid="webcam-rate"
          data-hz={view.rateHz.toFixed(1)}
          data-sent={view.sent}
          className="text-xs text-ink-2 tabular-nums"
        >
          {t.rate(whole(view.rateHz))} · {t.took(whole(view.tookMs))}
        </p>
      </div>
      {absent.map((purpose) => (
        <p key={purpose} className="text-[13px] text-ink-2">
          {t.without[purpose]}
        </p>
      ))}
      <div className="flex items-center gap-2">
        <CameraSelect tracking={tracking} />
        <Button onClick={() => tracking.stop()}>
          <VideoOff aria-hidden className="size-4" />
          {t.stop}
        </Button>
      </div>
    </div>
  );
}

function CameraSelect({ tracking }: { readonly tracking: Tracking }) {
  const t = useText().motion.webcam;
  const id = useId();
  const { devices, deviceId } = useStore(tracking.camera.view);
  const seen = useIngestSeen();
  return (
    <div className="relative min-w-0 flex-1">
      <label htmlFor={id} className="sr-only">
        {t.choose}
      </label>
      <select
        id={id}
        value={deviceId}
        onChange={(event) => void tracking.choose(event.target.value)}
        className="h-9 w-full appearance-none truncate rounded-lg border border-line-strong bg-surface pr-9 pl-3 text-sm hover:bg-sunken"
      >
        {(seen || deviceId === INGEST_CAMERA) && <option value={INGEST_CAMERA}>{t.ingest}</option>}
        {devices.map((device, index) => (
          <option key={device.id} value={device.id}>
            {device.label || t.unnamed(index + 1)}
          </option>
        ))}
      </select>
      <ChevronDown
        aria-hidden
        className="pointer-events-none absolute top-1/2 right-3 size-4 -translate-y-1/2 text-ink-3"
      />
    </div>
  );
}
