/**
 * The server's monotonic clock in microseconds. One clock for all threads of the process:
 * `performance.now()` starts anew in every worker thread, `process.hrtime` does not.
 */
import type { MediaTime } from '../protocol/ids.ts';

export const US_PER_MS = 1000;
export const US_PER_SECOND = 1_000_000;

/** Length of one output frame at the only frame rate, 25 fps. */
export const TICK_US = 40_000;

export function nowUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

export function mediaTime(us: number): MediaTime {
  return us as MediaTime;
}

/** Constant from this clock to Unix time, microseconds; fixed once so that it never steps. */
export function unixOffsetUs(): number {
  return Date.now() * US_PER_MS - nowUs();
}
