'use client';
import { useEffect } from 'react';
import { useStore } from '../../lib/use-store.ts';
import { useStudio } from '../../lib/use-studio.tsx';
import type { Viewing } from '../../lib/viewing.ts';
import { Problem } from '../problem.tsx';
import { CaptionsCard } from './captions-card.tsx';
import { ChatCard } from './chat-card.tsx';
import { DanceCard } from './dance-card.tsx';
import { DeckCard } from './deck-card.tsx';
import { MoodCard } from './mood-card.tsx';
import { MusicCard } from './music-card.tsx';
import { SayCard } from './say-card.tsx';
import { TierCard } from './tier-card.tsx';
import { TriggerCard } from './trigger-card.tsx';
import { WebcamCard } from './webcam-card.tsx';
import { WhoCard } from './who-card.tsx';

/** Keys that triggers wait for, as they are armed now. */
function useTriggerKeys(): void {
  const { motion, triggers } = useStudio();
  const list = useStore(triggers.list);
  useEffect(() => {
    const keys = new Set(
      list?.flatMap(({ armed, source }) => (armed && source.kind === 'hotkey' ? [source.key] : [])),
    );
    const listen = (event: KeyboardEvent) => {
      const name = codeOf(event);
      if (keys.has(name)) motion.hotkey(name);
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, [motion, list]);
}

/** As in a trigger's source: `Alt+KeyW`. */
function codeOf({ code, ctrlKey, altKey, shiftKey, metaKey }: KeyboardEvent): string {
  const held = [ctrlKey && 'Ctrl', altKey && 'Alt', shiftKey && 'Shift', metaKey && 'Meta'];
  return [...held.filter(Boolean), code].join('+');
}

/** Everything that moves the avatar of the live session. */
export function MotionTab({ viewing }: { readonly viewing: Viewing }) {
  const { motion } = useStudio();
  const problem = useStore(motion.problem);
  useTriggerKeys();
  return (
    <>
      <TierCard viewing={viewing} />
      {problem && <Problem problem={problem} onDismiss={() => motion.problem.set(null)} />}
      <WebcamCard viewing={viewing} />
      <WhoCard viewing={viewing} />
      <SayCard />
      <DeckCard />
      <MoodCard />
      <MusicCard />
      <DanceCard />
      <ChatCard viewing={viewing} />
      <CaptionsCard viewing={viewing} />
      <TriggerCard />
    </>
  );
}
