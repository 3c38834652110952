'use client';
import clsx from 'clsx';
import { X } from 'lucide-react';
import { useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { FRAME_SECONDS, type Editor, type EditorView, type Span } from '../../lib/editor/editor.ts';
import { usePageText } from '../../lib/preferences.tsx';
import { share, timeUnder, type Place } from './ruler.ts';

type Props = {
  readonly editor: Editor;
  readonly view: EditorView;
  readonly ruler: Place;
  readonly kind: 'trim' | 'region';
};

/** A stretch of time with a handle at either end: what is kept, or what plays over and over. */
export function SpanLane({ editor, view, ruler, kind }: Props) {
  const t = usePageText().editor.spans[kind];
  const span = view[kind] ?? ([0, view.template.seconds] as const);
  const [from, to] = span;
  return (
    <div className="flex border-b border-line">
      <div className="flex w-36 shrink-0 items-center gap-1 pr-1 pl-3">
        <span className="min-w-0 flex-1 truncate font-medium text-ink-2">{t.title}</span>
        {view[kind] && (
          <button
            type="button"
            aria-label={t.clear}
            title={t.clear}
            onClick={() => editor.span(kind, null)}
            className="grid size-6 place-items-center rounded text-ink-2 hover:bg-sunken"
          >
            <X aria-hidden className="size-3.5" />
          </button>
        )}
      </div>
      <div className="relative mr-3 h-7 flex-1">
        <span
          className={clsx('absolute inset-y-1.5 rounded', BARS[kind])}
          style={{ left: share(from, view), width: share(to - from, view) }}
        />
        <End {...{ editor, view, ruler, kind, span }} end={0} label={t.from} />
        <End {...{ editor, view, ruler, kind, span }} end={1} label={t.to} />
      </div>
    </div>
  );
}

const BARS = { trim: 'bg-ink-3/25', region: 'bg-accent-soft' } as const;

function End({
  editor,
  view,
  ruler,
  kind,
  span,
  end,
  label,
}: Props & { readonly span: Span; readonly end: 0 | 1; readonly label: string }) {
  const held = useRef(false);
  const at = span[end];
  const move = (t: number) => {
    editor.view.update({ playing: false });
    editor.span(kind, end === 0 ? [t, span[1]] : [span[0], t]);
    // The figure shows the moment that is being cut at.
    editor.seek(t);
  };
  const release = () => {
    held.current = false;
    editor.drop();
  };
  return (
    <button
      type="button"
      role="slider"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={view.template.seconds}
      aria-valuenow={at}
      aria-valuetext={`${at.toFixed(2)} s`}
      title={`${label}: ${at.toFixed(2)} s`}
      onPointerDown={(event: PointerEvent<HTMLButtonElement>) => {
        held.current = true;
        event.currentTarget.setPointerCapture(event.pointerId);
        editor.grab();
      }}
      onPointerMove={(event) => held.current && move(timeUnder(event, ruler, view))}
      onPointerUp={release}
      onPointerCancel={release}
      onKeyDown={(event: KeyboardEvent) => {
        const step = STEPS[event.key];
        if (step === undefined) return;
        event.preventDefault();
        move(at + step * FRAME_SECONDS * (event.shiftKey ? 10 : 1));
      }}
      style={{ left: share(at, view) }}
      className={clsx(
        'absolute inset-y-0.5 z-10 w-2.5 -translate-x-1/2 cursor-ew-resize touch-none rounded-sm border border-surface',
        kind === 'trim' ? 'bg-ink-2' : 'bg-accent',
      )}
    />
  );
}

const STEPS: Readonly<Record<string, number | undefined>> = { ArrowLeft: -1, ArrowRight: 1 };

/** Half a key's diamond, pixels. */
const OVERHANG = 10;

/** From the right edge. */
function beyond(t: number, view: EditorView): string {
  return share(view.template.seconds - t, view);
}

/** Veils what will be cut off, over all lanes. */
export function CutOff({ view }: { readonly view: EditorView }) {
  if (!view.trim) return null;
  const [from, to] = view.trim;
  const veil = 'absolute inset-y-0 bg-surface/75';
  return (
    <div className="pointer-events-none absolute inset-y-0 right-3 left-36 z-[5]">
      <span className={veil} style={{ left: -OVERHANG, right: beyond(from, view) }} />
      <span className={veil} style={{ left: share(to, view), right: -OVERHANG }} />
    </div>
  );
}
