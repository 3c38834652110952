'use client';
import { Download, Trash2 } from 'lucide-react';
import { megabytes } from '../../lib/format.ts';
import type { Jobs } from '../../lib/jobs.ts';
import { usePagePreferences } from '../../lib/preferences.tsx';
import { useStore } from '../../lib/use-store.ts';
import { Button } from '../ui/button.tsx';
import { Tick } from '../ui/check.tsx';
import { Card } from '../ui/card.tsx';
import { ConfirmButton } from '../ui/confirm-button.tsx';

type Props = {
  readonly jobs: Jobs;
  readonly chosen: readonly string[];
  readonly onChange: (names: readonly string[]) => void;
};

/** Performances that were recorded live. */
export function TakePicker({ jobs, chosen, onChange }: Props) {
  const { t, language } = usePagePreferences();
  const takes = useStore(jobs.takes);
  const toggle = (name: string) =>
    onChange(chosen.includes(name) ? chosen.filter((each) => each !== name) : [...chosen, name]);
  return (
    <Card title={t.studio.takes}>
      {takes.length === 0 && <p className="text-[13px] text-ink-2">{t.studio.noTakes}</p>}
      <ul className="space-y-1">
        {takes.map(({ name, recordedAt, sizeBytes, avatar }) => (
          <li key={name} className="flex items-center gap-2 text-sm">
            <Tick
              label={t.studio.use(name)}
              value={chosen.includes(name)}
              onChange={() => toggle(name)}
            />
            <span className="min-w-0 flex-1 truncate">
              {new Date(recordedAt).toLocaleString(language)} · {avatar}
            </span>
            <span className="text-ink-2 tabular-nums">{megabytes(sizeBytes / 2 ** 20)}</span>
            <Button
              look="quiet"
              size="icon"
              aria-label={t.studio.downloadTake(name)}
              onClick={() => void jobs.save(`/takes/${name}/file`, `${name}.ptake`)}
            >
              <Download aria-hidden className="size-4" />
            </Button>
            <ConfirmButton
              label={t.studio.delete(name)}
              name={name}
              onConfirm={() => void jobs.removeTake(name)}
            >
              <Trash2 aria-hidden className="size-4" />
            </ConfirmButton>
          </li>
        ))}
      </ul>
    </Card>
  );
}
