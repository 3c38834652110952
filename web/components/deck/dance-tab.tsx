'use client';
import { DanceCard } from '../motion/dance-card.tsx';

/** The beat and dancing to it. */
export function DanceTab() {
  return <DanceCard />;
}
