'use client';
import { Pencil, Plus } from 'lucide-react';
import { useState } from 'react';
import type { TriggerSummary } from '../../../server/protocol/index.ts';
import type { PageDictionary } from '../../lib/i18n/index.ts';
import { usePagePreferences } from '../../lib/preferences.tsx';
import { useRefreshed } from '../../lib/use-refreshed.ts';
import { useStore } from '../../lib/use-store.ts';
import { useStudio } from '../../lib/use-studio.tsx';
import { Problem } from '../problem.tsx';
import { Button } from '../ui/button.tsx';
import { Switch } from '../ui/check.tsx';
import { Card } from '../ui/card.tsx';
import { TriggerDialog } from './trigger-dialog.tsx';

/** What fires by itself: on or off, changed or made with a form. */
export function TriggerCard() {
  const { t } = usePagePreferences();
  const words = t.triggers;
  const { triggers } = useStudio();
  const list = useStore(triggers.list);
  const problem = useStore(triggers.problem);
  /** null: no form; 'new': an empty one. */
  const [edited, setEdited] = useState<TriggerSummary | 'new' | null>(null);
  useRefreshed(triggers);
  return (
    <Card
      title={words.title}
      aside={
        <Button size="small" look="quiet" onClick={() => setEdited('new')}>
          <Plus aria-hidden className="size-4" />
          {words.add}
        </Button>
      }
    >
      {problem && <Problem problem={problem} onDismiss={() => triggers.problem.set(null)} />}
      {list?.length === 0 && <p className="text-[13px] text-ink-2">{words.none}</p>}
      <ul className="divide-y divide-line">
        {list?.map((trigger) => (
          <Row key={trigger.id} trigger={trigger} onEdit={() => setEdited(trigger)} />
        ))}
      </ul>
      {edited && (
        <TriggerDialog trigger={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />
      )}
    </Card>
  );
}

function Row({
  trigger,
  onEdit,
}: {
  readonly trigger: TriggerSummary;
  readonly onEdit: () => void;
}) {
  const { t, language } = usePagePreferences();
  const words = t.triggers;
  const { triggers } = useStudio();
  const title = trigger.title[language] || trigger.title.en;
  return (
    <li className="flex items-center gap-3 py-2">
      <Switch
        label={words.armed(title)}
        value={trigger.armed}
        onChange={(armed) => void triggers.arm(trigger.id, armed)}
      />
      <span className="min-w-0 flex-1">
        <span className="block truncate text-[13px] font-medium">{title}</span>
        <span className="block truncate text-xs text-ink-2">{describe(trigger, words)}</span>
      </span>
      <Button size="icon" look="quiet" aria-label={words.edit(title)} onClick={onEdit}>
        <Pencil aria-hidden className="size-4" />
      </Button>
    </li>
  );
}

function describe({ source }: TriggerSummary, words: PageDictionary['triggers']): string {
  switch (source.kind) {
    case 'words':
      return `${words.kinds.words}: ${source.phrases.join(', ')}`;
    case 'tone':
      return words.tones[source.tone];
    case 'silence':
      return `${words.kinds.silence}: ${source.seconds} s`;
    case 'timer':
      return `${words.kinds.timer}: ${source.everySeconds} s`;
    case 'hotkey':
      return `${words.kinds.hotkey}: ${source.key}`;
    case 'event':
      return `${words.kinds.event}: ${source.name}`;
    default:
      return source satisfies never;
  }
}
