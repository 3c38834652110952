'use client';
import { Download, Play, Trash2, type LucideIcon } from 'lucide-react';
import { useState } from 'react';
import type { RecordingEntry } from '../../../server/protocol/index.ts';
import { clock, megabytes } from '../../lib/format.ts';
import { usePreferences, useText } from '../../lib/preferences.tsx';
import type { Recordings } from '../../lib/recordings.ts';
import { Button } from '../ui/button.tsx';
import { ConfirmButton } from '../ui/confirm-button.tsx';

type Props = { readonly entry: RecordingEntry; readonly recordings: Recordings };

export function RecordingRow({ entry, recordings }: Props) {
  const t = useText().air;
  const [address, setAddress] = useState<string>();
  const { name, format, state, problem } = entry;
  const isOver = state !== 'recording';
  const act = (Icon: LucideIcon, label: string, onClick: () => void) => (
    <Button look="quiet" size="icon" aria-label={label} title={label} onClick={onClick}>
      <Icon aria-hidden className="size-4" />
    </Button>
  );
  const watch = async () => {
    setAddress(address === undefined ? await recordings.address(entry) : undefined);
  };
  return (
    <li className="py-2.5" data-testid="entry" data-state={state}>
      <div className="flex items-center gap-1">
        <div className="min-w-0 flex-1">
          <p className="truncate text-sm font-medium">{name}</p>
          <Facts entry={entry} />
        </div>
        {isOver && format !== 'mov' && act(Play, t.play(name), () => void watch())}
        {isOver && act(Download, t.download(name), () => void recordings.save(entry))}
        {isOver && (
          <ConfirmButton
            label={t.remove(name)}
            name={name}
            onConfirm={() => void recordings.remove(entry)}
          >
            <Trash2 aria-hidden className="size-4" />
          </ConfirmButton>
        )}
      </div>
      {problem && <p className="mt-0.5 text-xs text-fair">{problem}</p>}
      {address !== undefined && (
        <video
          src={address}
          controls
          autoPlay
          aria-label={t.play(name)}
          className="mt-2 bg-sunken max-h-[70vh] w-full rounded-lg"
        />
      )}
    </li>
  );
}

function Facts({ entry }: { readonly entry: RecordingEntry }) {
  const { t, language } = usePreferences();
  const { state, recordedAt, seconds, bytes, droppedFrames, format } = entry;
  const words = [new Date(recordedAt).toLocaleString(language === 'zh' ? 'zh-CN' : 'en')];
  if (state !== 'done') words.unshift(t.air.states[state]);
  if (seconds !== null) words.push(clock(seconds));
  words.push(megabytes(bytes / 1e6));
  if (format !== 'mp4') words.push(t.air.transparent);
  if (droppedFrames > 0) words.push(t.air.dropped(droppedFrames));
  return <p className="text-xs text-ink-2 tabular-nums">{words.join(' · ')}</p>;
}
