'use client';
import { ChevronRight, Circle, Film, Square } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import type { RecordingFormat, RecordingState } from '../../server/protocol/index.ts';
import { RECORDING_FORMATS } from '../../server/protocol/words.ts';
import { clock, megabytes } from '../lib/format.ts';
import { useText } from '../lib/preferences.tsx';
import { useStore } from '../lib/use-store.ts';
import { useStudio } from '../lib/use-studio.tsx';
import { Problem } from './problem.tsx';
import { Button } from './ui/button.tsx';
import { Check } from './ui/check.tsx';
import { Card } from './ui/card.tsx';
import { Select } from './ui/field.tsx';

/** Starts and stops recordings of what goes out. */
export function RecordingCard() {
  const t = useText().air;
  const { recordings } = useStudio();
  const running = useStore(recordings.running);
  const problem = useStore(recordings.problem);
  const [format, setFormat] = useState<RecordingFormat>('mp4');
  const [tracks, setTracks] = useState(false);
  const [asked, setAsked] = useState(false);
  const taken = running.some((each) => each.format === format);
  const start = async () => {
    setAsked(true);
    await recordings.start({ format, tracks });
    setAsked(false);
  };
  return (
    <Card
      title={t.recording}
      aside={
        <Link
          href="/recordings"
          prefetch={false}
          className="inline-flex h-8 items-center gap-1.5 rounded-lg px-3 text-[13px] font-medium text-ink-2 hover:bg-sunken hover:text-ink"
        >
          <Film aria-hidden className="size-4" />
          {t.recordings}
        </Link>
      }
    >
      {problem && <Problem problem={problem} onDismiss={() => recordings.problem.set(null)} />}
      <Button className="w-full" disabled={taken || asked} onClick={() => void start()}>
        <Circle aria-hidden className="size-3.5 fill-live text-live" />
        {t.record}
      </Button>
      <details className="group mt-2 text-[13px]">
        <summary className="flex list-none items-center gap-1.5 rounded text-ink-2 hover:text-ink [&::-webkit-details-marker]:hidden">
          <ChevronRight
            aria-hidden
            className="size-4 shrink-0 transition-transform group-open:rotate-90"
          />
          <span className="min-w-0 truncate">{t.formats[format]}</span>
        </summary>
        <div className="mt-2 space-y-2">
          <Select
            label={t.format}
            value={format}
            values={RECORDING_FORMATS}
            titles={t.formats}
            onChange={setFormat}
          />
          <Check label={t.tracks} value={tracks} className="text-ink-2" onChange={setTracks} />
        </div>
      </details>
      {running.length > 0 && (
        <ul className="mt-2 divide-y divide-line border-t border-line">
          {running.map((each) => (
            <Row key={each.name} recording={each} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function Row({ recording }: { readonly recording: RecordingState }) {
  const t = useText().air;
  const { recordings } = useStudio();
  const { name, state, seconds, bytes, droppedFrames, problem } = recording;
  const words = [state === 'starting' ? t.starting : clock(seconds), megabytes(bytes / 1e6)];
  if (droppedFrames > 0) words.push(t.dropped(droppedFrames));
  return (
    <li className="flex items-center gap-3 py-2" data-testid="recording">
      <Circle aria-hidden className="size-3 shrink-0 animate-pulse fill-live text-live" />
      <span className="min-w-0 flex-1">
        <span className="block truncate text-[13px] font-medium">{name}</span>
        <span className="block text-xs text-ink-2 tabular-nums">{words.join(' · ')}</span>
        {problem && (
          <span role="status" className="block text-xs text-poor">
            {problem}
          </span>
        )}
      </span>
      <Button
        size="icon"
        look="quiet"
        aria-label={t.stop(name)}
        title={t.stop(name)}
        onClick={() => void recordings.stop(recording)}
      >
        <Square aria-hidden className="size-3.5 fill-current" />
      </Button>
    </li>
  );
}
