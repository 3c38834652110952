import { useEffect, useRef, useState } from 'react';
import { latency, type Latency } from './latency.ts';
import type { SessionStats } from '../../server/protocol/index.ts';
import type { PublishSample } from './stats.ts';
import type { Store } from './store.ts';
import { useStore } from './use-store.ts';
import type { Viewing } from './viewing.ts';

/** One point of the graph; null leaves a gap. */
export type LatencyPoint = { readonly totalMs: number | null; readonly stats: SessionStats };
export const HISTORY_SECONDS = 60;

/** The stats of `seconds` ago, or null where the page is younger than that. */
export function statsBefore(
  history: readonly LatencyPoint[],
  seconds: number,
): SessionStats | null {
  return history.at(-1 - seconds)?.stats ?? null;
}

/** The latency of this second and of the last minute, counted up as the server's stats arrive. */
export function useLatency(
  viewing: Viewing,
  publishing: Store<PublishSample | null>,
): { readonly now: Latency | null; readonly history: readonly LatencyPoint[] } {
  const stats = useStore(viewing.stats);
  const numbers = useStore(viewing.numbers);
  const publish = useStore(publishing);
  const now = stats && numbers ? latency(stats, numbers, publish) : null;
  const newest = useRef(now);
  newest.current = now;
  const [history, setHistory] = useState<readonly LatencyPoint[]>([]);
  useEffect(() => {
    if (!stats) return;
    const point = { totalMs: newest.current?.totalMs ?? null, stats };
    setHistory((points) => [...points.slice(1 - HISTORY_SECONDS), point]);
  }, [stats]);
  return { now, history };
}
