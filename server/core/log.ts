/**
 * Structured logs on stderr (stdout belongs to machine-readable output), and the last of them in
 * memory for the panel's page of logs, whatever is written to stderr.
 */
import { pino, type Logger } from 'pino';
import type { LogRing } from './log-ring.ts';

export type { Logger };

/** What the panel shows at least: who writes nothing to stderr still wants to know what went wrong. */
const RING_LEVEL = 'info';

export function createLog(level: string, ring?: LogRing): Logger {
  const options = { base: null, timestamp: pino.stdTimeFunctions.isoTime };
  const stderr = pino.destination({ dest: 2, sync: true });
  if (!ring) return pino({ ...options, level }, stderr);
  const streams = pino.multistream([
    { level, stream: stderr },
    { level: RING_LEVEL, stream: ring },
  ]);
  return pino({ ...options, level: lower(level, RING_LEVEL) }, streams);
}

function lower(one: string, other: string): string {
  const of = (level: string): number => pino.levels.values[level] ?? Infinity;
  return of(one) < of(other) ? one : other;
}
