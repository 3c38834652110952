'use client';
import { ChevronDown, Mic } from 'lucide-react';
import { useId } from 'react';
import type { MicrophoneView } from '../lib/microphone.ts';
import { useText } from '../lib/preferences.tsx';
import { useStore } from '../lib/use-store.ts';
import { useStudio } from '../lib/use-studio.tsx';
import { Button } from './ui/button.tsx';
import { Meter } from './ui/meter.tsx';
import { Notice } from './ui/notice.tsx';

/** Permission, choice and test of the microphone before going live. */
export function MicrophonePicker() {
  const t = useText();
  const { microphone } = useStudio();
  const view = useStore(microphone.view);
  if (view.state === 'ready') {
    return (
      <div className="space-y-3">
        <MicrophoneSelect view={view} />
        <MicrophoneTest />
      </div>
    );
  }
  if (view.state === 'idle' || view.state === 'asking') {
    return (
      <div className="flex min-h-[72px] flex-wrap items-center gap-x-4 gap-y-2">
        <Button
          look="primary"
          disabled={view.state === 'asking'}
          onClick={() => void microphone.open()}
        >
          <Mic aria-hidden className="size-4" />
          {t.microphone.allow}
        </Button>
        <p aria-live="polite" className="min-w-[12rem] flex-1 text-[13px] text-ink-2">
          {t.microphone.states[view.state]}
        </p>
      </div>
    );
  }
  return <MicrophoneTrouble state={view.state} />;
}

function MicrophoneTrouble({
  state,
}: {
  readonly state: 'refused' | 'missing' | 'busy' | 'insecure';
}) {
  const t = useText();
  const { microphone } = useStudio();
  return (
    <Notice
      tone="poor"
      title={t.microphone.states[state]}
      action={
        state !== 'insecure' && (
          <Button size="small" onClick={() => void microphone.open()}>
            {t.microphone.tryAgain}
          </Button>
        )
      }
    >
      {t.microphone.remedies[state]}
    </Notice>
  );
}

export function MicrophoneSelect({ view }: { readonly view: MicrophoneView }) {
  const t = useText();
  const { microphone } = useStudio();
  const id = useId();
  return (
    <div className="relative min-w-0">
      <label htmlFor={id} className="sr-only">
        {t.microphone.choose}
      </label>
      <Mic
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-ink-3"
      />
      <select
        id={id}
        value={view.deviceId}
        onChange={(event) => void microphone.choose(event.target.value)}
        className="h-10 w-full appearance-none truncate rounded-lg border border-line-strong bg-surface pr-9 pl-9 text-sm hover:bg-sunken"
      >
        {view.devices.map((device, index) => (
          <option key={device.id} value={device.id}>
            {device.label || t.microphone.unnamed(index + 1)}
          </option>
        ))}
      </select>
      <ChevronDown
        aria-hidden
        className="pointer-events-none absolute top-1/2 right-3 size-4 -translate-y-1/2 text-ink-3"
      />
    </div>
  );
}

function MicrophoneTest() {
  const t = useText();
  const db = useStore(useStudio().microphone.levelDb);
  return (
    <div>
      <Meter label={t.microphone.level} db={db} />
      <p className="mt-1.5 min-h-5 text-[13px] text-ink-2">{t.microphone[verdict(db)]}</p>
    </div>
  );
}

/** Root-mean-square levels of speech at a usual distance lie around -30 dBFS. */
function verdict(db: number): 'silent' | 'quiet' | 'good' | 'loud' {
  if (db < -55) return 'silent';
  if (db < -42) return 'quiet';
  return db > -8 ? 'loud' : 'good';
}
