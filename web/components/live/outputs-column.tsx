'use client';
import type { Viewing } from '../../lib/viewing.ts';
import { useText } from '../../lib/preferences.tsx';
import { PushCard } from '../push-card.tsx';
import { RecordingCard } from '../recording-card.tsx';
import { ShareCard } from '../share-card.tsx';
import { SlateCard } from '../slate-card.tsx';
import { TakeButton } from '../take-button.tsx';
import { Card } from '../ui/card.tsx';
import { OnAirCard } from './on-air-card.tsx';

export function OutputsColumn({ viewing }: { readonly viewing: Viewing }) {
  const t = useText().shell;
  return (
    <>
      <OnAirCard viewing={viewing} />
      <PushCard />
      <RecordingCard />
      <ShareCard viewing={viewing} />
      <Card title={t.take}>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
          <TakeButton viewing={viewing} />
          <p className="min-w-32 flex-1 text-xs text-ink-2">{t.takeAbout}</p>
        </div>
      </Card>
      <SlateCard viewing={viewing} />
    </>
  );
}
