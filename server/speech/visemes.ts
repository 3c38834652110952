/**
 * The 15 visemes the lip-sync model gives, in its output order (the Oculus set).
 * Source: https://developers.meta.com/horizon/documentation/unity/audio-ovrlipsync-viseme-reference
 */
export const VISEMES = [
  'sil', 'PP', 'FF', 'TH', 'DD', 'kk', 'CH', 'SS', 'nn', 'RR', 'aa', 'E', 'ih', 'oh', 'ou',
] as const; // prettier-ignore

export type Viseme = (typeof VISEMES)[number];
export const VISEME_COUNT = VISEMES.length;

/** What the model also gives, 0..1 each: jaw drop, spread and rounded lips, closure, teeth on lip, raised tongue, pitch. */
export const ARTICULATORS = ['jaw', 'wide', 'round', 'close', 'bite', 'tongue', 'voiced'] as const;

export const ARTICULATOR_COUNT = ARTICULATORS.length;
