'use client';
import { Trash2, X } from 'lucide-react';
import { useId, useState, type ReactNode } from 'react';
import {
  askOf,
  EMOTIONS,
  MAX_SENTENCE,
  type Emotion,
  type MotionStep,
  type SceneEntry,
  type TemplateSummary,
} from '../../../server/protocol/index.ts';
import { usePagePreferences, usePageText } from '../../lib/preferences.tsx';
import { emotionOf, labelOf, type Ask, type Mark } from '../../lib/studio-script.ts';
import type { ScriptEditor } from '../../lib/studio-script-editor.ts';
import { useStore } from '../../lib/use-store.ts';
import { Button } from '../ui/button.tsx';
import { NumberField, Select } from '../ui/field.tsx';
import { ShownSelect } from './shown-select.tsx';
import { TemplateSelect } from './template-select.tsx';

const SIDES = ['stored', 'left', 'right'] as const;
const [SLOWEST, FASTEST] = [0.25, 4];
const MOST_REPEATS = 20;

type Props = {
  readonly editor: ScriptEditor;
  readonly templates: readonly TemplateSummary[];
  readonly scenes: readonly SceneEntry[];
};

/** What the chosen mark asks for, to be changed. */
export function ScriptMarkFields({ editor, templates, scenes }: Props) {
  const t = usePageText().script;
  useStore(editor.view);
  const mark = editor.chosen;
  if (!mark) return null;
  return (
    <div
      role="group"
      aria-label={t.markTitle}
      data-testid="mark-fields"
      className="rounded-lg border border-line bg-raised p-3 shadow-card"
      onKeyDown={(event) => event.key === 'Escape' && editor.choose(null)}
    >
      <div className="flex flex-wrap items-end gap-3">
        <Kind key={mark.id} {...{ editor, mark, templates, scenes }} />
        <div className="w-24">
          <NumberField
            label={t.at}
            value={mark.at}
            least={0}
            most={editor.seconds}
            step={0.1}
            onChange={(at) => editor.move(mark.id, at)}
          />
        </div>
        <Button
          look="quiet"
          size="icon"
          aria-label={t.remove}
          title={t.remove}
          onClick={() => editor.remove(mark.id)}
        >
          <Trash2 aria-hidden className="size-4" />
        </Button>
        <Button
          look="quiet"
          size="icon"
          aria-label={t.close}
          title={t.close}
          onClick={() => editor.choose(null)}
        >
          <X aria-hidden className="size-4" />
        </Button>
      </div>
    </div>
  );
}

function Kind({ editor, mark, templates, scenes }: Props & { readonly mark: Mark }): ReactNode {
  const t = usePageText().script;
  const { ask } = mark;
  const change = (next: Ask) => editor.ask(mark.id, next);
  const emotion = emotionOf(ask);
  if (emotion) return <EmotionSelect value={emotion} onChange={(say) => change({ say })} />;
  if ('say' in ask) return <Sentence key={ask.say} say={ask.say} onChange={change} />;
  if ('step' in ask) {
    return <Step {...{ templates }} step={ask.step} onChange={(step) => change({ step })} />;
  }
  if ('scene' in ask || ('slide' in ask && typeof ask.slide === 'string')) {
    return <ShownSelect value={ask} scenes={scenes} onChange={change} />;
  }
  if ('slide' in ask) {
    return <Sentence say={labelOf(ask, String)} onChange={change} />;
  }
  return <p className="basis-full text-[13px] text-ink-2">{t.several}</p>;
}

/** Taken when the field is left or Enter is pressed; an empty sentence is not. */
function Sentence({
  say,
  onChange,
}: {
  readonly say: string;
  readonly onChange: (ask: Ask) => void;
}) {
  const t = usePageText().script;
  const id = useId();
  const [typed, setTyped] = useState(say);
  const take = () => {
    const trimmed = typed.trim();
    if (trimmed === '') setTyped(say);
    else if (trimmed !== say) onChange(askOf(trimmed));
  };
  return (
    <div className="min-w-48 flex-1">
      <label htmlFor={id} className="mb-1 block text-xs text-ink-2">
        {t.sentence}
      </label>
      <input
        id={id}
        value={typed}
        maxLength={MAX_SENTENCE}
        onBlur={take}
        onKeyDown={({ key }) => key === 'Enter' && take()}
        onChange={({ target }) => setTyped(target.value)}
        className="h-9 w-full rounded-lg border border-line-strong bg-surface px-3 text-sm"
      />
    </div>
  );
}

export function EmotionSelect({
  value,
  onChange,
}: {
  readonly value: Emotion;
  readonly onChange: (emotion: Emotion) => void;
}) {
  const t = usePageText();
  return (
    <Select
      label={t.script.emotion}
      value={value}
      values={EMOTIONS}
      titles={t.motion.emotion.names}
      onChange={onChange}
    />
  );
}

function Step({
  step,
  templates,
  onChange,
}: Pick<Props, 'templates'> & {
  readonly step: MotionStep;
  readonly onChange: (step: MotionStep) => void;
}) {
  const { t } = usePagePreferences();
  const { side, ...unsided } = step;
  return (
    <>
      <TemplateSelect
        templates={templates}
        value={step.template}
        onChange={(template) => onChange({ ...step, template })}
      />
      <Select
        label={t.script.side}
        value={side ?? 'stored'}
        values={SIDES}
        titles={t.script.sides}
        onChange={(wanted) =>
          onChange(wanted === 'stored' ? unsided : { ...unsided, side: wanted })
        }
      />
      <div className="w-20">
        <NumberField
          label={t.script.speed}
          value={step.speed}
          least={SLOWEST}
          most={FASTEST}
          step={0.25}
          onChange={(speed) => onChange({ ...step, speed })}
        />
      </div>
      <div className="w-20">
        <NumberField
          label={t.script.repeat}
          value={step.repeat ?? 1}
          least={1}
          most={MOST_REPEATS}
          onChange={(repeat) => onChange({ ...step, repeat: Math.round(repeat) })}
        />
      </div>
    </>
  );
}
