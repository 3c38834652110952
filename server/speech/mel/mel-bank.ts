/**
 * Mel filters as librosa makes them by default: Slaney's scale (linear to 1 kHz, logarithmic above),
 * triangles of equal area. https://librosa.org/doc/main/generated/librosa.filters.mel.html
 */
export type MelBank = {
  /** First bin of each filter, and its weights from there on. */
  readonly first: Int32Array;
  readonly weights: readonly Float64Array[];
};

export type MelShape = {
  readonly rateHz: number;
  readonly length: number;
  readonly count: number;
  readonly lowHz: number;
  readonly highHz: number;
};

const LINEAR_HZ = 200 / 3;
const BREAK_HZ = 1000;
const BREAK_MEL = BREAK_HZ / LINEAR_HZ;
const LOG_STEP = Math.log(6.4) / 27;

export function melBank({ rateHz, length, count, lowHz, highHz }: MelShape): MelBank {
  const [low, high] = [toMel(lowHz), toMel(highHz)];
  const edges = Array.from({ length: count + 2 }, (_, i) =>
    toHz(low + ((high - low) * i) / (count + 1)),
  );
  const bins = length / 2 + 1;
  const first = new Int32Array(count);
  const weights = Array.from({ length: count }, (_, m) => {
    const [left, middle, right] = [edges[m]!, edges[m + 1]!, edges[m + 2]!];
    const found: number[] = [];
    for (let bin = 0; bin < bins; bin += 1) {
      const hz = (bin * rateHz) / length;
      const weight = Math.min((hz - left) / (middle - left), (right - hz) / (right - middle));
      if (weight <= 0) continue;
      if (found.length === 0) first[m] = bin;
      found.push((weight * 2) / (right - left));
    }
    return Float64Array.from(found);
  });
  return { first, weights };
}

/** What filter `m` lets through of a spectrum. */
export function throughFilter({ first, weights }: MelBank, m: number, bins: Float64Array): number {
  const filter = weights[m]!;
  const from = first[m]!;
  let sum = 0;
  for (let i = 0; i < filter.length; i += 1) sum += filter[i]! * bins[from + i]!;
  return sum;
}

function toMel(hz: number): number {
  return hz < BREAK_HZ ? hz / LINEAR_HZ : BREAK_MEL + Math.log(hz / BREAK_HZ) / LOG_STEP;
}

function toHz(mel: number): number {
  return mel < BREAK_MEL ? mel * LINEAR_HZ : BREAK_HZ * Math.exp(LOG_STEP * (mel - BREAK_MEL));
}
