'use client';
import { ArrowLeft, Layers, Pause, Play, Redo2, Repeat, Save, Tv, Undo2 } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { SessionSnapshot, Template, TemplateId } from '../../../server/protocol/index.ts';
import { Editor } from '../../lib/editor/editor.ts';
import { usePagePreferences, usePageText } from '../../lib/preferences.tsx';
import { slugOf } from '../../lib/template-files.ts';
import { useHotkeys } from '../../lib/use-hotkeys.ts';
import { useStore } from '../../lib/use-store.ts';
import { useTemplates } from '../../lib/use-templates.tsx';
import { Button } from '../ui/button.tsx';
import { FigureCanvas } from './figure-canvas.tsx';
import { Inspector } from './inspector.tsx';
import { Timeline } from './timeline.tsx';

type Props = {
  readonly template: Template;
  /** Where the server has it; null for a new one, and for a built-in one, which stays as it is. */
  readonly savedAs: TemplateId | null;
  readonly session: SessionSnapshot | null;
  readonly onPlay: (id: TemplateId) => void;
  readonly onClose: () => void;
};

export function EditorScreen({ template, savedAs, session, onPlay, onClose }: Props) {
  const [editor] = useState(() => new Editor(template));
  const save = useSave(editor, savedAs);
  useKeys(editor, () => void save.run());
  const still = session ? `/api/v1/avatars/${session.avatar}/preview.png` : '';
  return (
    <div className="space-y-3">
      <Bar editor={editor} save={save} session={session} onPlay={onPlay} onClose={onClose} />
      <div className="grid gap-3 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="min-w-0 space-y-3">
          <div className="h-[min(52vh,560px)]">
            <FigureCanvas editor={editor} still={still} />
          </div>
          <Transport editor={editor} />
          <Timeline editor={editor} />
          <Hint />
        </div>
        <div className="lg:max-h-[calc(100dvh-150px)] lg:overflow-y-auto">
          <Inspector editor={editor} />
        </div>
      </div>
    </div>
  );
}

type Saving = { readonly done: boolean; readonly run: () => Promise<TemplateId | null> };

function useSave(editor: Editor, savedAs: TemplateId | null): Saving {
  const templates = useTemplates();
  const [id, setId] = useState(savedAs);
  const [done, setDone] = useState(false);
  const run = async (): Promise<TemplateId | null> => {
    const now = editor.result;
    const wanted = id ?? (slugOf(now.title.en) as TemplateId);
    const named = { ...now, id: wanted };
    const summary = id ? await templates.replace(named) : await templates.create(named);
    if (!summary) return null;
    editor.saved({ ...named, id: summary.id });
    setId(summary.id);
    setDone(true);
    return summary.id;
  };
  return { done, run };
}

function Bar({
  editor,
  save,
  session,
  onPlay,
  onClose,
}: Omit<Props, 'template' | 'savedAs'> & { readonly editor: Editor; readonly save: Saving }) {
  const t = usePageText().editor;
  const { template, canUndo, canRedo, changed } = useStore(editor.view);
  const live = async () => {
    const id = await save.run();
    if (id) onPlay(id);
  };
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Button look="quiet" onClick={onClose}>
        <ArrowLeft aria-hidden className="size-4" />
        {t.back}
      </Button>
      <h2 className="min-w-0 flex-1 truncate text-lg font-semibold">{template.title.en}</h2>
      <p role="status" className="text-[13px] text-ink-2">
        {changed ? t.unsaved : save.done ? t.saved : ''}
      </p>
      <Tool label={t.undo} disabled={!canUndo} onClick={() => editor.undo()}>
        <Undo2 aria-hidden className="size-4" />
      </Tool>
      <Tool label={t.redo} disabled={!canRedo} onClick={() => editor.redo()}>
        <Redo2 aria-hidden className="size-4" />
      </Tool>
      <Button disabled={!session} title={session ? '' : t.noSession} onClick={() => void live()}>
        <Tv aria-hidden className="size-4" />
        {t.playLive}
      </Button>
      <Button look="primary" onClick={() => void save.run()}>
        <Save aria-hidden className="size-4" />
        {t.save}
      </Button>
    </div>
  );
}

function Tool(props: {
  readonly label: string;
  readonly disabled?: boolean;
  readonly pressed?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}) {
  return (
    <Button
      size="icon"
      look={props.pressed ? 'primary' : 'plain'}
      aria-label={props.label}
      title={props.label}
      aria-pressed={props.pressed}
      disabled={props.disabled}
      onClick={props.onClick}
    >
      {props.children}
    </Button>
  );
}

function Transport({ editor }: { readonly editor: Editor }) {
  const t = usePageText().editor;
  const { playing, onion, region, t: time, template } = useStore(editor.view);
  const Icon = playing ? Pause : Play;
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Button look="primary" onClick={() => editor.view.update({ playing: !playing })}>
        <Icon aria-hidden className="size-4" />
        {playing ? t.pause : t.play}
      </Button>
      <Button onClick={() => editor.hold()}>{t.hold}</Button>
      <Tool label={t.onion} pressed={onion} onClick={() => editor.view.update({ onion: !onion })}>
        <Layers aria-hidden className="size-4" />
      </Tool>
      <Tool
        label={region ? t.clearLoop : t.loopFromHere}
        pressed={region !== null}
        onClick={() =>
          editor.span(
            'region',
            region ? null : [Math.min(time, template.seconds - 0.2), template.seconds],
          )
        }
      >
        <Repeat aria-hidden className="size-4" />
      </Tool>
      <p className="min-w-0 flex-1 text-xs text-ink-3 max-sm:hidden">{t.keys}</p>
    </div>
  );
}

function Hint() {
  const t = usePageText().editor;
  return <p className="rounded-card bg-accent-soft px-4 py-3 text-[13px]">{t.hint}</p>;
}

function useKeys(editor: Editor, save: () => void): void {
  usePagePreferences();
  useHotkeys((key) => {
    const act = KEYS[key];
    if (key === 'ctrl+s') save();
    else if (act) act(editor);
    else return false;
    return true;
  });
}

const KEYS: Readonly<Record<string, ((editor: Editor) => void) | undefined>> = {
  space: ({ view }) => view.update({ playing: !view.get().playing }),
  arrowleft: (editor) => editor.step(-1),
  arrowright: (editor) => editor.step(1),
  'shift+arrowleft': (editor) => editor.jump(-1),
  'shift+arrowright': (editor) => editor.jump(1),
  home: (editor) => editor.seek(0),
  end: (editor) => editor.seek(Infinity),
  k: (editor) => editor.hold(),
  delete: (editor) => editor.deleteSelected(),
  backspace: (editor) => editor.deleteSelected(),
  'ctrl+z': (editor) => editor.undo(),
  'shift+ctrl+z': (editor) => editor.redo(),
  'ctrl+y': (editor) => editor.redo(),
  n: ({ view }) => view.update({ onion: !view.get().onion }),
  i: (editor) => {
    const { t, region, template } = editor.view.get();
    editor.span('region', [t, Math.max(t + 0.1, region?.[1] ?? template.seconds)]);
  },
  o: (editor) => {
    const { t, region } = editor.view.get();
    editor.span('region', [Math.min(region?.[0] ?? 0, Math.max(0, t - 0.1)), t]);
  },
  x: (editor) => editor.span('region', null),
};
