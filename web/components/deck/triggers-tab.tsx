'use client';
import { TriggerCard } from '../motion/trigger-card.tsx';

/** What fires by itself, armed or not. */
export function TriggersTab() {
  return <TriggerCard />;
}
