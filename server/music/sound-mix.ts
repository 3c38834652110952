/**
 * Voice and music as the one sound of the RTMP stream: added up, with a soft knee instead of
 * clipping. Pure, allocation-free; engine thread.
 */

/** Under the voice: -3 dB. The streamer's own volume comes on top of it. */
export const MUSIC_GAIN = 0.7;
/** Up to here the sum is left as it is; above it bends towards 1 and never gets there. */
export const MUSIC_KNEE = 0.8;
const MOST = 32_767;

/** Adds `music` to `voice` (both -1..1 or beyond), in place. */
export function mixMusic(voice: Float32Array, music: Float32Array): void {
  for (let i = 0; i < voice.length; i += 1) {
    voice[i] = softened(voice[i]! + MUSIC_GAIN * music[i]!);
  }
}

/** As signed 16-bit samples; `out` has two bytes a sample. */
export function writePcm16(pcm: Float32Array, out: Uint8Array): void {
  const words = new Int16Array(out.buffer, out.byteOffset, pcm.length);
  for (let i = 0; i < pcm.length; i += 1) {
    words[i] = Math.max(-MOST - 1, Math.min(MOST, Math.round(pcm[i]! * MOST)));
  }
}

function softened(sample: number): number {
  const size = Math.abs(sample);
  if (!(size > MUSIC_KNEE)) return sample;
  return (
    Math.sign(sample) *
    (MUSIC_KNEE + (1 - MUSIC_KNEE) * Math.tanh((size - MUSIC_KNEE) / (1 - MUSIC_KNEE)))
  );
}
