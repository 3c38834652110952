/** Seeded randomness for tests: the same seed fails the same way twice. */

export type Random = {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer in [low, high]. */
  int(low: number, high: number): number;
  bytes(count: number): Uint8Array;
};

/** Uniform numbers in [0, 1) by mulberry32: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The same with integers and bytes. */
export function seededRandom(seed: number): Random {
  const next = seeded(seed);
  const int = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  const bytes = (count: number): Uint8Array =>
    Uint8Array.from({ length: count }, () => int(0, 255));
  return { next, int, bytes };
}
