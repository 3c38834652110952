'use client';
import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import type { TemplateSummary } from '../../../server/protocol/index.ts';
import { usePageText } from '../../lib/preferences.tsx';
import type { ScriptEditor } from '../../lib/studio-script-editor.ts';
import {
  keyStep,
  ROW_PIXELS,
  ROWS,
  rulerStep,
  scrollTo,
  zoomsFor,
} from '../../lib/studio-script-layout.ts';
import type { Waveform } from '../../lib/studio-sound.ts';
import { useStore } from '../../lib/use-store.ts';
import { ScriptMarks } from './script-marks.tsx';
import { WaveformCanvas } from './waveform-canvas.tsx';

const RULER_PIXELS = 24;
const HEIGHT = RULER_PIXELS + ROWS * ROW_PIXELS + 96;

/** The sound from left to right: the ruler, the marks, the waveform, and the playhead over them. */
export function ScriptTimeline({
  editor,
  waveform,
  templates,
  zoom,
  onMostZoom,
}: {
  readonly editor: ScriptEditor;
  readonly waveform: Waveform;
  readonly templates: readonly TemplateSummary[];
  readonly zoom: number;
  readonly onMostZoom: (zoom: number) => void;
}) {
  const t = usePageText().script;
  const { t: at, playing } = useStore(editor.view);
  const box = useRef<HTMLDivElement>(null);
  const seen = useSeen(box);
  const most = zoomsFor(editor.seconds, seen.width).at(-1) ?? 1;
  const width = seen.width * Math.min(zoom, most);
  const pixelsPerSecond = width / editor.seconds;
  const x = at * pixelsPerSecond;
  useEffect(() => onMostZoom(most), [most, onMostZoom]);
  useEffect(() => {
    const element = box.current;
    if (element) element.scrollLeft = scrollTo(x, { left: element.scrollLeft, width: seen.width });
    // Zooming keeps the playhead in sight, and so does playing; scrolling by hand is left alone.
  }, [pixelsPerSecond, playing, at, seen.width, x]);
  return (
    <div
      ref={box}
      role="group"
      data-timeline
      aria-label={t.timeline}
      className="relative overflow-x-auto overflow-y-hidden rounded-lg border border-line bg-sunken select-none"
      style={{ height: HEIGHT }}
    >
      <div className="relative h-full" style={{ width }}>
        {/* The canvas stays where it is and draws what is in sight. */}
        <div className="pointer-events-none sticky left-0 h-full" style={{ width: seen.width }}>
          <WaveformCanvas
            peaks={waveform.state === 'seen' ? waveform.peaks : null}
            from={seen.left / pixelsPerSecond}
            to={(seen.left + seen.width) / pixelsPerSecond}
            top={RULER_PIXELS + ROWS * ROW_PIXELS}
          />
        </div>
        <Ruler {...{ editor, pixelsPerSecond }} left={seen.left} shown={seen.width} />
        <Playhead editor={editor} pixelsPerSecond={pixelsPerSecond} />
        <ScriptMarks {...{ editor, templates, pixelsPerSecond }} top={RULER_PIXELS} />
      </div>
    </div>
  );
}

type Scale = { readonly editor: ScriptEditor; readonly pixelsPerSecond: number };

function Ruler({
  editor,
  pixelsPerSecond,
  left,
  shown,
}: Scale & { readonly left: number; readonly shown: number }) {
  const step = rulerStep(pixelsPerSecond);
  const first = Math.max(0, Math.floor(left / pixelsPerSecond / step));
  const last = Math.min(editor.seconds, (left + shown) / pixelsPerSecond) / step;
  const lines = Array.from(
    { length: Math.max(0, Math.floor(last) - first + 1) },
    (_, i) => first + i,
  );
  return lines.map((line) => (
    <span
      key={line}
      aria-hidden
      className="pointer-events-none absolute top-0 border-l border-line-strong pl-1 font-mono text-[10px] leading-4 text-ink-3"
      style={{ left: line * step * pixelsPerSecond, height: RULER_PIXELS }}
    >
      {Number((line * step).toFixed(1))}
    </span>
  ));
}

/** Covers all of it: wherever there is no mark, a press puts the playhead there. */
function Playhead({ editor, pixelsPerSecond }: Scale) {
  const t = usePageText().script;
  const { t: at } = useStore(editor.view);
  const held = useRef(false);
  const seek = (event: PointerEvent<HTMLDivElement>) => {
    const { left } = event.currentTarget.getBoundingClientRect();
    editor.seek((event.clientX - left) / pixelsPerSecond);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const ends: Readonly<Record<string, number | undefined>> = { Home: 0, End: editor.seconds };
    const step = keyStep(event);
    const to = ends[event.key] ?? (step === 0 ? undefined : at + step);
    if (to === undefined) return;
    event.preventDefault();
    editor.seek(to);
  };
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={t.playhead}
      aria-valuemin={0}
      aria-valuemax={editor.seconds}
      aria-valuenow={at}
      aria-valuetext={`${at.toFixed(2)} s`}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        held.current = true;
        event.currentTarget.setPointerCapture(event.pointerId);
        editor.choose(null);
        seek(event);
      }}
      onPointerMove={(event) => held.current && seek(event)}
      onPointerUp={() => (held.current = false)}
      onPointerCancel={() => (held.current = false)}
      className="absolute inset-0 cursor-text -outline-offset-2"
    >
      <span
        className="pointer-events-none absolute top-0 h-full w-0.5 -translate-x-1/2 bg-live"
        style={{ left: at * pixelsPerSecond }}
      />
    </div>
  );
}

/** What of the timeline is in sight, pixels. */
function useSeen(box: React.RefObject<HTMLDivElement | null>) {
  const [seen, setSeen] = useState({ left: 0, width: 600 });
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const look = () =>
      setSeen({ left: element.scrollLeft, width: Math.max(1, element.clientWidth) });
    const watch = new ResizeObserver(look);
    watch.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      watch.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [box]);
  return seen;
}
