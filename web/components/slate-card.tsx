'use client';
import { ImagePlus, Trash2 } from 'lucide-react';
import { useEffect, useId, useRef } from 'react';
import type { SlateChoice, SlateName } from '../../server/protocol/index.ts';
import { useText } from '../lib/preferences.tsx';
import { useStore } from '../lib/use-store.ts';
import { useStudio } from '../lib/use-studio.tsx';
import type { Viewing } from '../lib/viewing.ts';
import { Problem } from './problem.tsx';
import { Button } from './ui/button.tsx';
import { Card } from './ui/card.tsx';
import { ConfirmButton } from './ui/confirm-button.tsx';
import { Notice } from './ui/notice.tsx';

/** What viewers see when the avatar can't be drawn. */
export function SlateCard({ viewing }: { readonly viewing: Viewing }) {
  const t = useText().air;
  const { slates } = useStudio();
  const id = useId();
  const upload = useRef<HTMLInputElement>(null);
  const files = useStore(slates.files);
  const busy = useStore(slates.busy);
  const problem = useStore(slates.problem);
  const snapshot = useStore(viewing.snapshot);
  const { sessionId } = viewing;
  useEffect(() => void slates.refresh(), [slates]);
  const choice = snapshot?.slate ?? { show: 'name' };
  return (
    <Card title={t.slate}>
      {problem && <Problem problem={problem} onDismiss={() => slates.problem.set(null)} />}
      {snapshot?.slateShown && <Notice tone="fair" title={t.slateShown} />}
      <div className="flex items-end gap-2">
        <div className="min-w-0 flex-1">
          <label htmlFor={id} className="mb-1 block text-xs text-ink-2">
            {t.slateShows}
          </label>
          <select
            id={id}
            value={valueOf(choice)}
            disabled={busy}
            onChange={(event) => void slates.choose(sessionId, choiceOf(event.target.value))}
            className="h-9 w-full min-w-0 rounded-lg border border-line-strong bg-surface px-3 text-sm"
          >
            <option value="name">{t.slates.name}</option>
            <option value="frame">{t.slates.frame}</option>
            {files.map((file) => (
              <option key={file} value={`file:${file}`}>
                {file}
              </option>
            ))}
          </select>
        </div>
        <input
          ref={upload}
          type="file"
          hidden
          aria-label={t.slateFile}
          accept="image/png,image/jpeg,image/webp,video/*"
          onChange={(event) => {
            const [file] = event.target.files ?? [];
            if (file) void slates.add(sessionId, file);
            event.target.value = '';
          }}
        />
        <Button className="h-9" disabled={busy} onClick={() => upload.current?.click()}>
          <ImagePlus aria-hidden className="size-4" />
          {busy ? t.slateBusy : t.slateAdd}
        </Button>
        {choice.show === 'file' && (
          <ConfirmButton
            label={t.slateRemove(choice.file)}
            name={choice.file}
            onConfirm={() => void slates.remove(sessionId, choice.file)}
          >
            <Trash2 aria-hidden className="size-4" />
          </ConfirmButton>
        )}
      </div>
      <p className="mt-2 text-xs text-ink-2">{t.slateHint}</p>
    </Card>
  );
}

function valueOf(choice: SlateChoice): string {
  return choice.show === 'file' ? `file:${choice.file}` : choice.show;
}

function choiceOf(value: string): SlateChoice {
  if (value === 'frame' || value === 'name') return { show: value };
  return { show: 'file', file: value.slice('file:'.length) as SlateName };
}
