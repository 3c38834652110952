'use client';
import { Headphones } from 'lucide-react';
import { SILENCE_DB } from '../../lib/microphone.ts';
import { useText } from '../../lib/preferences.tsx';
import { useStore } from '../../lib/use-store.ts';
import { useStudio } from '../../lib/use-studio.tsx';
import type { Viewing } from '../../lib/viewing.ts';
import { InputsCard } from '../inputs-card.tsx';
import { MicrophonePicker, MicrophoneSelect } from '../microphone-picker.tsx';
import { MusicCard } from '../motion/music-card.tsx';
import { WebcamCard } from '../motion/webcam-card.tsx';
import { Card } from '../ui/card.tsx';
import { Meter } from '../ui/meter.tsx';
import { EncoderVoice } from '../voice-card.tsx';

export function InputsColumn({ viewing }: { readonly viewing: Viewing }) {
  return (
    <>
      <MicrophoneCard viewing={viewing} />
      <WebcamCard viewing={viewing} />
      <InputsCard />
      <MusicCard />
    </>
  );
}

/** The microphone as the server hears it. */
function MicrophoneCard({ viewing }: { readonly viewing: Viewing }) {
  const t = useText();
  const studio = useStudio();
  const view = useStore(studio.microphone.view);
  const from = useStore(studio.voiceFrom);
  const microphone = useStore(viewing.snapshot)?.microphone ?? 'absent';
  const ready = view.state === 'ready' || view.state === 'asking';
  return (
    <Card title={t.microphone.title}>
      {from === 'encoder' ? (
        <EncoderVoice />
      ) : ready ? (
        <MicrophoneSelect view={view} />
      ) : (
        <MicrophonePicker />
      )}
      <Level viewing={viewing} />
      <p className="mt-1.5 flex min-h-8 items-start gap-1.5 text-xs text-ink-2">
        {microphone === 'absent' ? (
          from === 'encoder' ? (
            t.inputs.encoderHint
          ) : (
            t.live.noMicrophone
          )
        ) : (
          <>
            <Headphones aria-hidden className="mt-0.5 size-3.5 shrink-0" />
            {t.live.headphones}
          </>
        )}
      </p>
    </Card>
  );
}

/** Ten times a second: it is drawn apart from its surroundings. */
function Level({ viewing }: { readonly viewing: Viewing }) {
  const t = useText();
  const level = useStore(viewing.level);
  return <Meter label={t.microphone.level} db={level?.levelDb ?? SILENCE_DB} className="mt-2.5" />;
}
