'use client';
import { useEffect, useRef, useState } from 'react';
import type { MeasureHandle, MeasureSummary, Spread } from '../../server/protocol/index.ts';
import { Measuring } from '../lib/measuring.ts';
import { usePageText } from '../lib/preferences.tsx';
import { Client } from '../lib/socket.ts';
import { recall } from '../lib/storage.ts';
import { useStore } from '../lib/use-store.ts';
import { PlainShell } from './shell/shell.tsx';
import { Button } from './ui/button.tsx';
import { Card } from './ui/card.tsx';
import { Notice } from './ui/notice.tsx';

declare global {
  interface Window {
    posecastMeasure?: MeasureHandle;
  }
}

/** How long the voice takes to the viewer, measured in this browser. */
export function Measure() {
  const [parts] = useState(() => {
    const client = new Client(() => recall('token'));
    return { client, measuring: new Measuring(client) };
  });
  useEffect(() => {
    window.posecastMeasure = parts.measuring;
    parts.client.open();
    return () => {
      void parts.measuring.stop();
      parts.client.close();
    };
  }, [parts]);
  return (
    <PlainShell>
      <div className="mx-auto grid max-w-[900px] gap-4 p-4 lg:py-5">
        <Bench {...parts} />
      </div>
    </PlainShell>
  );
}

type Parts = { readonly client: Client; readonly measuring: Measuring };

function Bench({ client, measuring }: Parts) {
  const t = usePageText().measure;
  const video = useRef<HTMLVideoElement>(null);
  const { state, problem, summary } = useStore(measuring.view);
  const online = useStore(client.connection) === 'online';
  const running = state === 'starting' || state === 'measuring';
  return (
    <>
      <div>
        <h1 className="text-2xl font-semibold">{t.title}</h1>
        <p className="mt-1 text-ink-2">{t.how}</p>
      </div>
      {state === 'failed' && (
        <Notice tone="poor" title={t.failed}>
          {problem}
        </Notice>
      )}
      <div className="grid gap-4 sm:grid-cols-[280px_1fr]">
        <div className="grid content-start gap-3">
          <video
            ref={video}
            data-testid="measure-video"
            aria-label={t.video}
            playsInline
            className="aspect-square w-full rounded-card border border-line bg-sunken object-contain"
          />
          <Button
            data-testid="measure-start"
            look={running ? 'plain' : 'primary'}
            size="large"
            disabled={state === 'starting' || !online}
            onClick={() => void (running ? measuring.stop() : measuring.start(video.current!))}
          >
            {running ? t.stop : t.start}
          </Button>
        </div>
        <Numbers summary={summary} />
      </div>
    </>
  );
}

function Numbers({ summary }: { readonly summary: MeasureSummary }) {
  const t = usePageText().measure;
  const rows: readonly (readonly [string, Spread | null])[] = [
    [t.picture, summary.pictureMs],
    [t.sound, summary.soundMs],
    [t.floor, summary.floorMs],
    [t.av, summary.avOffsetMs],
  ];
  return (
    <Card
      title={t.results}
      aside={<p className="text-[13px] text-ink-2">{t.words(summary.bursts)}</p>}
    >
      <table className="w-full text-right tabular-nums">
        <thead className="text-[13px] text-ink-2">
          <tr>
            <th className="sr-only">{t.what}</th>
            {['5 %', '50 %', '95 %'].map((share) => (
              <th key={share} scope="col" className="pb-2 font-medium">
                {share}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([label, value]) => (
            <tr key={label} className="border-t border-line">
              <th scope="row" className="py-2.5 text-left font-normal">
                {label}
              </th>
              {(['p5', 'p50', 'p95'] as const).map((share) => (
                <td key={share} className={share === 'p50' ? 'font-semibold' : 'text-ink-2'}>
                  {value === null ? '–' : Math.round(value[share])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="mt-3 text-[13px] text-ink-2">{t.note}</p>
    </Card>
  );
}
