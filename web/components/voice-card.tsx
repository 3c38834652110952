'use client';
import { Cable, Mic } from 'lucide-react';
import { useText } from '../lib/preferences.tsx';
import { VOICES_FROM } from '../lib/studio.ts';
import { useStore } from '../lib/use-store.ts';
import { useStudio } from '../lib/use-studio.tsx';
import { MicrophonePicker } from './microphone-picker.tsx';
import { Button } from './ui/button.tsx';
import { Card } from './ui/card.tsx';
import { Segments } from './ui/segments.tsx';

/** Who is going to speak: this browser's microphone, or OBS and the like, which need none here. */
export function VoiceCard() {
  const t = useText();
  const studio = useStudio();
  const from = useStore(studio.voiceFrom);
  return (
    <Card title={t.inputs.voice}>
      <div className="space-y-3">
        <Segments
          label={t.inputs.voice}
          values={VOICES_FROM}
          titles={t.inputs.voices}
          chosen={from}
          onChoose={(voice) => studio.speakFrom(voice)}
        />
        {from === 'microphone' ? (
          <MicrophonePicker />
        ) : (
          <p className="flex min-h-10 items-center gap-2.5 text-[13px] text-ink-2">
            <Cable aria-hidden className="size-4 shrink-0" />
            {t.inputs.encoderSoon}
          </p>
        )}
      </div>
    </Card>
  );
}

/** In place of the microphone, while OBS or an encoder is to speak. */
export function EncoderVoice() {
  const t = useText().inputs;
  const studio = useStudio();
  const { voice } = useStore(studio.inputs.now);
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
      <p className="flex items-center gap-2 text-[13px]" role="status">
        <Cable aria-hidden className="size-4 shrink-0 text-ink-2" />
        {voice ? t.encoderSpeaks(t.origins[voice]) : t.encoderAwaited}
      </p>
      <Button size="small" look="quiet" onClick={() => studio.speakFrom('microphone')}>
        <Mic aria-hidden className="size-4" />
        {t.useMicrophone}
      </Button>
    </div>
  );
}
