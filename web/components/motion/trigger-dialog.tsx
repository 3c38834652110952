'use client';
import { useState } from 'react';
import {
  EMOTIONS,
  TONES,
  type Emotion,
  type TemplateId,
  type Tone,
  type TriggerId,
  type TriggerSummary,
} from '../../../server/protocol/index.ts';
import { usePreferences } from '../../lib/preferences.tsx';
import { slugOf } from '../../lib/template-files.ts';
import { draftOf, triggerOf, TRIGGER_KINDS, type TriggerDraft } from '../../lib/trigger-draft.ts';
import { useStore } from '../../lib/use-store.ts';
import { useStudio } from '../../lib/use-studio.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field, Select } from '../ui/field.tsx';

type Props = {
  /** null for a new one. */
  readonly trigger: TriggerSummary | null;
  readonly onClose: () => void;
};

export function TriggerDialog({ trigger, onClose }: Props) {
  const { t, language } = usePreferences();
  const words = t.motion.triggers;
  const { triggers, templates } = useStudio();
  const list = useStore(templates.list) ?? [];
  const [draft, setDraft] = useState<TriggerDraft>(() => draftOf(trigger, list[0]?.id ?? null));
  const set = (change: Partial<TriggerDraft>) => setDraft({ ...draft, ...change });
  const titles = Object.fromEntries(
    list.map(({ id, title }) => [id, title[language] || title.en]),
  ) as Record<TemplateId, string>;
  const remove = async () => {
    if (trigger) await triggers.remove(trigger.id);
    onClose();
  };
  return (
    <Dialog open title={trigger ? words.edit(draft.title) : words.add} onClose={onClose}>
      <form
        className="mt-4 space-y-3"
        onSubmit={(event) => {
          event.preventDefault();
          const id = trigger?.id ?? (slugOf(draft.title) as TriggerId);
          void triggers.save(triggerOf(draft, id, trigger));
          onClose();
        }}
      >
        <Field label={words.name} value={draft.title} onChange={(title) => set({ title })} />
        <Select
          label={words.when}
          value={draft.kind}
          values={TRIGGER_KINDS}
          titles={words.kinds}
          onChange={(kind) => set({ kind })}
        />
        <Detail draft={draft} set={set} />
        <div className="flex gap-3">
          <Select
            label={words.does}
            value={draft.does}
            values={['template', 'emotion']}
            titles={{ template: words.gesture, emotion: words.mood }}
            onChange={(does) => set({ does })}
          />
          {draft.does === 'template' ? (
            <Select<TemplateId>
              label={words.gesture}
              value={draft.template ?? ('' as TemplateId)}
              values={list.map(({ id }) => id)}
              titles={titles}
              onChange={(template) => set({ template })}
            />
          ) : (
            <Select<Emotion>
              label={words.mood}
              value={draft.emotion}
              values={EMOTIONS}
              titles={t.motion.emotion.names}
              onChange={(emotion) => set({ emotion })}
            />
          )}
        </div>
        <div className="flex gap-3">
          <Field
            label={words.cooldown}
            type="number"
            value={draft.coolDown}
            onChange={(coolDown) => set({ coolDown })}
          />
          <Field
            label={words.chance}
            type="number"
            value={draft.chance}
            onChange={(chance) => set({ chance })}
          />
        </div>
        <div className="flex justify-end gap-2 pt-2">
          {trigger && (
            <Button className="mr-auto" onClick={() => void remove()}>
              {trigger.builtIn ? words.restore : words.remove}
            </Button>
          )}
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" look="primary" disabled={!draft.title.trim()}>
            {words.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** What the kind of trigger asks for. */
function Detail({
  draft,
  set,
}: {
  readonly draft: TriggerDraft;
  readonly set: (change: Partial<TriggerDraft>) => void;
}) {
  const words = usePreferences().t.motion.triggers;
  switch (draft.kind) {
    case 'words':
      return (
        <Field
          label={words.phrase}
          value={draft.phrases}
          onChange={(phrases) => set({ phrases })}
        />
      );
    case 'tone':
      return (
        <Select<Tone>
          label={words.tone}
          value={draft.tone}
          values={TONES}
          titles={words.tones}
          onChange={(tone) => set({ tone })}
        />
      );
    case 'silence':
    case 'timer':
      return (
        <Field
          label={words.seconds}
          type="number"
          value={draft.seconds}
          onChange={(seconds) => set({ seconds })}
        />
      );
    case 'hotkey':
    case 'event':
      return (
        <Field
          label={draft.kind === 'hotkey' ? words.key : words.event}
          value={draft.word}
          onChange={(word) => set({ word })}
        />
      );
    default:
      return draft.kind satisfies never;
  }
}
