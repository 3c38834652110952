/**
 * The music of one session on the engine thread: Opus packets in, sound for the stream and the beat
 * out. Jitter buffer → decoder → PCM ring on MediaTime, and the beat tracker, which hears the same
 * sound without gaps. It drives neither lips nor triggers; they never see it.
 */
import type { RecordMeta } from '../core/slot-ring.ts';
import { US_PER_MS } from '../core/time.ts';
import { BeatTracker, type Beat } from '../motion/dance/beat-tracker.ts';
import { PACKET_DISCONTINUITY } from '../session/wires.ts';
import { JitterBuffer, type JitterItem } from '../speech/jitter-buffer.ts';
import { opusDurationUs } from '../speech/opus-packet.ts';
import { OpusDecoder } from '../speech/opus.ts';
import { PcmRing } from '../speech/pcm-ring.ts';
import { parseRtp } from '../speech/rtp.ts';

const RATE_HZ = 48_000;
const SAMPLES_PER_MS = 48;
/** Longest Opus packet, 120 ms. */
const LONGEST_SAMPLES = 120 * SAMPLES_PER_MS;
const RING_SECONDS = 2;
/** Without packets for this long the music is over. */
const GONE_SAMPLES = RATE_HZ;
/** So quiet (-60 dBFS) for this long, it has stopped: what it was is no beat to dance to. */
const QUIET_POWER = 1e-6;
const QUIET_SAMPLES = 2 * RATE_HZ;

export class Music {
  readonly #decoder: OpusDecoder;
  readonly #jitter = new JitterBuffer();
  readonly #ring = new PcmRing({ rateHz: RATE_HZ, seconds: RING_SECONDS });
  readonly #pcm = new Float32Array(LONGEST_SAMPLES);
  #beats: BeatTracker | undefined;
  /** MediaTime of the beat tracker's time 0, and the MediaTime it has heard to; in samples. */
  #beatsStart = 0;
  #beatsHeard = 0;
  #present = false;
  #heard = 0;
  #lastPacketEnd = 0;
  #quiet = 0;

  private constructor(decoder: OpusDecoder) {
    this.#decoder = decoder;
  }

  static async open(): Promise<Music> {
    return new Music(await OpusDecoder.open());
  }

  /** Whether packets come. */
  get present(): boolean {
    return this.#present;
  }

  /** Takes one RTP packet from the ring. */
  insert(packet: Uint8Array, meta: Readonly<RecordMeta>): void {
    const rtp = parseRtp(packet.subarray(0, meta.bytes));
    if (!rtp) return;
    const startSample = toSamples(meta.timeUs);
    const samples = toSamples(opusDurationUs(rtp.payload));
    const taken = this.#jitter.insert({
      ssrc: rtp.ssrc,
      sequence: rtp.sequence,
      startSample,
      samples,
      payload: rtp.payload,
      restart: (meta.flags & PACKET_DISCONTINUITY) !== 0,
    });
    if (!taken) return;
    this.#present = true;
    this.#lastPacketEnd = Math.max(this.#lastPacketEnd, startSample + samples);
  }

  /**
   * Hears sound that needs no network: `pcm`, 48 kHz mono, at most 120 ms, goes on where the last
   * piece ended, the first one at MediaTime 0. For rendering, where time is the file's own.
   */
  hearSound(pcm: Float32Array): void {
    this.#present = true;
    this.#take(this.#heard, pcm);
    this.#heard += pcm.length;
    this.#lastPacketEnd = this.#heard;
  }

  /** MediaTime up to which everything was heard or concealed. */
  get heardUs(): number {
    return toUs(this.#heard);
  }

  /** Hears what is there, and conceals what is missing up to `untilUs`. */
  hear(untilUs: number): void {
    if (!this.#present) return;
    const until = toSamples(untilUs);
    while (this.#jitter.ready) this.#play(this.#jitter.take(Infinity)!);
    while (this.#heard < until) {
      const item = this.#jitter.take(until);
      if (!item) break;
      this.#play(item);
    }
    if (until - this.#lastPacketEnd < GONE_SAMPLES) return;
    this.#present = false;
    this.#beats = undefined;
  }

  /** The music's beat at a MediaTime near what was heard; undefined without music. */
  beatAt(timeUs: number): Beat | undefined {
    return this.#beats?.at(timeUs - toUs(this.#beatsStart));
  }

  /** The sound from `timeUs` on, 48 kHz; silence where there is none. */
  read(timeUs: number, out: Float32Array): void {
    this.#ring.read(toSamples(timeUs), out);
  }

  close(): void {
    this.#decoder.close();
  }

  #play(item: JitterItem): void {
    const pcm = this.#pcm.subarray(0, Math.min(item.samples, this.#pcm.length));
    const end = item.startSample + item.samples;
    this.#heard = Math.max(this.#heard, end);
    if (item.kind === 'packet') {
      if (item.restart) {
        this.#decoder.reset();
        this.#moveBeats(item.startSample);
      }
      this.#decoder.decode(item.payload, pcm);
      this.#take(item.startSample, pcm);
    } else if (item.kind === 'lost') {
      this.#decoder.conceal(pcm, pcm.length);
      this.#take(item.startSample, pcm);
    } else {
      pcm.fill(0);
      // A pause is no longer than it takes to forget the beat.
      const last = Math.min(end, item.startSample + QUIET_SAMPLES + pcm.length);
      for (let at = item.startSample; at < last; at += pcm.length) {
        this.#take(at, pcm.subarray(0, last - at));
      }
    }
  }

  #take(startSample: number, pcm: Float32Array): void {
    this.#ring.write(startSample, pcm);
    this.#quiet = power(pcm) > QUIET_POWER ? 0 : this.#quiet + pcm.length;
    if (this.#quiet > QUIET_SAMPLES) {
      this.#beats = undefined;
      return;
    }
    if (!this.#beats) {
      this.#beats = new BeatTracker();
      this.#beatsStart = this.#beatsHeard = startSample;
    }
    // What lies over a place that was concealed has been heard already.
    const again = Math.max(0, this.#beatsHeard - startSample);
    if (again >= pcm.length) return;
    this.#moveBeats(startSample + again);
    this.#beats.push(pcm.subarray(again), RATE_HZ);
    this.#beatsHeard = startSample + pcm.length;
  }

  /** Placed anew: the beats heard so far move along, and the tracker hears on without a gap. */
  #moveBeats(startSample: number): void {
    this.#beatsStart += startSample - this.#beatsHeard;
    this.#beatsHeard = startSample;
  }
}

function power(pcm: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < pcm.length; i += 1) sum += pcm[i]! * pcm[i]!;
  return sum / Math.max(1, pcm.length);
}

function toSamples(us: number): number {
  return Math.round((us * SAMPLES_PER_MS) / US_PER_MS);
}

function toUs(samples: number): number {
  return (samples * US_PER_MS) / SAMPLES_PER_MS;
}
