'use client';
import { MessageSquare, Zap } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { ChatLine } from '../../lib/chat.ts';
import { usePreferences } from '../../lib/preferences.tsx';
import { useStore } from '../../lib/use-store.ts';
import { useStudio } from '../../lib/use-studio.tsx';
import { useTriggerTitle } from '../../lib/use-trigger-title.ts';
import type { Viewing } from '../../lib/viewing.ts';
import { Problem } from '../problem.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { CopyField } from '../ui/copy-field.tsx';
import { SendLine } from '../ui/send-line.tsx';

/** A line as a chat bot would send it, and what the triggers made of the last ones. */
export function ChatCard({ viewing }: { readonly viewing: Viewing }) {
  const { t } = usePreferences();
  const words = t.motion.chat;
  const { chat, motion } = useStudio();
  const problem = useStore(chat.problem);
  const basic = useStore(viewing.snapshot)?.tier === 'basic';
  return (
    <Card title={words.title}>
      <div className="space-y-2.5">
        {problem && <Problem problem={problem} onDismiss={() => chat.problem.set(null)} />}
        <Lines />
        <Entry />
        {basic && (
          <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-[13px] text-ink-2">
            {words.basic}
            <Button size="small" onClick={() => void motion.setTier('full')}>
              {words.switch}
            </Button>
          </p>
        )}
        <ForBots viewing={viewing} />
      </div>
    </Card>
  );
}

function Lines() {
  const words = usePreferences().t.motion.chat;
  const lines = useStore(useStudio().chat.lines);
  const end = useRef<HTMLUListElement>(null);
  useEffect(() => {
    const list = end.current;
    if (list) list.scrollTop = list.scrollHeight;
  }, [lines]);
  if (lines.length === 0) return <p className="text-[13px] text-ink-2">{words.none}</p>;
  return (
    <ul
      ref={end}
      aria-label={words.lines}
      aria-live="polite"
      className="max-h-44 space-y-1.5 overflow-y-auto text-[13px]"
    >
      {lines.map((line) => (
        <Line key={line.id} line={line} />
      ))}
    </ul>
  );
}

function Line({ line }: { readonly line: ChatLine }) {
  const words = usePreferences().t.motion.chat;
  const titleOf = useTriggerTitle();
  if (line.kind === 'fired') {
    return (
      <li className="flex items-center gap-2 text-accent">
        <Zap aria-hidden className="size-3.5 shrink-0 fill-current" />
        <span className="font-medium">{words.fired(titleOf(line.trigger))}</span>
      </li>
    );
  }
  return (
    <li className="flex items-baseline gap-2">
      <MessageSquare aria-hidden className="size-3.5 shrink-0 self-center text-ink-3" />
      <span className="min-w-0 flex-1 break-words">{line.text}</span>
      {line.fired === 0 && <span className="text-xs text-ink-3">{words.nothing}</span>}
    </li>
  );
}

function Entry() {
  const words = usePreferences().t.motion.chat;
  const { chat } = useStudio();
  return (
    <SendLine
      label={words.label}
      placeholder={words.placeholder}
      send={words.send}
      sent="cleared"
      onSend={(text) => void chat.say(text)}
    />
  );
}

/** How a program says what this box says. */
function ForBots({ viewing }: { readonly viewing: Viewing }) {
  const words = usePreferences().t.motion.chat;
  const { info } = useStore(useStudio().catalog);
  const address = `${location.origin}/api/v1/sessions/${viewing.sessionId}/chat`;
  const token = info?.needsToken ? " -H 'authorization: Bearer TOKEN'" : '';
  const example = `curl ${address} -H 'content-type: application/json'${token} -d '{"author":"Ann","text":"hello"}'`;
  return (
    <details className="text-[13px]">
      <summary className="text-ink-2 hover:text-ink">{words.bots}</summary>
      <div className="mt-2 space-y-2">
        <p className="text-ink-2">{words.botsText}</p>
        <CopyField label={words.address} value={address} />
        <CopyField label={words.example} value={example} />
        {info?.needsToken && <p className="text-ink-2">{words.token}</p>}
      </div>
    </details>
  );
}
