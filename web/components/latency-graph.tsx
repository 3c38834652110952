'use client';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { usePreferences } from '../lib/preferences.tsx';
import { HISTORY_SECONDS, type LatencyPoint } from '../lib/use-latency.ts';

const HEIGHT_PX = 72;
/** A flat line stays low in the graph instead of filling it. */
const LEAST_TOP_MS = 300;

type Props = { readonly history: readonly LatencyPoint[]; readonly label: string };

/** The last minute of latency; the newest second at the right. */
export function LatencyGraph({ history, label }: Props) {
  const { theme } = usePreferences();
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const made = new uPlot(options(element), [[], []], element);
    plot.current = made;
    const observer = new ResizeObserver(() =>
      made.setSize({ width: element.clientWidth, height: HEIGHT_PX }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [theme]);
  useEffect(() => {
    const times = history.map((_, index) => index - history.length + 1);
    plot.current?.setData([times, history.map(({ totalMs }) => totalMs)]);
  }, [history, theme]);
  return <div ref={place} role="img" aria-label={label} className="h-[72px] overflow-hidden" />;
}

function options(element: HTMLElement): uPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: colour('--ink-3'),
    font: `11px ${style.fontFamily}`,
    ticks: { show: false },
  };
  return {
    width: element.clientWidth,
    height: HEIGHT_PX,
    legend: { show: false },
    cursor: { show: false },
    padding: [6, 2, 6, 0],
    scales: {
      x: { time: false, range: [1 - HISTORY_SECONDS, 0] },
      y: { range: (_, __, top) => [0, Math.max(LEAST_TOP_MS, Math.ceil(top / 100) * 100)] },
    },
    axes: [
      { show: false },
      {
        ...axis,
        size: 34,
        gap: 4,
        splits: (_, __, ___, top) => [0, top / 2, top],
        grid: { stroke: colour('--line'), width: 1 },
      },
    ],
    series: [
      {},
      {
        stroke: colour('--accent'),
        fill: colour('--accent-soft'),
        width: 1.5,
        points: { show: false },
      },
    ],
  };
}
