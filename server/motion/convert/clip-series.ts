/** Steps on evenly spaced values over time: fill, resample, smooth. Pure. */

/** One array of values per frame, all of one length. */
export type Series = Float64Array[];

/** Straight lines across gaps; before the first and after the last known frame it holds. */
export function fillGaps(frames: readonly (Float64Array | undefined)[]): Series {
  const out: Series = [];
  let before = frames.findIndex((values) => values !== undefined);
  for (let i = 0; i < frames.length; i += 1) {
    const values = frames[i];
    if (values) {
      out.push(values);
      before = i;
      continue;
    }
    let after = i;
    while (after < frames.length && !frames[after]) after += 1;
    const a = frames[before]!;
    const b = frames[after] ?? a;
    for (; i < after; i += 1) {
      const share = i < before || after >= frames.length ? 0 : (i - before) / (after - before);
      out.push(a.map((value, k) => value + (b[k]! - value) * share));
    }
    i -= 1;
  }
  return out;
}

/** `count` frames at `toHz` from frames at `fromHz`, on straight lines. */
export function resample(series: Series, fromHz: number, toHz: number, count: number): Series {
  return Array.from({ length: count }, (_, i) => {
    const at = Math.min(series.length - 1, (i * fromHz) / toHz);
    const before = Math.floor(at);
    const a = series[before]!;
    const b = series[Math.min(series.length - 1, before + 1)]!;
    return a.map((value, k) => value + (b[k]! - value) * (at - before));
  });
}

/** Gaussian of `sigma` frames, centred: no lag. At the ends the first and last frame go on. */
export function smooth(series: Series, sigma: number): Series {
  const reach = Math.ceil(sigma * 3);
  const taps = Array.from({ length: reach * 2 + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)),
  );
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return series.map((values, i) => {
    const out = new Float64Array(values.length);
    taps.forEach((tap, j) => {
      const from = series[Math.max(0, Math.min(series.length - 1, i + j - reach))]!;
      for (let k = 0; k < out.length; k += 1) out[k]! += (from[k]! * tap) / sum;
    });
    return out;
  });
}
