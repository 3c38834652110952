'use client';
import { ChevronRight } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import type { InputOrigin, SessionInput } from '../../server/protocol/index.ts';
import { clock } from '../lib/format.ts';
import { useText } from '../lib/preferences.tsx';
import { useRefreshed } from '../lib/use-refreshed.ts';
import { useStore } from '../lib/use-store.ts';
import { useStudio } from '../lib/use-studio.tsx';
import { Problem } from './problem.tsx';
import { Button } from './ui/button.tsx';
import { Card } from './ui/card.tsx';
import { Dot } from './ui/dot.tsx';

const InputDoor = dynamic(() => import('./input-door.tsx').then((m) => m.InputDoor), {
  loading: () => null,
});

/** Who speaks and sends, and the doors with their key. */
export function InputsCard() {
  const t = useText().inputs;
  const { inputs } = useStudio();
  const { voice, voices, senders } = useStore(inputs.now);
  const problem = useStore(inputs.problem);
  useRefreshed(inputs);
  const origins = [...new Set<InputOrigin>([...[...voices].reverse(), ...senders.map(originOf)])];
  return (
    <Card title={t.title}>
      {problem && <Problem problem={problem} onDismiss={() => inputs.problem.set(null)} />}
      {origins.length === 0 && <p className="text-[13px] text-ink-2">{t.nothing}</p>}
      <ul className="divide-y divide-line">
        {origins.map((origin) => (
          <Row
            key={origin}
            origin={origin}
            sender={senders.find((sender) => sender.origin === origin)}
            speaks={voice === origin}
            maySpeak={voices.includes(origin)}
          />
        ))}
      </ul>
      <Doors />
    </Card>
  );
}

const originOf = ({ origin }: SessionInput): InputOrigin => origin;

function Row({
  origin,
  sender,
  speaks,
  maySpeak,
}: {
  readonly origin: InputOrigin;
  readonly sender: SessionInput | undefined;
  readonly speaks: boolean;
  readonly maySpeak: boolean;
}) {
  const t = useText().inputs;
  const { inputs } = useStudio();
  const name = t.origins[origin];
  return (
    <li className="flex min-h-12 items-center gap-3 py-2" data-testid={`input-${origin}`}>
      <span className="min-w-0 flex-1">
        <span className="block truncate text-[13px] font-medium">{name}</span>
        {sender && (
          <span className="flex items-baseline gap-1.5 text-xs text-ink-2">
            <Dot grade={sender.state === 'live' ? 'good' : 'fair'} />
            <span className="min-w-0">{describe(sender, t)}</span>
          </span>
        )}
        {sender && sender.problem && (
          <span role="status" className="mt-0.5 block text-xs text-poor">
            {sender.problem}
          </span>
        )}
      </span>
      {speaks && (
        <span className="rounded-full bg-accent-soft px-2.5 py-1 text-xs font-medium text-accent">
          {t.speaks}
        </span>
      )}
      {!speaks && maySpeak && (
        <>
          <span className="text-xs text-ink-2">{t.waits}</span>
          <Button
            size="small"
            aria-label={t.useLabel(name)}
            onClick={() => void inputs.prefer(origin)}
          >
            {t.use}
          </Button>
        </>
      )}
    </li>
  );
}

function describe(sender: SessionInput, t: ReturnType<typeof useText>['inputs']): string {
  const { state, audio, video, kbps, liveSeconds } = sender;
  const words = [audio, video].filter((word) => word !== '');
  if (state === 'live') words.push(t.numbers(kbps, clock(liveSeconds)));
  else words.push(t.states.waiting);
  return words.join(' · ');
}

/** The addresses, closed until they are wanted or waited for: the key is a secret, and masked. */
function Doors() {
  const t = useText().inputs;
  const { inputs, voiceFrom } = useStudio();
  const door = useStore(inputs.door);
  const awaited = useStore(voiceFrom) === 'encoder' && !useStore(inputs.now).voice;
  const [open, setOpen] = useState(awaited);
  if (!door) return null;
  return (
    <details
      className="group mt-2"
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary className="flex cursor-pointer list-none items-center gap-1.5 rounded-md py-1 text-[13px] font-medium text-accent">
        <ChevronRight aria-hidden className="size-4 transition-transform group-open:rotate-90" />
        {t.doors}
      </summary>
      {open && <InputDoor door={door} />}
    </details>
  );
}
