'use client';
import { FileAudio, X } from 'lucide-react';
import { clock } from '../../lib/format.ts';
import type { Jobs } from '../../lib/jobs.ts';
import { usePageText } from '../../lib/preferences.tsx';
import { useDropped } from '../../lib/use-dropped.ts';
import { ScriptEditor, type SoundSource } from '../../lib/studio-script-editor.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Drop } from '../ui/drop.tsx';
import { TransferList } from '../ui/progress.tsx';

type Props = {
  readonly jobs: Jobs;
  readonly sounds: readonly SoundSource[];
  readonly onChange: (change: (before: readonly SoundSource[]) => readonly SoundSource[]) => void;
};

/** Sounds are uploaded as they are dropped, one after another. */
export function SoundDrop({ jobs, sounds, onChange }: Props) {
  const t = usePageText().studio;
  const take = async (files: readonly File[]) => {
    for (const file of files) {
      const sound = await jobs.upload(file);
      if (sound) {
        const editor = new ScriptEditor(sound.seconds);
        onChange((before) => [...before, { ...sound, file, editor }]);
      }
    }
  };
  useDropped('sound', (files) => void take(files));
  return (
    <Card title={t.sources}>
      <Drop
        label={t.browse}
        hint={
          <>
            <span className="block font-medium text-ink">{t.drop}</span>
            {t.dropText}
          </>
        }
        accept="audio/*,video/*"
        multiple
        icon={<FileAudio aria-hidden className="size-4" />}
        onFiles={(files) => void take(files)}
      />
      <TransferList transfers={jobs.transfers} />
      <ul className="mt-2 space-y-1">
        {sounds.map(({ id, name, seconds }) => (
          <li key={id} className="flex items-center gap-2 text-sm">
            <span className="min-w-0 flex-1 truncate">{name}</span>
            <span className="text-ink-2 tabular-nums">{clock(seconds)}</span>
            <Button
              look="quiet"
              size="icon"
              aria-label={t.remove(name)}
              onClick={() => onChange((before) => before.filter((each) => each.id !== id))}
            >
              <X aria-hidden className="size-4" />
            </Button>
          </li>
        ))}
      </ul>
    </Card>
  );
}
