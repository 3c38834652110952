'use client';
import { Eye, LoaderCircle, Square } from 'lucide-react';
import { useState } from 'react';
import { clock } from '../../lib/format.ts';
import { useText } from '../../lib/preferences.tsx';
import { useStore } from '../../lib/use-store.ts';
import { useStudio } from '../../lib/use-studio.tsx';
import type { Viewing } from '../../lib/viewing.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Dialog } from '../ui/dialog.tsx';

/** How long and for how many, and the way out. */
export function OnAirCard({ viewing }: { readonly viewing: Viewing }) {
  const t = useText();
  const count = useStore(viewing.snapshot)?.viewers ?? 0;
  return (
    <Card title={t.shell.stream} bare>
      <div className="flex items-center gap-3">
        <div className="min-w-0 flex-1">
          <p className="flex items-center gap-2 text-[13px] font-semibold text-live-word">
            <span aria-hidden className="size-2 rounded-full bg-live" />
            {t.live.badge}
          </p>
          <p className="mt-0.5 flex items-center gap-3 text-[13px] tabular-nums">
            <Uptime viewing={viewing} />
            <span
              role="status"
              aria-label={t.live.viewers(count)}
              className="flex items-center gap-1.5 text-ink-2"
            >
              <Eye aria-hidden className="size-3.5" />
              {count}
            </span>
          </p>
        </div>
        <StopButton viewing={viewing} />
      </div>
    </Card>
  );
}

function Uptime({ viewing }: { readonly viewing: Viewing }) {
  const t = useText();
  const stats = useStore(viewing.stats);
  return (
    <span>
      <span className="sr-only">{t.live.uptime}</span>
      {clock(stats?.uptimeSeconds ?? 0)}
    </span>
  );
}

function StopButton({ viewing }: { readonly viewing: Viewing }) {
  const t = useText();
  const studio = useStudio();
  const [asking, setAsking] = useState(false);
  const stopping = useStore(studio.phase).name === 'stopping';
  const online = useStore(studio.client.connection) === 'online';
  const viewers = useStore(viewing.snapshot)?.viewers ?? 0;
  const Icon = stopping ? LoaderCircle : Square;
  return (
    <>
      <Button
        className="h-10"
        disabled={stopping || !online}
        aria-busy={stopping}
        onClick={() => setAsking(true)}
      >
        <Icon
          aria-hidden
          className={stopping ? 'size-4 animate-spin' : 'size-3.5 fill-live text-live'}
        />
        {stopping ? t.live.stopping : t.live.stop}
      </Button>
      <Dialog open={asking} title={t.live.stopTitle} onClose={() => setAsking(false)}>
        <p className="mt-2 text-ink-2">{t.live.stopText(viewers)}</p>
        <div className="mt-6 flex flex-wrap justify-end gap-2">
          <Button onClick={() => setAsking(false)}>{t.live.keep}</Button>
          <Button
            look="live"
            autoFocus
            onClick={() => {
              setAsking(false);
              void studio.stop();
            }}
          >
            {t.live.stopConfirm}
          </Button>
        </div>
      </Dialog>
    </>
  );
}
