'use client';
import { Volume2, VolumeX } from 'lucide-react';
import { useText } from '../lib/preferences.tsx';

type Props = {
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
  readonly className: string;
};

export function SoundToggle({ on, onChange, className }: Props) {
  const t = useText();
  const Icon = on ? Volume2 : VolumeX;
  return (
    <button
      type="button"
      aria-pressed={on}
      title={on ? t.live.soundOff : t.live.soundOn}
      onClick={() => onChange(!on)}
      className={className}
    >
      <Icon aria-hidden className="size-4" />
      {t.live.sound}
    </button>
  );
}
