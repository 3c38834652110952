'use client';
import clsx from 'clsx';
import { ChevronDown, ChevronRight, Eye, EyeOff } from 'lucide-react';
import { useState, type PointerEvent, useRef } from 'react';
import type { Editor, EditorView } from '../../lib/editor/editor.ts';
import { moveKeys } from '../../lib/editor/operations.ts';
import {
  isSameTime,
  LANES,
  timesOf,
  tracksOfLane,
  type Lane,
  type TrackId,
} from '../../lib/editor/tracks.ts';
import { usePageText } from '../../lib/preferences.tsx';
import { useStore } from '../../lib/use-store.ts';
import { share, timeUnder, type Place } from './ruler.ts';
import { CutOff, SpanLane } from './span-lane.tsx';

/** Time from left to right, parts of the body from top to bottom, a diamond for each key. */
export function Timeline({ editor }: { readonly editor: Editor }) {
  const view = useStore(editor.view);
  const ruler = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<ReadonlySet<Lane>>(new Set());
  const toggle = (lane: Lane) => {
    const next = new Set(open);
    if (!next.delete(lane)) next.add(lane);
    setOpen(next);
  };
  return (
    <div className="max-h-80 overflow-y-auto rounded-card border border-line bg-surface text-xs select-none">
      <Ruler editor={editor} view={view} place={ruler} />
      <SpanLane {...{ editor, view, ruler }} kind="trim" />
      {view.region && <SpanLane {...{ editor, view, ruler }} kind="region" />}
      <div className="relative">
        {LANES.map((lane) => {
          const ids = tracksOfLane(view.template.tracks, lane);
          return (
            <div key={lane}>
              <LaneRow
                {...{ editor, view, lane, ids, ruler }}
                open={open.has(lane)}
                onOpen={() => toggle(lane)}
              />
              {open.has(lane) &&
                ids.map((id) => <TrackRow key={id} {...{ editor, view, id, ruler }} />)}
            </div>
          );
        })}
        <CutOff view={view} />
      </div>
    </div>
  );
}

function Ruler({
  editor,
  view,
  place,
}: {
  readonly editor: Editor;
  readonly view: EditorView;
  readonly place: Place;
}) {
  const t = usePageText().editor;
  const held = useRef(false);
  const seek = (event: PointerEvent) => editor.seek(timeUnder(event, place, view));
  const { seconds } = view.template;
  const step = seconds > 20 ? 5 : seconds > 6 ? 1 : 0.5;
  const ticks = Array.from({ length: Math.floor(seconds / step) + 1 }, (_, index) => index * step);
  return (
    <div className="sticky top-0 z-10 flex border-b border-line bg-surface">
      <div className="flex w-36 shrink-0 items-center px-3 font-mono text-ink-2 tabular-nums">
        {view.t.toFixed(2)} / {seconds.toFixed(2)} s
      </div>
      <div
        ref={place}
        role="slider"
        tabIndex={0}
        aria-label={t.time}
        aria-valuemin={0}
        aria-valuemax={seconds}
        aria-valuenow={view.t}
        aria-valuetext={`${view.t.toFixed(2)} s`}
        onPointerDown={(event) => {
          held.current = true;
          event.currentTarget.setPointerCapture(event.pointerId);
          editor.view.update({ playing: false });
          seek(event);
        }}
        onPointerMove={(event) => held.current && seek(event)}
        onPointerUp={() => (held.current = false)}
        className="relative mr-3 h-8 flex-1 cursor-ew-resize"
      >
        {ticks.map((tick) => (
          <span
            key={tick}
            className="absolute top-0 h-full border-l border-line pl-1 text-[10px] leading-4 text-ink-3"
            style={{ left: share(tick, view) }}
          >
            {tick}
          </span>
        ))}
        <span
          className="absolute top-0 z-10 h-full w-0.5 -translate-x-1/2 bg-live"
          style={{ left: share(view.t, view) }}
        />
      </div>
    </div>
  );
}

type RowProps = { readonly editor: Editor; readonly view: EditorView; readonly ruler: Place };

