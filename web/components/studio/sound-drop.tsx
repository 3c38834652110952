'use client';
import clsx from 'clsx';
import { FileAudio, X } from 'lucide-react';
import { useRef, useState, type DragEvent } from 'react';
import { clock } from '../../lib/format.ts';
import type { Jobs } from '../../lib/jobs.ts';
import { useText } from '../../lib/preferences.tsx';
import { ScriptEditor, type SoundSource } from '../../lib/studio-script-editor.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';

type Props = {
  readonly jobs: Jobs;
  readonly sounds: readonly SoundSource[];
  readonly onChange: (change: (before: readonly SoundSource[]) => readonly SoundSource[]) => void;
};

/** Sounds are uploaded as they are dropped, one after another. */
export function SoundDrop({ jobs, sounds, onChange }: Props) {
  const t = useText().studio;
  const [waiting, setWaiting] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const take = async (files: readonly File[]) => {
    setWaiting((count) => count + files.length);
    for (const file of files) {
      const sound = await jobs.upload(file);
      if (sound) {
        const editor = new ScriptEditor(sound.seconds);
        onChange((before) => [...before, { ...sound, file, editor }]);
      }
      setWaiting((count) => count - 1);
    }
  };
  return (
    <Card title={t.sources}>
      <DropZone onFiles={(files) => void take(files)}>
        <FileAudio aria-hidden className="mx-auto size-6 text-ink-2" />
        <p className="mt-2 font-medium">{t.drop}</p>
        <p className="mt-1 text-[13px] text-ink-2">{t.dropText}</p>
        <Button className="mt-3" onClick={() => input.current?.click()}>
          {t.browse}
        </Button>
        <input
          ref={input}
          type="file"
          multiple
          accept="audio/*,video/*"
          aria-label={t.browse}
          className="sr-only"
          onChange={({ target }) => {
            void take([...(target.files ?? [])]);
            target.value = '';
          }}
        />
      </DropZone>
      {waiting > 0 && (
        <p role="status" className="mt-2 text-[13px] text-ink-2">
          {t.uploading(waiting)}
        </p>
      )}
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

function DropZone({
  onFiles,
  children,
}: {
  readonly onFiles: (files: readonly File[]) => void;
  readonly children: React.ReactNode;
}) {
  const [over, setOver] = useState(false);
  const hold = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  return (
    <div
      data-testid="drop"
      onDragEnter={hold}
      onDragOver={hold}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onFiles([...event.dataTransfer.files]);
      }}
      className={clsx(
        'rounded-xl border-2 border-dashed p-6 text-center transition-colors',
        over ? 'border-accent bg-sunken' : 'border-line-strong',
      )}
    >
      {children}
    </div>
  );
}
