'use client';
import { AudioLines, Clapperboard, RotateCcw, Sparkles, Trash2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { AvatarWishes } from '../../../server/protocol/avatar.ts';
import type { TemplateId, TemplateSummary } from '../../../server/protocol/index.ts';
import type { Film } from '../../lib/footage-avatar.ts';
import { usePageText } from '../../lib/preferences.tsx';
import { Templates } from '../../lib/templates.ts';
import { useStore } from '../../lib/use-store.ts';
import { TemplateSelect } from '../studio/template-select.tsx';
import { Button } from '../ui/button.tsx';
import { ToldFields, useTold, wishesOf } from './avatar-told.tsx';
import { Drop } from '../ui/drop.tsx';

export type FootageChoices = {
  readonly films: readonly Film[];
  readonly lips: readonly File[];
  readonly wishes: AvatarWishes;
};

type Props = {
  /** The film that goes round. */
  readonly file: File;
  readonly onMake: (choices: FootageChoices) => void;
  readonly onAgain: () => void;
};

/** The first gesture that most people film. */
const FIRST = 'wave' as TemplateId;

export function FootageForm({ file, onMake, onAgain }: Props) {
  const words = usePageText().avatars;
  const [told, tell] = useTold(file.name.replace(/\.\w+$/, ''));
  const [gestures, setGestures] = useState<readonly Film[]>([]);
  const [lips, setLips] = useState<readonly File[]>([]);
  return (
    <form
      className="space-y-3"
      onSubmit={(event) => {
        event.preventDefault();
        const films = [{ file, templates: [] }, ...gestures];
        onMake({ films, lips, wishes: wishesOf(told, words.told.licenceDefault) });
      }}
    >
      <p className="text-[13px] font-medium break-words">{words.footage.goesRound(file.name)}</p>
      <ToldFields told={told} licenceLabel={words.footage.licence} onChange={tell} />
      <Gestures gestures={gestures} onChange={setGestures} />
      <LipFiles files={lips} onChange={setLips} />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="primary" disabled={told.title.trim() === ''}>
          <Sparkles aria-hidden className="size-4" />
          {words.told.make}
        </Button>
        <Button onClick={onAgain}>
          <RotateCcw aria-hidden className="size-4" />
          {words.footage.again}
        </Button>
      </div>
    </form>
  );
}

function Gestures({
  gestures,
  onChange,
}: {
  readonly gestures: readonly Film[];
  readonly onChange: (gestures: readonly Film[]) => void;
}) {
  const words = usePageText().avatars.footage;
  const [templates] = useState(() => new Templates());
  useEffect(() => void templates.refresh(), [templates]);
  const list = useStore(templates.list) ?? [];
  const replace = (at: number, film: Film) => onChange(gestures.with(at, film));
  return (
    <fieldset className="space-y-2">
      <legend className="mb-1 text-[13px] font-medium">{words.gestures}</legend>
      {gestures.map((film, i) => (
        <Gesture
          key={i}
          film={film}
          templates={list}
          onChange={(next) => replace(i, next)}
          onRemove={() => onChange(gestures.toSpliced(i, 1))}
        />
      ))}
      <Drop
        label={words.addGesture}
        hint={words.gestureHint}
        accept="video/*"
        icon={<Clapperboard aria-hidden className="size-4" />}
        onFiles={([film]) => film && onChange([...gestures, { file: film, templates: [FIRST] }])}
      />
    </fieldset>
  );
}

function Gesture({
  film,
  templates,
  onChange,
  onRemove,
}: {
  readonly film: Film;
  readonly templates: readonly TemplateSummary[];
  readonly onChange: (film: Film) => void;
  readonly onRemove: () => void;
}) {
  const words = usePageText().avatars.footage;
  return (
    <div className="flex items-end gap-2">
      <div className="min-w-0 flex-1">
        <p className="truncate text-xs text-ink-2">{film.file.name}</p>
        <TemplateSelect
          templates={templates}
          value={film.templates[0] ?? FIRST}
          onChange={(id) => onChange({ ...film, templates: [id] })}
        />
      </div>
      <Button look="quiet" size="icon" aria-label={words.remove(film.file.name)} onClick={onRemove}>
        <Trash2 aria-hidden className="size-4" />
      </Button>
    </div>
  );
}

function LipFiles({
  files,
  onChange,
}: {
  readonly files: readonly File[];
  readonly onChange: (files: readonly File[]) => void;
}) {
  const words = usePageText().avatars.footage;
  return (
    <fieldset className="space-y-2">
      <legend className="mb-1 text-[13px] font-medium">{words.lips}</legend>
      {files.map((file, i) => (
        <div key={file.name} className="flex items-center gap-2">
          <p className="min-w-0 flex-1 truncate text-[13px]">{file.name}</p>
          <Button
            look="quiet"
            size="icon"
            aria-label={words.remove(file.name)}
            onClick={() => onChange(files.toSpliced(i, 1))}
          >
            <Trash2 aria-hidden className="size-4" />
          </Button>
        </div>
      ))}
      <Drop
        label={words.addLips}
        hint={words.lipsHint}
        accept=".onnx,.json"
        icon={<AudioLines aria-hidden className="size-4" />}
        onFiles={([file]) => file && onChange([...files, file])}
      />
    </fieldset>
  );
}
