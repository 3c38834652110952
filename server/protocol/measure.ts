/**
 * What the page /measure finds out about one spoken burst and about a whole run. Times are
 * milliseconds; the bench reads the same shapes out of the page.
 */
export type Spread = { readonly p5: number; readonly p50: number; readonly p95: number };

/** One burst of voice after silence, followed to the viewer. null: it was not found there. */
export type Burst = {
  /** Onset at the microphone track, on the page's clock. */
  readonly atMs: number;
  /** From the microphone to the sound that viewers hear. */
  readonly soundMs: number | null;
  /** From the microphone to the first picture whose mouth moves. */
  readonly pictureMs: number | null;
  /** From the microphone through the media server alone and back. */
  readonly floorMs: number | null;
  /** Picture minus sound; above 0 the picture is late. */
  readonly avOffsetMs: number | null;
};

export type MeasureSummary = {
  readonly bursts: number;
  readonly soundMs: Spread | null;
  readonly pictureMs: Spread | null;
  readonly floorMs: Spread | null;
  readonly avOffsetMs: Spread | null;
};

/** A value over time, oldest first. */
export type Series = { readonly timesMs: readonly number[]; readonly values: readonly number[] };

/** `window.posecastMeasure` on /measure. */
export type MeasureHandle = {
  readonly state: 'ready' | 'starting' | 'measuring' | 'failed';
  readonly problem: string;
  readonly sessionId: string | null;
  /** Page time at which the first picture was shown; null before. */
  readonly firstPictureMs: number | null;
  bursts(): readonly Burst[];
  summary(): MeasureSummary;
  /** Edge energy of the mouth region per shown frame, the last minute. */
  mouth(): Series;
  /** Mean square of the viewer's sound per 21 ms, the last minute. */
  voice(): Series;
};
