'use client';
import {
  Copy,
  Download,
  FlipHorizontal2,
  Pencil,
  PersonStanding,
  Timer,
  Trash2,
  Undo2,
} from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type {
  SessionSnapshot,
  Template,
  TemplateId,
  TemplateSummary,
} from '../../../server/protocol/index.ts';
import { arrange } from '../../lib/deck.ts';
import type { Target } from '../../lib/play-targets.ts';
import { usePagePreferences, usePageText } from '../../lib/preferences.tsx';
import { useNearby } from '../../lib/use-nearby.ts';
import { useStore } from '../../lib/use-store.ts';
import { useTemplates } from '../../lib/use-templates.tsx';
import { useWholeTemplate } from '../../lib/use-whole-template.ts';
import { Figure } from '../figure.tsx';
import { Button } from '../ui/button.tsx';
import { Tick } from '../ui/check.tsx';
import { Card } from '../ui/card.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { Apply } from './apply.tsx';
import { ImportCard } from './import-card.tsx';
import { OpenPoseDialog } from './openpose-dialog.tsx';

type Props = {
  readonly sessions: readonly SessionSnapshot[];
  readonly onPlay: (ids: readonly TemplateId[], targets: readonly Target[]) => void;
  readonly onOpen: (template: TemplateSummary) => void;
  readonly onCaptured: (template: Template) => void;
};

/** Every gesture there is, and what can be done with it. */
export function LibraryScreen(props: Props) {
  const t = usePageText().gestures;
  const templates = useTemplates();
  const list = useStore(templates.list);
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState<ReadonlySet<TemplateId>>(new Set());
  const shown = arrange(list ?? [], { query, tag: '', favourites: NONE });
  const toggle = (id: TemplateId) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  return (
    <>
      <Undelete />
      <ImportCard onCaptured={props.onCaptured} onOpen={props.onOpen} />
      <Card title={t.all(shown.length)}>
        <div className="mb-3 flex flex-wrap items-end gap-3">
          <div className="flex min-w-52 flex-1">
            <Field label={t.search} value={query} onChange={setQuery} />
          </div>
          <Apply {...props} chosen={[...chosen]} />
        </div>
        <ul className="divide-y divide-line">
          {shown.map((template) => (
            <Row
              key={template.id}
              template={template}
              chosen={chosen.has(template.id)}
              onChoose={() => toggle(template.id)}
              onOpen={() => props.onOpen(template)}
            />
          ))}
        </ul>
      </Card>
    </>
  );
}

const NONE: ReadonlySet<TemplateId> = new Set();

function Undelete() {
  const t = usePageText().gestures;
  const templates = useTemplates();
  const deleted = useStore(templates.deleted);
  if (!deleted) return null;
  return (
    <Notice
      tone="info"
      title={t.deleted(deleted.title.en)}
      action={
        <Button size="small" onClick={() => void templates.undelete()}>
          <Undo2 aria-hidden className="size-4" />
          {t.undo}
        </Button>
      }
    />
  );
}

function Row({
  template,
  chosen,
  onChoose,
  onOpen,
}: {
  readonly template: TemplateSummary;
  readonly chosen: boolean;
  readonly onChoose: () => void;
  readonly onOpen: () => void;
}) {
  const { t, language } = usePagePreferences();
  const words = t.gestures;
  const [place, nearby] = useNearby();
  const [looked, setLooked] = useState(false);
  const whole = useWholeTemplate(nearby ? template.id : null);
  const title = template.title[language] || template.title.en;
  return (
    <li
      ref={place}
      aria-label={title}
      className="flex flex-wrap items-center gap-3 py-2"
      onPointerEnter={() => setLooked(true)}
      onPointerLeave={() => setLooked(false)}
    >
      <Tick label={words.choose(title)} value={chosen} onChange={onChoose} />
      <Figure template={whole} moving={looked} className="h-14 w-16 rounded-lg bg-sunken" />
      <button
        type="button"
        onClick={onOpen}
        className="min-w-40 flex-1 rounded text-left hover:underline"
      >
        <span className="block font-medium">{title}</span>
        <span className="block text-xs text-ink-2">
          {template.seconds.toFixed(1)} s · {template.tags.join(', ')}
          {template.builtIn && ` · ${words.builtIn}`}
        </span>
      </button>
      <Actions template={template} title={title} onOpen={onOpen} />
    </li>
  );
}

function Actions({
  template,
  title,
  onOpen,
}: {
  readonly template: TemplateSummary;
  readonly title: string;
  readonly onOpen: () => void;
}) {
  const words = usePageText().gestures;
  const templates = useTemplates();
  const [retiming, setRetiming] = useState(false);
  const [exporting, setExporting] = useState(false);
  const { id, builtIn } = template;
  return (
    <div className="flex gap-0.5">
      <Action label={words.edit(title)} onClick={onOpen}>
        <Pencil aria-hidden className="size-4" />
      </Action>
      <Action label={words.duplicate(title)} onClick={() => void templates.duplicate(id)}>
        <Copy aria-hidden className="size-4" />
      </Action>
      <Action label={words.mirror(title)} off={builtIn} onClick={() => void templates.mirror(id)}>
        <FlipHorizontal2 aria-hidden className="size-4" />
      </Action>
      <Action label={words.retime(title)} off={builtIn} onClick={() => setRetiming(true)}>
        <Timer aria-hidden className="size-4" />
      </Action>
      <a
        href={`/api/v1/templates/${id}/export`}
        download={`${id}.json`}
        aria-label={words.export(title)}
        title={words.export(title)}
        className="grid size-9 place-items-center rounded-lg text-ink-2 hover:bg-sunken hover:text-ink"
      >
        <Download aria-hidden className="size-4" />
      </a>
      <Action label={words.openPose(title)} onClick={() => setExporting(true)}>
        <PersonStanding aria-hidden className="size-4" />
      </Action>
      <Action label={words.remove(title)} off={builtIn} onClick={() => void templates.remove(id)}>
        <Trash2 aria-hidden className="size-4" />
      </Action>
      <Retime template={template} open={retiming} onClose={() => setRetiming(false)} />
      <OpenPoseDialog template={template} open={exporting} onClose={() => setExporting(false)} />
    </div>
  );
}

function Action(props: {
  readonly label: string;
  /** Built-in ones stay as they are. */
  readonly off?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}) {
  return (
    <Button
      look="quiet"
      size="icon"
      aria-label={props.label}
      title={props.label}
      disabled={props.off}
      onClick={props.onClick}
    >
      {props.children}
    </Button>
  );
}

function Retime({
  template,
  open,
  onClose,
}: {
  readonly template: TemplateSummary;
  readonly open: boolean;
  readonly onClose: () => void;
}) {
  const words = usePageText().gestures;
  const templates = useTemplates();
  const [seconds, setSeconds] = useState(String(template.seconds));
  return (
    <Dialog open={open} title={words.retimeTitle} onClose={onClose}>
      <form
        className="mt-4 space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          void templates.retime(template.id, Number(seconds));
          onClose();
        }}
      >
        <Field label={words.seconds} type="number" value={seconds} onChange={setSeconds} />
        <Button type="submit" look="primary">
          {words.retimeDo}
        </Button>
      </form>
    </Dialog>
  );
}
