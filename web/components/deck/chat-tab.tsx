'use client';
import type { Viewing } from '../../lib/viewing.ts';
import { CaptionsCard } from '../motion/captions-card.tsx';
import { ChatCard } from '../motion/chat-card.tsx';

/** What is written and what is said, and which triggers it sets off. */
export function ChatTab({ viewing }: { readonly viewing: Viewing }) {
  return (
    <div className="grid gap-4 md:grid-cols-2">
      <ChatCard viewing={viewing} />
      <CaptionsCard viewing={viewing} />
    </div>
  );
}
