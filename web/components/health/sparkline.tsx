'use client';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { HISTORY_SECONDS } from '../../lib/health-measures.ts';
import { usePreferences } from '../../lib/preferences.tsx';

type Props = {
  readonly values: readonly (number | null)[];
  /** What the graph spans at least, so that a flat line stays flat. */
  readonly span: readonly [low: number, high: number];
};

const HEIGHT_PX = 26;

/** The last minute of one number; the newest second at the right. */
export function Sparkline({ values, span }: Props) {
  const { theme } = usePreferences();
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const [low, high] = span;
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const made = new uPlot(options(element, [low, high]), [[], []], element);
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
  }, [theme, low, high]);
  useEffect(() => {
    const times = values.map((_, index) => index - values.length + 1);
    plot.current?.setData([times, [...values]]);
  }, [values, theme, low, high]);
  return <div ref={place} aria-hidden className="h-[26px] w-full overflow-hidden" />;
}

function options(element: HTMLElement, [low, high]: Props['span']): uPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  return {
    width: element.clientWidth,
    height: HEIGHT_PX,
    legend: { show: false },
    cursor: { show: false },
    padding: [3, 0, 3, 0],
    scales: {
      x: { time: false, range: [1 - HISTORY_SECONDS, 0] },
      y: { range: (_, least, most) => [Math.min(low, least ?? low), Math.max(high, most ?? high)] },
    },
    axes: [{ show: false }, { show: false }],
    series: [
      {},
      {
        stroke: colour('--accent'),
        fill: colour('--accent-soft'),
        width: 1.25,
        points: { show: false },
      },
    ],
  };
}
