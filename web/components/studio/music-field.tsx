'use client';
import { FileMusic, X } from 'lucide-react';
import { useRef, useState } from 'react';
import type { Sound } from '../../../server/protocol/index.ts';
import type { Jobs } from '../../lib/jobs.ts';
import { usePageText } from '../../lib/preferences.tsx';
import { Check } from '../ui/check.tsx';
import { Button } from '../ui/button.tsx';

/** Music beneath every voice of the order, and whether it is danced to. */
export type Beneath = { readonly sound: Sound | null; readonly dance: boolean };

export function MusicField({
  jobs,
  value: { sound, dance },
  onChange,
}: {
  readonly jobs: Jobs;
  readonly value: Beneath;
  readonly onChange: (value: Beneath) => void;
}) {
  const t = usePageText().studio;
  const [isWaiting, setWaiting] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const take = async (file: File | undefined) => {
    if (!file) return;
    setWaiting(true);
    const taken = await jobs.upload(file);
    setWaiting(false);
    if (taken) onChange({ sound: taken, dance });
  };
  return (
    <div className="mt-3 space-y-2">
      <div className="flex items-center gap-2 text-sm">
        <FileMusic aria-hidden className="size-4 shrink-0 text-ink-2" />
        <span className="min-w-0 flex-1 truncate">
          {isWaiting ? t.uploading(1) : (sound?.name ?? t.noMusic)}
        </span>
        {sound ? (
          <Button
            look="quiet"
            size="icon"
            aria-label={t.remove(sound.name)}
            onClick={() => onChange({ sound: null, dance: false })}
          >
            <X aria-hidden className="size-4" />
          </Button>
        ) : (
          <Button size="small" disabled={isWaiting} onClick={() => input.current?.click()}>
            {t.music}
          </Button>
        )}
        <input
          ref={input}
          type="file"
          accept="audio/*,video/*"
          aria-label={t.music}
          className="sr-only"
          tabIndex={-1}
          onChange={({ target }) => {
            void take(target.files?.[0]);
            target.value = '';
          }}
        />
      </div>
      {sound && (
        <Check label={t.dance} value={dance} onChange={(on) => onChange({ sound, dance: on })} />
      )}
    </div>
  );
}