function LaneRow({
  editor,
  view,
  lane,
  ids,
  ruler,
  open,
  onOpen,
}: RowProps & {
  readonly lane: Lane;
  readonly ids: readonly TrackId[];
  readonly open: boolean;
  readonly onOpen: () => void;
}) {
  const t = usePageText().editor;
  const masked = view.masked.has(lane);
  const Arrow = open ? ChevronDown : ChevronRight;
  const Mask = masked ? EyeOff : Eye;
  return (
    <div className={clsx('flex border-b border-line last:border-0', masked && 'opacity-40')}>
      <div className="flex w-36 shrink-0 items-center gap-0.5 pr-1 pl-1.5">
        <button
          type="button"
          aria-expanded={open}
          aria-label={t.openLane(t.lanes[lane])}
          disabled={ids.length === 0}
          onClick={onOpen}
          className="grid size-6 place-items-center rounded text-ink-2 hover:bg-sunken disabled:opacity-30"
        >
          <Arrow aria-hidden className="size-3.5" />
        </button>
        <span className="min-w-0 flex-1 truncate font-medium">{t.lanes[lane]}</span>
        <button
          type="button"
          aria-pressed={masked}
          aria-label={t.mask(t.lanes[lane])}
          title={t.mask(t.lanes[lane])}
          disabled={ids.length === 0}
          onClick={() => editor.toggleMask(lane)}
          className="grid size-6 place-items-center rounded text-ink-2 hover:bg-sunken disabled:opacity-30"
        >
          <Mask aria-hidden className="size-3.5" />
        </button>
      </div>
      <Keys {...{ editor, view, ids, ruler }} name={t.lanes[lane]} />
    </div>
  );
}

function TrackRow({ editor, view, id, ruler }: RowProps & { readonly id: TrackId }) {
  const name = id.replace(/^(body|face)\./, '');
  return (
    <div className="flex border-b border-line bg-sunken/50">
      <div className="w-36 shrink-0 truncate py-1 pr-2 pl-8 text-ink-2">{name}</div>
      <Keys {...{ editor, view, ruler }} ids={[id]} name={name} />
    </div>
  );
}

function Keys({
  editor,
  view,
  ids,
  ruler,
  name,
}: RowProps & { readonly ids: readonly TrackId[]; readonly name: string }) {
  const t = usePageText().editor;
  const held = useRef<number | null>(null);
  const { selection } = view;
  const move = (event: PointerEvent) => {
    const from = held.current;
    if (from === null) return;
    const frames = Math.round(timeUnder(event, ruler, view) * 30);
    const to = Math.max(0, Math.min(view.template.seconds, frames / 30));
    if (isSameTime(from, to)) return;
    editor.change((template) => moveKeys(template, ids, from, to));
    held.current = to;
    editor.view.update({ selection: { ids, t: to }, t: to });
  };
  const release = () => {
    held.current = null;
    editor.drop();
  };
  return (
    <div className="relative mr-3 h-7 flex-1">
      <span
        className="absolute top-0 h-full w-px bg-live/50"
        style={{ left: share(view.t, view) }}
      />
      {timesOf(view.template.tracks, ids).map((time, index) => {
        const chosen =
          selection !== null &&
          isSameTime(selection.t, time) &&
          ids.every((id) => selection.ids.includes(id));
        return (
          <button
            key={index}
            type="button"
            aria-label={t.key(name, time.toFixed(2))}
            aria-pressed={chosen}
            onPointerDown={(event) => {
              held.current = time;
              event.currentTarget.setPointerCapture(event.pointerId);
              editor.grab();
              editor.view.update({ selection: { ids, t: time }, t: time, playing: false });
            }}
            onPointerMove={move}
            onPointerUp={release}
            onPointerCancel={release}
            style={{ left: share(time, view) }}
            className={clsx(
              'absolute top-1/2 size-3 -translate-x-1/2 -translate-y-1/2 rotate-45 cursor-grab rounded-[3px] border',
              chosen ? 'border-live bg-live' : 'border-accent bg-accent hover:scale-125',
            )}
          />
        );
      })}
    </div>
  );
}
