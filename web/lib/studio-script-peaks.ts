/** A sound as the heights of its waveform: the least and the greatest sample of each short stretch. Pure. */

export type Peaks = {
  /** Stretches a second. */
  readonly rateHz: number;
  /** Of each stretch: its least and greatest sample, over all channels. */
  readonly values: Float32Array;
};

/** Finer than a pixel at the nearest zoom. */
export const PEAKS_HZ = 400;

/** `channels`: samples in -1..1, all of one length, `rateHz` a second. */
export function peaksOf(channels: readonly Float32Array[], rateHz: number): Peaks {
  const samples = channels[0]?.length ?? 0;
  const count = Math.ceil((samples * PEAKS_HZ) / rateHz);
  const values = new Float32Array(count * 2);
  for (let i = 0; i < count; i += 1) {
    const from = Math.floor((i * rateHz) / PEAKS_HZ);
    const to = Math.min(samples, Math.floor(((i + 1) * rateHz) / PEAKS_HZ));
    let [least, most] = [Infinity, -Infinity];
    for (const channel of channels) {
      for (let at = from; at < to; at += 1) {
        const sample = channel[at]!;
        if (sample < least) least = sample;
        if (sample > most) most = sample;
      }
    }
    values[i * 2] = least === Infinity ? 0 : least;
    values[i * 2 + 1] = most === -Infinity ? 0 : most;
  }
  return { rateHz: PEAKS_HZ, values };
}

/**
 * What `columns` columns of pixels show of the time from `from` to `to`, seconds: least and greatest
 * of each, 0 outside of the sound.
 */
export function columnsOf(
  { rateHz, values }: Peaks,
  { from, to, columns }: { readonly from: number; readonly to: number; readonly columns: number },
): Float32Array {
  const out = new Float32Array(columns * 2);
  const count = values.length / 2;
  for (let column = 0; column < columns; column += 1) {
    const start = (from + ((to - from) * column) / columns) * rateHz;
    const end = (from + ((to - from) * (column + 1)) / columns) * rateHz;
    const first = Math.max(0, Math.floor(start));
    const last = Math.min(count, Math.max(Math.floor(start) + 1, Math.ceil(end)));
    let [least, most] = [0, 0];
    for (let i = first; i < last; i += 1) {
      least = i === first ? values[i * 2]! : Math.min(least, values[i * 2]!);
      most = i === first ? values[i * 2 + 1]! : Math.max(most, values[i * 2 + 1]!);
    }
    out[column * 2] = least;
    out[column * 2 + 1] = most;
  }
  return out;
}
