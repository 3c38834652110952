'use client';
import clsx from 'clsx';
import { useRef, type KeyboardEvent, type PointerEvent } from 'react';
import type { TemplateSummary } from '../../../server/protocol/index.ts';
import { usePagePreferences } from '../../lib/preferences.tsx';
import { emotionOf, labelOf, secondsOf, type Mark } from '../../lib/studio-script.ts';
import type { ScriptEditor } from '../../lib/studio-script-editor.ts';
import { keyStep, ROW_PIXELS, rowsOf } from '../../lib/studio-script-layout.ts';
import { useStore } from '../../lib/use-store.ts';

const LEAST_WIDTH = 24;
const MOST_WIDTH = 160;
const LETTER_PIXELS = 7;

type Props = {
  readonly editor: ScriptEditor;
  readonly templates: readonly TemplateSummary[];
  readonly pixelsPerSecond: number;
  readonly top: number;
};

/** A flag for each mark, its left edge at its time; the bar below it is as long as what it plays. */
export function ScriptMarks({ editor, templates, pixelsPerSecond, top }: Props) {
  const { t, language } = usePagePreferences();
  const { script, chosen } = useStore(editor.view);
  const byId = new Map(templates.map((template) => [template.id, template]));
  const label = ({ ask }: Mark): string => {
    const emotion = emotionOf(ask);
    if (emotion) return t.motion.emotion.names[emotion];
    const { shown } = t.script;
    if ('scene' in ask) return ask.scene === null ? shown.plain : shown.scene(ask.scene);
    if ('slide' in ask && typeof ask.slide === 'string') return shown[ask.slide];
    return labelOf(ask, (id) => byId.get(id)?.title[language] || (byId.get(id)?.title.en ?? id));
  };
  const widthOf = (mark: Mark): number =>
    Math.max(LEAST_WIDTH, Math.min(MOST_WIDTH, 16 + LETTER_PIXELS * label(mark).length));
  const rows = rowsOf(script.marks, pixelsPerSecond, widthOf);
  // In the order in which they were set: one that is dragged past another must keep its element.
  const stable = script.marks.toSorted((a, b) => a.id - b.id);
  return stable.map((mark) => (
    <MarkFlag
      key={mark.id}
      {...{ editor, mark, pixelsPerSecond }}
      label={label(mark)}
      chosen={mark.id === chosen}
      width={widthOf(mark)}
      lasting={secondsOf(mark.ask, (id) => byId.get(id)?.seconds ?? 0)}
      top={top + rows.get(mark.id)! * ROW_PIXELS}
    />
  ));
}

function MarkFlag({
  editor,
  mark,
  label,
  chosen,
  width,
  lasting,
  top,
  pixelsPerSecond,
}: {
  readonly editor: ScriptEditor;
  readonly mark: Mark;
  readonly label: string;
  readonly chosen: boolean;
  readonly width: number;
  readonly lasting: number;
  readonly top: number;
  readonly pixelsPerSecond: number;
}) {
  const { t } = usePagePreferences();
  const flag = useRef<HTMLButtonElement>(null);
  /** How far from its time it was taken hold of, pixels. */
  const held = useRef<number | null>(null);
  const drag = (event: PointerEvent<HTMLButtonElement>) => {
    const start = event.currentTarget.parentElement?.getBoundingClientRect().left ?? 0;
    if (held.current === null) return;
    editor.move(mark.id, (event.clientX - held.current - start) / pixelsPerSecond);
  };
  const release = () => {
    held.current = null;
    editor.drop();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = keyStep(event);
    if (event.key === 'Delete' || event.key === 'Backspace') {
      editor.remove(mark.id);
      focusChosen(flag.current);
    } else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      editor.chooseNext(event.key === 'ArrowDown' ? 1 : -1);
      focusChosen(flag.current);
    } else if (event.key === 'Enter') {
      editor.choose(mark.id);
      requestAnimationFrame(focusFields);
    } else if (event.key === 'Escape') editor.choose(null);
    else if (step !== 0) editor.move(mark.id, mark.at + step);
    else return;
    event.preventDefault();
  };
  return (
    <button
      ref={flag}
      type="button"
      data-testid="mark"
      aria-label={t.script.mark(label, mark.at.toFixed(2))}
      aria-pressed={chosen}
      title={label}
      onFocus={() => editor.choose(mark.id)}
      onClick={() => editor.choose(mark.id)}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        held.current = event.clientX - event.currentTarget.getBoundingClientRect().left;
        event.currentTarget.setPointerCapture(event.pointerId);
        editor.grab();
      }}
      onPointerMove={drag}
      onPointerUp={release}
      onPointerCancel={release}
      style={{ left: mark.at * pixelsPerSecond, top: top + 1, width, height: ROW_PIXELS - 3 }}
      className={clsx(
        'absolute z-10 cursor-grab touch-none rounded-r-md border-l-2 px-1.5 text-left text-xs leading-none',
        chosen
          ? 'border-live bg-accent text-accent-ink'
          : 'border-accent bg-accent-soft text-ink hover:bg-raised',
      )}
    >
      <span className="block truncate py-0.5">{label}</span>
      <span
        className="pointer-events-none absolute bottom-0 left-0 h-0.5 bg-accent"
        style={{ width: lasting * pixelsPerSecond }}
      />
    </button>
  );
}

/** The mark that is chosen now takes the focus, so that the keyboard stays in the script. */
function focusChosen(flag: HTMLButtonElement | null): void {
  const lane = flag?.parentElement;
  requestAnimationFrame(() => {
    const next =
      lane?.querySelector<HTMLElement>('[data-testid=mark][aria-pressed=true]') ??
      lane?.querySelector<HTMLElement>('[role=slider]');
    next?.focus();
  });
}

/** The chosen mark's first field. */
function focusFields(): void {
  const fields = document.querySelector('[data-testid=mark-fields]');
  fields?.querySelector<HTMLElement>('select, input')?.focus();
}
