'use client';
import { Tv } from 'lucide-react';
import { useState } from 'react';
import type { SessionSnapshot, TemplateId } from '../../../server/protocol/index.ts';
import { everybody, targetsOf, type Target } from '../../lib/play-targets.ts';
import { usePageText } from '../../lib/preferences.tsx';
import { Button } from '../ui/button.tsx';
import { Check } from '../ui/check.tsx';

type Props = {
  readonly sessions: readonly SessionSnapshot[];
  readonly chosen: readonly TemplateId[];
  readonly onPlay: (ids: readonly TemplateId[], targets: readonly Target[]) => void;
};

/** What is ticked, one after the other, on as many avatars as are ticked. */
export function Apply({ sessions, onPlay, chosen }: Props) {
  const words = usePageText().gestures;
  /** Keys of those who are left out. */
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const everyone = everybody(sessions);
  const ticked = everyone.filter(({ key }) => !left.has(key));
  const toggle = (key: string) => {
    const next = new Set(left);
    if (!next.delete(key)) next.add(key);
    setLeft(next);
  };
  if (sessions.length === 0) return <p className="text-[13px] text-ink-2">{words.noSessions}</p>;
  return (
    <fieldset className="flex flex-wrap items-center gap-3">
      <legend className="sr-only">{words.avatars}</legend>
      {everyone.map(({ key, label }) => (
        <Check key={key} label={label} value={!left.has(key)} onChange={() => toggle(key)} />
      ))}
      <Button
        disabled={chosen.length === 0 || ticked.length === 0}
        onClick={() => onPlay(chosen, targetsOf(sessions, new Set(ticked.map(({ key }) => key))))}
      >
        <Tv aria-hidden className="size-4" />
        {words.apply(chosen.length, ticked.length)}
      </Button>
    </fieldset>
  );
}
