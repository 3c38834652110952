/** Where a track stands at a time: between which keys, and how far by the later key's easing. */
import type { EASINGS } from '../../protocol/template.ts';

export type Easing = (typeof EASINGS)[number];
type Key = { readonly t: number; readonly ease: Easing };

/** `share` 0..1 of the way from key `from` to key `to`. */
export type Segment = { readonly from: number; readonly to: number; readonly share: number };

/** When a clip is sampled; a looping clip's last key leads on to its first. */
export type Moment = { readonly t: number; readonly seconds: number; readonly loop: boolean };

export function ease(kind: Easing, share: number): number {
  const u = Math.max(0, Math.min(1, share));
  switch (kind) {
    case 'linear':
      return u;
    case 'in':
      return u * u;
    case 'out':
      return u * (2 - u);
    case 'in-out':
      return u * u * (3 - 2 * u);
    case 'hold':
      return u < 1 ? 0 : 1;
    default:
      return kind satisfies never;
  }
}

/** `keys` are in order of time; before the first and after the last, a clip that ends holds. */
export function locate(keys: readonly Key[], { t, seconds, loop }: Moment): Segment {
  const last = keys.length - 1;
  const before = lastAtOrBefore(keys, t);
  if (before >= 0 && before < last) {
    return { from: before, to: before + 1, share: between(keys, before, before + 1, t) };
  }
  const gap = keys[0]!.t + seconds - keys[last]!.t;
  if (!loop || gap <= 0 || last === 0) {
    const at = Math.max(0, before);
    return { from: at, to: at, share: 0 };
  }
  const since = before < 0 ? t + seconds - keys[last]!.t : t - keys[last]!.t;
  return { from: last, to: 0, share: ease(keys[0]!.ease, since / gap) };
}

function between(keys: readonly Key[], from: number, to: number, t: number): number {
  const span = keys[to]!.t - keys[from]!.t;
  return span > 0 ? ease(keys[to]!.ease, (t - keys[from]!.t) / span) : 1;
}

function lastAtOrBefore(keys: readonly Key[], t: number): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keys[middle]!.t <= t) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
