'use client';
import clsx from 'clsx';
import { useRef, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import type { SceneBox } from '../../../server/protocol/index.ts';
import { usePageText } from '../../lib/preferences.tsx';

type Props = {
  readonly label: string;
  readonly box: SceneBox;
  readonly chosen: boolean;
  readonly onChoose: () => void;
  readonly onMove: (dx: number, dy: number) => void;
  readonly onResize: (dx: number, dy: number) => void;
  readonly onRemove?: (() => void) | undefined;
  readonly children?: ReactNode;
};

/**
 * A part of the picture: dragged by hand or moved by the arrow keys, sized at its corner; Shift goes
 * ten times as far, Delete removes it. Ways are told in shares of what it lies in.
 */
export function Draggable(props: Props) {
  const { label, box, chosen, onChoose, onMove, onResize, onRemove, children } = props;
  const t = usePageText().scene;
  const place = useRef<HTMLDivElement>(null);
  const move = useWay(place, onMove);
  const resize = useWay(place, onResize);
  return (
    <div
      ref={place}
      className={clsx('absolute', chosen && 'z-10')}
      style={{ left: pc(box.x), top: pc(box.y), width: pc(box.width), height: pc(box.height) }}
    >
      {children}
      <button
        type="button"
        aria-label={t.place(label, Math.round(box.x * 100), Math.round(box.y * 100))}
        aria-pressed={chosen}
        title={label}
        {...move}
        onFocus={onChoose}
        onKeyDown={(event) => {
          if (event.key === 'Delete' || event.key === 'Backspace') onRemove?.();
          byKey(event, onMove);
        }}
        className={clsx(
          'absolute inset-0 cursor-grab rounded border-2 active:cursor-grabbing',
          chosen
            ? 'border-accent'
            : 'border-dashed border-white/80 outline-1 outline-black/25 hover:border-accent',
        )}
      />
      {chosen && (
        <button
          type="button"
          aria-label={t.resize(label)}
          title={t.resize(label)}
          {...resize}
          onKeyDown={(event) => byKey(event, onResize)}
          className="absolute -right-2 -bottom-2 size-4 cursor-nwse-resize rounded-full border-2 border-white bg-accent shadow-md"
        />
      )}
    </div>
  );
}

const pc = (share: number): string => `${share * 100}%`;

/** A drag, step by step. */
function useWay(
  place: { readonly current: HTMLElement | null },
  go: (dx: number, dy: number) => void,
) {
  const last = useRef<{ readonly x: number; readonly y: number } | null>(null);
  const release = () => (last.current = null);
  return {
    onPointerDown: (event: PointerEvent<HTMLButtonElement>) => {
      event.currentTarget.setPointerCapture(event.pointerId);
      last.current = { x: event.clientX, y: event.clientY };
    },
    onPointerMove: (event: PointerEvent<HTMLButtonElement>) => {
      const from = last.current;
      const around = place.current?.parentElement?.getBoundingClientRect();
      if (!from || !around) return;
      last.current = { x: event.clientX, y: event.clientY };
      go((event.clientX - from.x) / around.width, (event.clientY - from.y) / around.height);
    },
    onPointerUp: release,
    onPointerCancel: release,
  };
}

const STEPS: Readonly<Record<string, readonly [number, number] | undefined>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

function byKey(event: KeyboardEvent, go: (dx: number, dy: number) => void): void {
  const step = STEPS[event.key];
  if (!step) return;
  event.preventDefault();
  const far = event.shiftKey ? 0.1 : 0.01;
  go(step[0] * far, step[1] * far);
}
