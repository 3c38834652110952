/** What the picture and the sound are given, within what every service in `streams/` takes. Pure. */

/** Bits per pixel and second that keep a drawn avatar crisp with x264's fast presets. */
const BITS_PER_PIXEL = 0.24;
export const MOST_VIDEO_KBPS = 4500;
export const AUDIO_KBPS = 128;
/** A key frame every `fps` frames. */
export const KEYFRAME_SECONDS = 1;

export function videoKbps(width: number, height: number, fps: number): number {
  return Math.min(MOST_VIDEO_KBPS, Math.round((width * height * fps * BITS_PER_PIXEL) / 1000));
}
