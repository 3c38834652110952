'use client';
import { Zap } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useText } from '../lib/preferences.tsx';
import { useRefreshed } from '../lib/use-refreshed.ts';
import { useStore } from '../lib/use-store.ts';
import { useStudio } from '../lib/use-studio.tsx';
import { useTriggerTitle } from '../lib/use-trigger-title.ts';

const SHOWN_MS = 3000;

/** Over the preview for a moment: the trigger that has just acted. */
export function FiredBadge() {
  const words = useText().motion.chat;
  const { chat, triggers } = useStudio();
  const fired = useStore(chat.fired);
  const titleOf = useTriggerTitle();
  const [over, setOver] = useState<number | null>(null);
  useRefreshed(triggers);
  useEffect(() => {
    if (!fired) return;
    const timer = setTimeout(() => setOver(fired.id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [fired]);
  if (!fired || over === fired.id) return null;
  return (
    <p
      role="status"
      className="pointer-events-none absolute top-3 left-3 flex h-9 max-w-[calc(100%-9rem)] items-center gap-2 rounded-lg bg-accent px-3 text-[13px] font-medium text-accent-ink shadow-float"
    >
      <Zap aria-hidden className="size-4 shrink-0 fill-current" />
      <span className="truncate">{words.fired(titleOf(fired.trigger))}</span>
    </p>
  );
}
