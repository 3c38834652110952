'use client';
import { Pencil, Plus } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import type { SessionPush, Target } from '../../server/protocol/index.ts';
import { clock } from '../lib/format.ts';
import type { Grade } from '../lib/health.ts';
import { useText } from '../lib/preferences.tsx';
import { useRefreshed } from '../lib/use-refreshed.ts';
import { useStore } from '../lib/use-store.ts';
import { useStudio } from '../lib/use-studio.tsx';
import { Problem } from './problem.tsx';
import { Button } from './ui/button.tsx';
import { Switch } from './ui/check.tsx';
import { Card } from './ui/card.tsx';
import { Dot } from './ui/dot.tsx';

const PushDialog = dynamic(() => import('./push-dialog.tsx').then((m) => m.PushDialog), {
  loading: () => null,
});

/** Where else the stream goes: each target on or off, and how it fares. */
export function PushCard() {
  const t = useText().push;
  const { targets } = useStudio();
  const list = useStore(targets.list);
  const pushes = useStore(targets.pushes);
  const problem = useStore(targets.problem);
  /** null: no form; 'new': an empty one. */
  const [edited, setEdited] = useState<Target | 'new' | null>(null);
  useRefreshed(targets);
  return (
    <Card
      title={t.title}
      aside={
        <Button size="small" look="quiet" onClick={() => setEdited('new')}>
          <Plus aria-hidden className="size-4" />
          {t.add}
        </Button>
      }
    >
      {problem && !edited && (
        <Problem problem={problem} onDismiss={() => targets.problem.set(null)} />
      )}
      {list?.length === 0 && <p className="text-[13px] text-ink-2">{t.none}</p>}
      <ul className="divide-y divide-line">
        {list?.map((target) => (
          <Row
            key={target.id}
            target={target}
            push={pushes.find((push) => push.target === target.id)}
            onEdit={() => setEdited(target)}
          />
        ))}
      </ul>
      {edited && (
        <PushDialog target={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />
      )}
    </Card>
  );
}

function Row({
  target,
  push,
  onEdit,
}: {
  readonly target: Target;
  readonly push: SessionPush | undefined;
  readonly onEdit: () => void;
}) {
  const t = useText().push;
  const { targets, phase } = useStudio();
  const live = useStore(phase).name === 'live';
  return (
    <li className="flex items-center gap-3 py-2">
      <Switch
        label={t.on(target.name)}
        value={push !== undefined}
        disabled={!live}
        onChange={(on) => void targets.push(target.id, on)}
      />
      <span className="min-w-0 flex-1">
        <span className="block truncate text-[13px] font-medium">{target.name}</span>
        <span className="flex items-center gap-1.5 text-xs text-ink-2">
          <Dot grade={gradeOf(push)} />
          <span className="min-w-0 truncate">{describe(push, t)}</span>
        </span>
        {push && push.state !== 'live' && push.problem && (
          <span role="status" className="mt-0.5 block text-xs text-poor">
            {push.problem}
          </span>
        )}
      </span>
      <Button size="icon" look="quiet" aria-label={t.edit(target.name)} onClick={onEdit}>
        <Pencil aria-hidden className="size-4" />
      </Button>
    </li>
  );
}

function gradeOf(push: SessionPush | undefined): Grade {
  if (!push) return 'unknown';
  return push.state === 'live' ? 'good' : push.state === 'waiting' ? 'poor' : 'fair';
}

function describe(push: SessionPush | undefined, t: ReturnType<typeof useText>['push']): string {
  if (!push) return t.off;
  const words = [t.states[push.state]];
  if (push.state === 'live') words.push(t.numbers(push.kbps, clock(push.liveSeconds)));
  if (push.droppedFrames > 0) words.push(t.dropped(push.droppedFrames));
  return words.join(' · ');
}
