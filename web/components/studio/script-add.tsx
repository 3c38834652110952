'use client';
import { Plus } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import {
  askOf,
  TemplateId,
  type Emotion,
  type SceneEntry,
  type TemplateSummary,
} from '../../../server/protocol/index.ts';
import { usePageText } from '../../lib/preferences.tsx';
import { stepAsk } from '../../lib/studio-script.ts';
import type { ScriptEditor } from '../../lib/studio-script-editor.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { EmotionSelect } from './script-mark-fields.tsx';
import { ShownSelect, type Shown } from './shown-select.tsx';
import { TemplateSelect } from './template-select.tsx';

const FIRST = TemplateId.parse('wave');

/** New marks go where the playhead is. */
export function ScriptAdd({
  editor,
  templates,
  scenes,
}: {
  readonly editor: ScriptEditor;
  readonly templates: readonly TemplateSummary[];
  readonly scenes: readonly SceneEntry[];
}) {
  const t = usePageText().script;
  const [shown, setShown] = useState<Shown>();
  const [template, setTemplate] = useState<TemplateId>(FIRST);
  const [emotion, setEmotion] = useState<Emotion>('happy');
  const [sentence, setSentence] = useState('');
  const say = sentence.trim();
  const chosen = shown ?? { scene: scenes[0]?.id ?? null };
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <Row label={t.addAs.template} onAdd={() => editor.add(stepAsk(template))}>
        <TemplateSelect templates={templates} value={template} onChange={setTemplate} />
      </Row>
      <Row label={t.addAs.emotion} onAdd={() => editor.add({ say: emotion })}>
        <EmotionSelect value={emotion} onChange={setEmotion} />
      </Row>
      {scenes.length > 0 && (
        <Row label={t.addAs.shown} onAdd={() => editor.add(chosen)}>
          <ShownSelect value={chosen} scenes={scenes} onChange={setShown} />
        </Row>
      )}
      <div className={scenes.length > 0 ? '' : 'sm:col-span-2'}>
        <Row label={t.addAs.sentence} disabled={say === ''} onAdd={() => editor.add(askOf(say))}>
          <Field
            label={t.sentence}
            value={sentence}
            placeholder={t.sentenceExample}
            onChange={setSentence}
          />
        </Row>
      </div>
    </div>
  );
}

function Row({
  label,
  disabled = false,
  onAdd,
  children,
}: {
  readonly label: string;
  readonly disabled?: boolean;
  readonly onAdd: () => void;
  readonly children: ReactNode;
}) {
  return (
    <form
      className="flex items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (!disabled) onAdd();
      }}
    >
      {children}
      <Button type="submit" size="icon" aria-label={label} title={label} disabled={disabled}>
        <Plus aria-hidden className="size-4" />
      </Button>
    </form>
  );
}
