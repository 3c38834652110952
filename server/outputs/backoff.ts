/** Growing waits between restarts, with jitter so that many targets don't knock in step. Pure. */
const FIRST_MS = 250;
const LONGEST_MS = 10_000;

/** Wait before restart number `attempt` (0 is the first), milliseconds. `random` is in 0..1. */
export function backoffMs(attempt: number, random: number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return full * (0.75 + 0.5 * random);
}
