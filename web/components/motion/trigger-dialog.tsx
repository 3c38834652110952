'use client';
import { useEffect, useState } from 'react';
import {
  EMOTIONS,
  RECORDING_FORMATS,
  TONES,
  type Emotion,
  type TemplateId,
  type TemplateSummary,
  type Tone,
  type TriggerId,
  type TriggerSummary,
} from '../../../server/protocol/index.ts';
import { usePagePreferences } from '../../lib/preferences.tsx';
import { slugOf } from '../../lib/template-files.ts';
import {
  draftOf,
  ON_OFF,
  SLIDE_TURNS,
  TRIGGER_DEEDS,
  TRIGGER_KINDS,
  triggerOf,
  type TriggerDraft,
} from '../../lib/trigger-draft.ts';
import { useStore } from '../../lib/use-store.ts';
import { useStudio } from '../../lib/use-studio.tsx';
import { Button } from '../ui/button.tsx';
import { ConfirmButton } from '../ui/confirm-button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field, Select } from '../ui/field.tsx';

type Props = {
  /** null for a new one. */
  readonly trigger: TriggerSummary | null;
  readonly onClose: () => void;
};

export function TriggerDialog({ trigger, onClose }: Props) {
  const words = usePagePreferences().t.triggers;
  const { triggers, templates } = useStudio();
  const list = useStore(templates.list) ?? [];
  const [draft, setDraft] = useState<TriggerDraft>(() => draftOf(trigger, list[0]?.id ?? null));
  const set = (change: Partial<TriggerDraft>) => setDraft({ ...draft, ...change });
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
        <Deed draft={draft} set={set} />
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
            <ConfirmButton
              look="plain"
              size="normal"
              className="mr-auto"
              label={trigger.builtIn ? words.restore : words.remove}
              name={draft.title}
              {...(trigger.builtIn && { text: words.restoreText })}
              onConfirm={() => void remove()}
            >
              {trigger.builtIn ? words.restore : words.remove}
            </ConfirmButton>
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

type Part = {
  readonly draft: TriggerDraft;
  readonly set: (change: Partial<TriggerDraft>) => void;
};

/** What the avatar does then. */
function Deed({ draft, set }: Part) {
  const { t } = usePagePreferences();
  const [words, scenes] = [t.triggers, t.scene];
  return (
    <div className="flex flex-wrap gap-3 *:basis-36">
      <Select
        label={words.does}
        value={draft.does}
        values={TRIGGER_DEEDS}
        titles={{
          ...{ template: words.gesture, emotion: words.mood, dance: words.dance },
          ...{ slide: scenes.slides, scene: scenes.studio },
          ...{ point: words.point, recording: t.air.recording },
        }}
        onChange={(does) => set({ does })}
      />
      <DeedDetail draft={draft} set={set} />
    </div>
  );
}

function DeedDetail({ draft, set }: Part) {
  const { t, language } = usePagePreferences();
  const words = t.triggers;
  const list = useStore(useStudio().templates.list) ?? [];
  switch (draft.does) {
    case 'template':
      return (
        <Select<TemplateId>
          label={words.gesture}
          value={draft.template ?? ('' as TemplateId)}
          values={list.map(({ id }) => id)}
          titles={titlesOf(list, language)}
          onChange={(template) => set({ template })}
        />
      );
    case 'emotion':
      return (
        <Select<Emotion>
          label={words.mood}
          value={draft.emotion}
          values={EMOTIONS}
          titles={t.motion.emotion.names}
          onChange={(emotion) => set({ emotion })}
        />
      );
    case 'dance':
      return (
        <Select
          label={words.dance}
          value={draft.dance}
          values={ON_OFF}
          titles={words.dances}
          onChange={(dance) => set({ dance })}
        />
      );
    case 'slide':
      return (
        <>
          <Select
            label={t.scene.slides}
            value={draft.turn}
            values={SLIDE_TURNS}
            titles={{ next: t.scene.next, previous: t.scene.previous, to: words.toSlide }}
            onChange={(turn) => set({ turn })}
          />
          {draft.turn === 'to' && (
            <Field
              label={words.slideNumber}
              type="number"
              value={draft.slide}
              onChange={(slide) => set({ slide })}
            />
          )}
        </>
      );
    case 'point':
      return (
        <Field label={words.region} value={draft.region} onChange={(region) => set({ region })} />
      );
    case 'recording':
      return (
        <>
          <Select
            label={t.air.recording}
            value={draft.recording}
            values={ON_OFF}
            titles={words.recordings}
            onChange={(recording) => set({ recording })}
          />
          <Select
            label={t.air.format}
            value={draft.format}
            values={RECORDING_FORMATS}
            titles={t.air.formats}
            onChange={(format) => set({ format })}
          />
        </>
      );
    case 'scene':
      return <SceneSelect draft={draft} set={set} />;
    default:
      return draft.does satisfies never;
  }
}

function SceneSelect({ draft, set }: Part) {
  const t = usePagePreferences().t.scene;
  const { scenes } = useStudio();
  const list = useStore(scenes.kept)?.scenes ?? [];
  useEffect(() => void scenes.refresh(), [scenes]);
  return (
    <Select
      label={t.studio}
      value={draft.scene ?? ''}
      values={['', ...list.map(({ id }) => id)]}
      titles={{
        '': t.plain,
        ...Object.fromEntries(list.map((each) => [each.id, each.scene.title])),
      }}
      onChange={(value) => set({ scene: list.find(({ id }) => id === value)?.id ?? null })}
    />
  );
}

function titlesOf(
  list: readonly TemplateSummary[],
  language: 'en' | 'zh',
): Readonly<Record<TemplateId, string>> {
  return Object.fromEntries(list.map(({ id, title }) => [id, title[language] || title.en]));
}

/** What the kind of trigger asks for. */
function Detail({ draft, set }: Part) {
  const words = usePagePreferences().t.triggers;
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
