/**
 * The 15 visemes the lip-sync model gives, in its output order (the Oculus set).
 * Source: https://developers.meta.com/horizon/documentation/unity/audio-ovrlipsync-viseme-reference
 */
export const VISEMES = [
  'sil', 'PP', 'FF', 'TH', 'DD', 'kk', 'CH', 'SS', 'nn', 'RR', 'aa', 'E', 'ih', 'oh', 'ou',
] as const; // prettier-ignore

export type Viseme = (typeof VISEMES)[number];
export const VISEME_COUNT = VISEMES.length;
