'use client';
import { ExternalLink } from 'lucide-react';
import { useText } from '../lib/preferences.tsx';
import { useStore } from '../lib/use-store.ts';
import type { Viewing } from '../lib/viewing.ts';
import { Card } from './ui/card.tsx';
import { CopyField, copyFieldIcon } from './ui/copy-field.tsx';
import { Dot } from './ui/dot.tsx';

export function ShareCard({ viewing }: { readonly viewing: Viewing }) {
  const t = useText();
  const snapshot = useStore(viewing.snapshot);
  const overlayUrl = snapshot ? new URL(snapshot.overlayPath, location.href).href : '';
  const watchUrl = snapshot ? new URL(snapshot.watchPath, location.href).href : '';
  return (
    <Card title={t.share.title} bare>
      <div className="space-y-2">
        <CopyField
          label={t.share.watch}
          value={watchUrl}
          action={
            <a
              href={watchUrl}
              target="_blank"
              rel="noreferrer"
              aria-label={t.share.open}
              className={copyFieldIcon}
            >
              <ExternalLink aria-hidden className="size-4" />
            </a>
          }
        />
        <CopyField
          label={t.air.overlay}
          value={overlayUrl}
          action={
            <a
              href={overlayUrl}
              target="_blank"
              rel="noreferrer"
              aria-label={t.air.overlayOpen}
              title={t.air.overlayHint}
              className={copyFieldIcon}
            >
              <ExternalLink aria-hidden className="size-4" />
            </a>
          }
        />
        <CopyField
          label={t.share.rtmp}
          value={snapshot?.rtmpUrl ?? ''}
          aside={
            <span title={snapshot?.rtmpLive ? t.share.rtmpLive : t.share.rtmpIdle}>
              <Dot grade={snapshot?.rtmpLive ? 'good' : 'unknown'} />
              <span className="sr-only">
                {snapshot?.rtmpLive ? t.share.rtmpLive : t.share.rtmpIdle}
              </span>
            </span>
          }
        />
      </div>
    </Card>
  );
}
