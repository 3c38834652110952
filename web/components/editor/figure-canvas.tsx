'use client';
import clsx from 'clsx';
import { useEffect, useRef, useState, type PointerEvent } from 'react';
import { BODY, createPose, type Pose, type Template } from '../../../server/protocol/index.ts';
import type { Editor } from '../../lib/editor/editor.ts';
import { dragJoint, HANDLES, type Handle } from '../../lib/editor/handles.ts';
import { AFTER, BEFORE, drawFigure, INK, stageFor, type Stage } from '../../lib/figure/draw.ts';
import { poseAt } from '../../lib/figure/rest.ts';
import { usePageText } from '../../lib/preferences.tsx';
import { useStore } from '../../lib/use-store.ts';
import { fit } from '../figure.tsx';

/** How far away the ghosts of the onion skin stand. */
const ONION_SECONDS = 0.2;
const SHOW_EVERY_MS = 66;
const NUDGE = 0.05;

/** The mannequin, drawn at the screen's own rate, with joints to take hold of. */
export function FigureCanvas({
  editor,
  still,
}: {
  readonly editor: Editor;
  readonly still: string;
}) {
  const t = usePageText().editor;
  const view = useStore(editor.view);
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    if (!box.current) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setSize({ width: entry.contentRect.width, height: entry.contentRect.height });
    });
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  useDrawing(editor, canvas, size);
  const stage = stageFor(size.width, size.height, 'editor');
  const pose = createPose();
  poseAt(view.template, view.t, pose);
  return (
    <div
      ref={box}
      className="relative h-full min-h-72 touch-none overflow-hidden rounded-card border border-line bg-sunken select-none"
    >
      {still && (
        <img
          src={still}
          alt=""
          className="pointer-events-none absolute opacity-25"
          style={stillPlace(stage)}
        />
      )}
      <canvas
        ref={canvas}
        aria-label={t.canvas}
        role="img"
        className="absolute inset-0 size-full"
      />
      {!view.playing &&
        size.width > 0 &&
        HANDLES.map((handle) => (
          <JointHandle key={handle.joint} {...{ editor, handle, stage, pose }} />
        ))}
    </div>
  );
}

/** Where a host's neck and shoulders are in its still, so that it lies under the mannequin. */
const STILL = { neckX: 0.5, neckY: 0.49, shoulders: 0.36 } as const;

function stillPlace({ x, y, scale }: Stage) {
  const width = scale / STILL.shoulders;
  return { width, maxWidth: 'none', left: x - STILL.neckX * width, top: y - STILL.neckY * width };
}

function useDrawing(
  editor: Editor,
  canvas: { readonly current: HTMLCanvasElement | null },
  size: { readonly width: number; readonly height: number },
): void {
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return;
    const pose = createPose();
    let frame = 0;
    let beforeMs = performance.now();
    let shownMs = 0;
    let t = editor.view.get().t;
    const draw = (nowMs: number): void => {
      frame = requestAnimationFrame(draw);
      const view = editor.view.get();
      if (view.playing) {
        t = advance(view, t, (nowMs - beforeMs) / 1000);
        if (nowMs - shownMs > SHOW_EVERY_MS) {
          shownMs = nowMs;
          editor.view.update({ t: Math.round(t * 1000) / 1000 });
        }
      } else t = view.t;
      beforeMs = nowMs;
      paint({ element, context, editor, pose, t });
    };
    frame = requestAnimationFrame(draw);
    return () => cancelAnimationFrame(frame);
  }, [editor, canvas, size]);
}

type View = ReturnType<Editor['view']['get']>;

function advance({ template, region, trim }: View, t: number, dt: number): number {
  const [from, to] = region ?? trim ?? [0, template.seconds];
  const next = t + dt;
  return next >= to || next < from ? from : next;
}

function paint(parts: {
  readonly element: HTMLCanvasElement;
  readonly context: CanvasRenderingContext2D;
  readonly editor: Editor;
  readonly pose: Pose;
  readonly t: number;
}): void {
  const { element, context, editor, pose, t } = parts;
  const { width, height } = fit(element);
  const stage = stageFor(width, height, 'editor');
  const { onion, playing } = editor.view.get();
  const template: Template = editor.effective;
  context.clearRect(0, 0, width, height);
  const figure = (at: number, ink: typeof INK, alpha: number): void => {
    context.globalAlpha = alpha;
    poseAt(template, at, pose);
    drawFigure(context, pose, stage, ink);
    context.globalAlpha = 1;
  };
  if (onion && !playing) {
    if (t > 0) figure(Math.max(0, t - ONION_SECONDS), BEFORE, 0.22);
    if (t < template.seconds) figure(Math.min(template.seconds, t + ONION_SECONDS), AFTER, 0.22);
  }
  figure(t, INK, 1);
}

function JointHandle({
  editor,
  handle,
  stage,
  pose,
}: {
  readonly editor: Editor;
  readonly handle: Handle;
  readonly stage: Stage;
  readonly pose: Pose;
}) {
  const t = usePageText().editor;
  const held = useRef(false);
  const index = BODY[handle.joint] * 3;
  const [x, y] = [pose.body[index]!, pose.body[index + 1]!];
  const move = (to: readonly [number, number]) => {
    const time = editor.view.get().t;
    editor.change((template) => dragJoint(template, handle, time, to));
  };
  const follow = (event: PointerEvent<HTMLButtonElement>) => {
    if (!held.current) return;
    const bounds = event.currentTarget.parentElement!.getBoundingClientRect();
    const px = event.clientX - bounds.left - stage.x;
    const py = event.clientY - bounds.top - stage.y;
    move([px / stage.scale, py / stage.scale]);
  };
  const release = () => {
    held.current = false;
    editor.drop();
  };
  return (
    <button
      type="button"
      aria-label={t.joints[handle.joint]}
      title={t.joints[handle.joint]}
      onPointerDown={(event) => {
        held.current = true;
        event.currentTarget.setPointerCapture(event.pointerId);
        editor.grab();
      }}
      onPointerMove={follow}
      onPointerUp={release}
      onPointerCancel={release}
      onKeyDown={(event) => {
        const step = NUDGES[event.key];
        if (!step) return;
        event.preventDefault();
        move([x + step[0] * NUDGE, y + step[1] * NUDGE]);
      }}
      style={{ left: stage.x + x * stage.scale, top: stage.y + y * stage.scale }}
      className={clsx(
        'absolute size-6 -translate-x-1/2 -translate-y-1/2 cursor-grab rounded-full border-2 border-white shadow-md active:cursor-grabbing',
        'hover:scale-125 focus-visible:scale-125',
        COLOURS[handle.side],
      )}
    />
  );
}

const COLOURS = { left: 'bg-[#2f62e8]', right: 'bg-[#d9691b]', middle: 'bg-[#39404f]' } as const;
const NUDGES: Readonly<Record<string, readonly [number, number] | undefined>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
