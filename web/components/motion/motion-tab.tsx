'use client';
import { useStore } from '../../lib/use-store.ts';
import { useStudio } from '../../lib/use-studio.tsx';
import type { Viewing } from '../../lib/viewing.ts';
import { Problem } from '../problem.tsx';
import { DeckCard } from './deck-card.tsx';
import { TierCard } from './tier-card.tsx';
import { WebcamCard } from './webcam-card.tsx';

/** Everything that moves the avatar of the live session. */
export function MotionTab({ viewing }: { readonly viewing: Viewing }) {
  const { motion } = useStudio();
  const problem = useStore(motion.problem);
  return (
    <>
      <TierCard viewing={viewing} />
      {problem && <Problem problem={problem} onDismiss={() => motion.problem.set(null)} />}
      <DeckCard />
      <WebcamCard viewing={viewing} />
    </>
  );
}
