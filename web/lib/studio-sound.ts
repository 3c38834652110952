/** What the browser makes of a sound: its waveform, as far as it can read it and memory allows. */
import { peaksOf, type Peaks } from './studio-script-peaks.ts';

/** Browsers decode all of a sound at once, at 11 MB a minute and channel. */
const MOST_SECONDS = 20 * 60;
const MOST_BYTES = 256 * 2 ** 20;
/** The least rate that every browser offers; a waveform shows no more. */
const RATE_HZ = 8000;

export type Waveform =
  | { readonly state: 'loading' | 'too-long' | 'unreadable' }
  | { readonly state: 'seen'; readonly peaks: Peaks };

export async function waveformOf(file: Blob, seconds: number): Promise<Waveform> {
  if (seconds > MOST_SECONDS || file.size > MOST_BYTES) return { state: 'too-long' };
  try {
    const context = new OfflineAudioContext(1, 1, RATE_HZ);
    const sound = await context.decodeAudioData(await file.arrayBuffer());
    const channels = Array.from({ length: sound.numberOfChannels }, (_, channel) =>
      sound.getChannelData(channel),
    );
    return { state: 'seen', peaks: peaksOf(channels, sound.sampleRate) };
  } catch {
    // The server reads more formats than browsers do: the script goes by the clock alone.
    return { state: 'unreadable' };
  }
}
