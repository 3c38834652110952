'use client';
import { useEffect, useRef } from 'react';
import { usePreferences } from '../../lib/preferences.tsx';
import { columnsOf, type Peaks } from '../../lib/studio-script-peaks.ts';

/** Least height of a column, CSS pixels: silence is a line. */
const LEAST = 1;

/** The waveform from `from` to `to`, seconds, below `top` pixels; as sharp as the screen. */
export function WaveformCanvas({
  peaks,
  from,
  to,
  top,
}: {
  readonly peaks: Peaks | null;
  readonly from: number;
  readonly to: number;
  readonly top: number;
}) {
  const { theme } = usePreferences();
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = ref.current;
    if (!canvas) return;
    // In the frame after a change of theme: only then the style sheet has the new colours.
    const frame = requestAnimationFrame(() => draw(canvas, peaks, { from, to, top }));
    return () => cancelAnimationFrame(frame);
  }, [peaks, from, to, top, theme]);
  return <canvas ref={ref} aria-hidden className="block size-full text-accent opacity-60" />;
}

function draw(
  canvas: HTMLCanvasElement,
  peaks: Peaks | null,
  { from, to, top }: { readonly from: number; readonly to: number; readonly top: number },
): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const scale = devicePixelRatio;
  const columns = Math.max(1, Math.round(canvas.clientWidth * scale));
  canvas.width = columns;
  canvas.height = Math.max(1, Math.round(canvas.clientHeight * scale));
  if (!peaks) return;
  // The theme's own colour, which the style sheet knows.
  context.fillStyle = getComputedStyle(canvas).color;
  const half = (canvas.height - top * scale) / 2;
  const middle = top * scale + half;
  const heights = columnsOf(peaks, { from, to, columns });
  for (let x = 0; x < columns; x += 1) {
    const high = heights[x * 2 + 1]! * half;
    const low = heights[x * 2]! * half;
    context.fillRect(x, middle - high, 1, Math.max(LEAST * scale, high - low));
  }
}
