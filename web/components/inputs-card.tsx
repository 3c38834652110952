'use client';
import { Check, ChevronRight, Copy, Eye, EyeOff, RefreshCw } from 'lucide-react';
import { useId, useState } from 'react';
import type { InputOrigin, SessionInput } from '../../server/protocol/index.ts';
import { clock } from '../lib/format.ts';
import { useText } from '../lib/preferences.tsx';
import { useRefreshed } from '../lib/use-refreshed.ts';
import { useStore } from '../lib/use-store.ts';
import { useStudio } from '../lib/use-studio.tsx';
import { Problem } from './problem.tsx';
import { Button } from './ui/button.tsx';
import { Card } from './ui/card.tsx';
import { CopyField } from './ui/copy-field.tsx';
import { Dot } from './ui/dot.tsx';
import { Notice } from './ui/notice.tsx';

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
      <div className="mt-2 space-y-2">
        <p className="text-[13px] text-ink-2">{t.about}</p>
        <CopyField label={t.rtmp} value={fromHere(door.rtmpUrl)} />
        <CopyField label={t.whip} value={new URL(door.whipKeyPath, location.href).href} />
        <KeyField value={door.key} />
        <p className="text-xs text-ink-2">{t.keyHint}</p>
        <Renew />
      </div>
    </details>
  );
}

/** The server names itself by its own address; from elsewhere it is the one this page came from. */
function fromHere(rtmpUrl: string): string {
  const host = /^\[/.test(location.host) ? location.host.replace(/:\d+$/, '') : location.hostname;
  return rtmpUrl.replace('//127.0.0.1:', `//${host}:`);
}

/** Masked until it is asked for; copied without being shown. */
function KeyField({ value }: { readonly value: string }) {
  const t = useText().inputs;
  const id = useId();
  const [shown, setShown] = useState(false);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    if (isSecureContext) await navigator.clipboard.writeText(value);
    else setShown(true);
    setCopied(isSecureContext);
    setTimeout(() => setCopied(false), 2000);
  };
  const icon = 'grid size-9 shrink-0 place-items-center rounded-lg text-ink-2 hover:text-ink';
  return (
    <div className="flex items-center gap-3 max-sm:flex-wrap max-sm:gap-y-1">
      <label htmlFor={id} className="w-20 shrink-0 text-[13px] text-ink-2 max-sm:w-full">
        {t.key}
      </label>
      <div className="flex min-w-0 flex-1 items-center rounded-lg border border-line-strong bg-surface focus-within:border-accent">
        <input
          id={id}
          readOnly
          type={shown ? 'text' : 'password'}
          autoComplete="off"
          value={value}
          onFocus={(event) => event.currentTarget.select()}
          className="h-9 min-w-0 flex-1 rounded-lg bg-transparent px-3 font-mono text-xs text-ink"
        />
        <button
          type="button"
          aria-pressed={shown}
          aria-label={shown ? t.hide : t.show}
          onClick={() => setShown(!shown)}
          className={icon}
        >
          {shown ? (
            <EyeOff aria-hidden className="size-4" />
          ) : (
            <Eye aria-hidden className="size-4" />
          )}
        </button>
        <button type="button" aria-label={t.copy} onClick={() => void copy()} className={icon}>
          {copied ? (
            <Check aria-hidden className="size-4 text-good" />
          ) : (
            <Copy aria-hidden className="size-4" />
          )}
        </button>
      </div>
      <span role="status" className="sr-only">
        {copied ? t.copied : ''}
      </span>
    </div>
  );
}

/** Asks once more: an encoder that is on air would be cut off. */
function Renew() {
  const t = useText().inputs;
  const { inputs } = useStudio();
  const [asking, setAsking] = useState(false);
  const renew = async () => {
    await inputs.renew();
    setAsking(false);
  };
  if (!asking) {
    return (
      <Button size="small" look="quiet" onClick={() => setAsking(true)}>
        <RefreshCw aria-hidden className="size-4" />
        {t.renew}
      </Button>
    );
  }
  return (
    <Notice
      tone="fair"
      title={t.renewTitle}
      action={
        <span className="flex gap-2">
          <Button size="small" look="primary" onClick={() => void renew()}>
            {t.renewYes}
          </Button>
          <Button size="small" onClick={() => setAsking(false)}>
            {t.cancel}
          </Button>
        </span>
      }
    >
      {t.renewText}
    </Notice>
  );
}
