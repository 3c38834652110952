/** Seeded Gaussian noise: the same seed gives the same picture. Pure but for its state. */

/** Uniform numbers in [0, 1) by mulberry32: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Fills `out` with standard normal numbers (Box and Muller 1958). */
export function fillGaussian(out: Float32Array, seed: number): void {
  const next = uniform(seed);
  for (let i = 0; i < out.length; i += 2) {
    // 1 - u lies in (0, 1], where the logarithm is finite.
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    const angle = 2 * Math.PI * next();
    out[i] = radius * Math.cos(angle);
    if (i + 1 < out.length) out[i + 1] = radius * Math.sin(angle);
  }
}
