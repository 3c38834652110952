'use client';
import { Headphones, LoaderCircle, Square } from 'lucide-react';
import { useState } from 'react';
import { SILENCE_DB } from '../lib/microphone.ts';
import { useText } from '../lib/preferences.tsx';
import { useStore } from '../lib/use-store.ts';
import { useStudio } from '../lib/use-studio.tsx';
import type { Viewing } from '../lib/viewing.ts';
import { MicrophoneSelect } from './microphone-picker.tsx';
import { TakeButton } from './take-button.tsx';
import { Button } from './ui/button.tsx';
import { Dialog } from './ui/dialog.tsx';
import { Meter } from './ui/meter.tsx';
import { EncoderVoice } from './voice-card.tsx';

/** Under the preview: the microphone as the server hears it, and the way out. */
export function LiveControls({ viewing }: { readonly viewing: Viewing }) {
  const t = useText();
  const studio = useStudio();
  const view = useStore(studio.microphone.view);
  const from = useStore(studio.voiceFrom);
  const level = useStore(viewing.level);
  const microphone = useStore(viewing.snapshot)?.microphone ?? 'absent';
  return (
    <section
      aria-label={t.microphone.title}
      className="flex flex-wrap items-center gap-x-4 gap-y-3 rounded-card border border-line bg-surface p-4 shadow-card"
    >
      <div className="w-full sm:w-56">
        {from === 'encoder' ? <EncoderVoice /> : <MicrophoneSelect view={view} />}
      </div>
      <div className="min-w-[10rem] flex-1">
        <Meter label={t.microphone.level} db={level?.levelDb ?? SILENCE_DB} />
        <p className="mt-1.5 flex items-center gap-1.5 text-xs text-ink-2">
          {microphone === 'absent' ? (
            from === 'encoder' ? (
              t.inputs.encoderHint
            ) : (
              t.live.noMicrophone
            )
          ) : (
            <>
              <Headphones aria-hidden className="size-3.5 shrink-0" />
              {t.live.headphones}
            </>
          )}
        </p>
      </div>
      <TakeButton viewing={viewing} />
      <StopButton viewing={viewing} />
    </section>
  );
}

function StopButton({ viewing }: { readonly viewing: Viewing }) {
  const t = useText();
  const studio = useStudio();
  const [asking, setAsking] = useState(false);
  const stopping = useStore(studio.phase).name === 'stopping';
  const online = useStore(studio.client.connection) === 'online';
  const viewers = useStore(viewing.snapshot)?.viewers ?? 0;
  const Icon = stopping ? LoaderCircle : Square;
  return (
    <>
      <Button
        className="h-10 max-sm:w-full"
        disabled={stopping || !online}
        onClick={() => setAsking(true)}
      >
        <Icon
          aria-hidden
          className={stopping ? 'size-4 animate-spin' : 'size-3.5 fill-live text-live'}
        />
        {stopping ? t.live.stopping : t.live.stop}
      </Button>
      <Dialog open={asking} title={t.live.stopTitle} onClose={() => setAsking(false)}>
        <p className="mt-2 text-ink-2">{t.live.stopText(viewers)}</p>
        <div className="mt-6 flex flex-wrap justify-end gap-2">
          <Button onClick={() => setAsking(false)}>{t.live.keep}</Button>
          <Button
            look="live"
            autoFocus
            onClick={() => {
              setAsking(false);
              void studio.stop();
            }}
          >
            {t.live.stopConfirm}
          </Button>
        </div>
      </Dialog>
    </>
  );
}
