/**
 * What viewers hear: the voice, the music, and both in one for who has room for one sound; all held
 * back until the picture is there. Main thread; owned by the pipeline.
 */
import type { OutStream } from '../rtc/direct.ts';
import type { SharedRing } from '../core/slot-ring.ts';
import { MixedVoice } from './mixed-voice.ts';
import { VoiceOut } from './voice-out.ts';

export const SOUNDS = ['audio', 'music', 'mix'] as const;
export type SoundName = (typeof SOUNDS)[number];

export type SoundsOutOptions = {
  readonly streams: Readonly<Record<SoundName, OutStream & { readonly rtpBase: number }>>;
  readonly mixRing: SharedRing;
  /** Server time of MediaTime 0. */
  readonly offsetUs: () => number;
  /** One RTP packet that is due. */
  readonly send: (sound: SoundName, packet: Buffer) => void;
};

export class SoundsOut {
  readonly #audio: VoiceOut;
  readonly music: VoiceOut;
  readonly #mix: VoiceOut;
  readonly mixed: MixedVoice;

  constructor({ streams, mixRing, offsetUs, send }: SoundsOutOptions) {
    const out = (name: SoundName): VoiceOut =>
      new VoiceOut({ ...streams[name], offsetUs, send: (packet) => send(name, packet) });
    this.#audio = out('audio');
    this.music = out('music');
    this.#mix = out('mix');
    this.mixed = new MixedVoice(mixRing, this.#mix);
  }

  /** MediaTime to sending, ms. */
  get delayMs(): number {
    return this.#audio.delayMs;
  }

  /** One Opus payload of the voice, whose first sample is at `mediaUs`. */
  push(payload: Uint8Array, mediaUs: number, discontinuity: boolean): void {
    this.#audio.push(payload, mediaUs, discontinuity);
    this.mixed.voice(payload, mediaUs, discontinuity);
  }

  /** Follows the measured picture latency. */
  follow(pictureLatencyMs: number): void {
    for (const each of [this.#audio, this.music, this.#mix]) each.follow(pictureLatencyMs);
  }

  /** What still comes after this goes nowhere. */
  async close(): Promise<void> {
    this.#audio.close();
    this.music.close();
    await this.mixed.close();
  }
}
