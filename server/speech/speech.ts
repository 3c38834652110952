/**
 * One speaker on the engine thread: Opus packets in, mouth and mood out. Jitter buffer → decoder →
 * PCM rings on the MediaTime timeline → 20 ms steps of lips and prosody. The caller decides how
 * long to wait for what is missing; here it is only concealed when the wait is over.
 */
import type { RecordMeta } from '../core/slot-ring.ts';
import { Durations } from '../core/percentiles.ts';
import { nowUs, US_PER_MS } from '../core/time.ts';
import { PACKET_DISCONTINUITY } from '../session/wires.ts';
import { JitterBuffer, type JitterItem } from './jitter-buffer.ts';
import {
  createLipFrame,
  LIP_CONTEXT,
  LIP_HOP,
  LIP_WINDOW,
  resetLipState,
  restLipFrame,
  type LipModel,
} from './lip-sync.ts';
import { Mouth } from './mouth.ts';
import { MouthHistory, type Spoken } from './mouth-history.ts';
import { OpusDecoder } from './opus.ts';
import { opusDurationUs } from './opus-packet.ts';
import { PcmRing } from './pcm-ring.ts';
import { Phrases, type SpeechEvents } from './phrases.ts';
import { Prosody } from './prosody.ts';
import { Decimator, DECIMATOR_DELAY_SAMPLES } from './resample.ts';
import { parseRtp } from './rtp.ts';

export type SpeechMeter = {
  readonly stages: { readonly decode: Durations; readonly lips: Durations };
};

/** What the body may react to. */
export type Mood = {
  /** dBFS of the last 20 ms, -100..0. */
  levelDb: number;
  /** Probability that somebody speaks, 0..1. */
  voice: number;
  /** MediaTime up to which this was heard, and of the last sound that was speech; microseconds. */
  timeUs: number;
  voicedUs: number;
  /** Strength of a stressed syllable since the last frame, 0..1. */
  stress: number;
  /** Loudness beside the speaker's own level, 0..1. */
  energy: number;
  /** Semitones above the speaker's median pitch, NaN where there is no pitch. */
  pitch: number;
  /** Semitones by which the last 160 ms of pitch lie above the 400 ms before; 0 while unknown. */
  rise: number;
  /** Counters that only grow: compare with the last ones seen. */
  readonly events: Readonly<SpeechEvents>;
};

const SAMPLES_PER_MS = 48;
const DECIMATION = 3;
const HOP_48K = LIP_HOP * DECIMATION;
const STEP_S = 0.02;
const STEP_US = 20_000;
/** From this probability on it is speech. */
const VOICE = 0.5;
/** Longest Opus packet, 120 ms. */
const LONGEST_SAMPLES = 120 * SAMPLES_PER_MS;
const RING_SECONDS = 2;
/** Packets later than this against their place are not waited for, ms. */
const LEAST_GUARD_MS = 12;
const MOST_GUARD_MS = 120;
const GUARD_MARGIN_MS = 6;
const FIRST_GUARD_MS = 25;
const GUARD_EVERY_PACKETS = 50;
/** After this much silence without packets the network's memory is of another conversation. */
const IDLE_HOPS = 100;

export class Speech {
  readonly lookaheadMs: number;
  readonly mood: Mood;
  readonly #lips: LipModel;
  readonly #lipState: ReturnType<LipModel['createState']>;
  readonly #frame = createLipFrame();
  readonly #mouth = new Mouth();
  readonly #history = new MouthHistory();
  readonly #prosody = new Prosody();
  readonly #phrases = new Phrases();
  readonly #decoder: OpusDecoder;
  readonly #jitter = new JitterBuffer();
  readonly #decimator = new Decimator();
  readonly #ring48 = new PcmRing({ rateHz: 48_000, seconds: RING_SECONDS });
  readonly #ring16 = new PcmRing({ rateHz: 16_000, seconds: RING_SECONDS });
  readonly #pcm = new Float32Array(LONGEST_SAMPLES);
  readonly #pcm16k = new Float32Array(LONGEST_SAMPLES / DECIMATION + 1);
  readonly #window = new Float32Array(LIP_WINDOW);
  readonly #hop = new Float32Array(LIP_HOP);
  readonly #lateness = new Durations(500);
  #guardMs = FIRST_GUARD_MS;
  #guardAge = 0;
  /** Heard up to here, samples at 48 kHz on MediaTime. */
  #heard = 0;
  /** Next 20 ms step of the lips. */
  #nextHop = 0;
  #hopsSinceSound = IDLE_HOPS;
  #started = false;

  private constructor(lips: LipModel, decoder: OpusDecoder) {
    this.#lips = lips;
    this.#lipState = lips.createState();
    this.lookaheadMs = lips.lookaheadMs;
    this.#decoder = decoder;
    const { events } = this.#phrases;
    const sound = { levelDb: -100, voice: 0, timeUs: 0, voicedUs: -Infinity };
    const nothing = { stress: 0, energy: 0, pitch: Number.NaN, rise: 0 };
    this.mood = { ...sound, ...nothing, events };
  }

  static async open(lips: LipModel): Promise<Speech> {
    return new Speech(lips, await OpusDecoder.open());
  }

  /** MediaTime up to which everything was heard or concealed. */
  get heardUs(): number {
    return (this.#heard * 1000) / SAMPLES_PER_MS;
  }

  /** How long a packet may be late before the frame goes on without it, ms. */
  get guardMs(): number {
    return this.#guardMs;
  }

  get packetStats(): { readonly received: number; readonly lost: number; readonly late: number } {
    return this.#jitter.stats;
  }

  /**
   * Takes one RTP packet from the ring. `offsetUs`: server time of MediaTime 0. Returns how late
   * the packet reached the engine against its place in time, ms.
   */
  insert(packet: Uint8Array, meta: Readonly<RecordMeta>, offsetUs: number): number {
    const rtp = parseRtp(packet.subarray(0, meta.bytes));
    if (!rtp) return 0;
    const durationUs = opusDurationUs(rtp.payload);
    this.#jitter.insert({
      ssrc: rtp.ssrc,
      sequence: rtp.sequence,
      startSample: toSamples(meta.timeUs),
      samples: toSamples(durationUs),
      payload: rtp.payload,
      restart: (meta.flags & PACKET_DISCONTINUITY) !== 0,
    });
    const lateMs = (nowUs() - offsetUs - meta.timeUs - durationUs) / US_PER_MS;
    this.#followLateness(lateMs);
    return lateMs;
  }

  /** Hears what is there without a gap, up to `untilUs`. */
  async hearReady(untilUs: number, meter: SpeechMeter): Promise<void> {
    const until = toSamples(untilUs);
    while (this.#heard < until && this.#jitter.ready) {
      this.#start(until);
      const item = this.#jitter.take(until);
      if (!item) break;
      this.#play(item, meter);
    }
    await this.#steps(meter);
  }

  /** Hears up to `untilUs`, concealing what is missing. */
  async hearAll(untilUs: number, meter: SpeechMeter): Promise<void> {
    const until = toSamples(untilUs);
    this.#start(until);
    while (this.#heard < until) {
      const item = this.#jitter.take(until);
      if (!item) break;
      this.#play(item, meter);
    }
    this.#heard = Math.max(this.#heard, until);
    await this.#steps(meter);
  }

  /**
   * Hears sound that needs no network: `pcm`, 48 kHz mono, at most 120 ms, goes on where the last
   * piece ended, the first one at MediaTime 0. For rendering, where time is the file's own.
   */
  async hearSound(pcm: Float32Array, meter: SpeechMeter): Promise<void> {
    this.#started = true;
    this.#hopsSinceSound = 0;
    this.#write(this.#heard, pcm);
    await this.#steps(meter);
  }

  /** From now on the mouth of the frame at `timeUs` is shown, however much further was heard. */
  show(timeUs: number): Spoken {
    const heardUs = timeUs + STEP_US + this.lookaheadMs * US_PER_MS;
    this.#history.show(Math.ceil(heardUs / STEP_US) - 1);
    this.mood.stress = 0;
    return this.#history.spoken;
  }

  /** Writes the shown mouth's weights into a face of 52 ARKit weights. */
  applyMouth(face: Float32Array): void {
    this.#history.apply(face);
  }

  /** The sound from `timeUs` on, at 16 kHz. */
  readHeard(timeUs: number, out: Float32Array): void {
    this.#ring16.read(Math.round(toSamples(timeUs) / DECIMATION) + DECIMATOR_DELAY_SAMPLES, out);
  }

  /** The sound from `timeUs` on, at 48 kHz. */
  readPcm(timeUs: number, out: Float32Array): void {
    this.#ring48.read(toSamples(timeUs), out);
  }

  close(): void {
    this.#decoder.close();
  }

  #followLateness(lateMs: number): void {
    this.#lateness.add(lateMs);
    this.#guardAge += 1;
    if (this.#guardAge < GUARD_EVERY_PACKETS) return;
    this.#guardAge = 0;
    const wanted = this.#lateness.percentile(98) + GUARD_MARGIN_MS;
    this.#guardMs = Math.max(LEAST_GUARD_MS, Math.min(MOST_GUARD_MS, wanted));
  }

  /** The first time, hearing begins here and not at the beginning of time. */
  #start(until: number): void {
    if (this.#started) return;
    this.#started = true;
    this.#heard = Math.max(0, Math.floor(until / HOP_48K - 3) * HOP_48K);
    this.#nextHop = this.#heard / HOP_48K;
  }

  #play(item: JitterItem, meter: SpeechMeter): void {
    const started = nowUs();
    const pcm = this.#pcm.subarray(0, Math.min(item.samples, this.#pcm.length));
    if (item.kind === 'packet') {
      if (item.restart) this.#decoder.reset();
      this.#decoder.decode(item.payload, pcm);
    } else if (item.kind === 'lost') this.#decoder.conceal(pcm, pcm.length);
    else pcm.fill(0);
    this.#write(item.startSample, pcm);
    if (item.kind !== 'silence') this.#hopsSinceSound = 0;
    meter.stages.decode.add((nowUs() - started) / US_PER_MS);
  }

  #write(startSample: number, pcm: Float32Array): void {
    this.#ring48.write(startSample, pcm);
    const fresh = this.#decimator.process(pcm, this.#pcm16k);
    this.#ring16.write(Math.round(startSample / DECIMATION), this.#pcm16k.subarray(0, fresh));
    this.#heard = Math.max(this.#heard, startSample + pcm.length);
  }

  async #steps(meter: SpeechMeter): Promise<void> {
    while ((this.#nextHop + 1) * HOP_48K <= this.#heard) {
      const started = nowUs();
      await this.#step();
      this.#nextHop += 1;
      meter.stages.lips.add((nowUs() - started) / US_PER_MS);
    }
  }

  async #step(): Promise<void> {
    const from = this.#nextHop * LIP_HOP;
    this.#hopsSinceSound += 1;
    if (this.#hopsSinceSound === IDLE_HOPS) this.#forget();
    if (this.#hopsSinceSound < IDLE_HOPS) {
      this.#ring16.read(from - LIP_CONTEXT, this.#window);
      await this.#lips.step(this.#lipState, this.#window, this.#frame);
    }
    this.#ring16.read(from, this.#hop);
    const prosody = this.#prosody.push(this.#hop);
    this.#mouth.update(this.#frame, STEP_S, prosody.loudness);
    const { stress } = prosody;
    this.#history.keep(this.#nextHop, this.#mouth, { voice: this.#frame.voice, stress });
    this.#phrases.push(prosody, this.#frame.voice);
    this.mood.energy = prosody.loudness;
    this.mood.pitch = this.#phrases.pitch;
    this.mood.rise = this.#phrases.rise;
    this.mood.levelDb = Math.max(-100, prosody.energyDb);
    this.mood.voice = this.#frame.voice;
    this.mood.timeUs = (this.#nextHop + 1) * STEP_US;
    if (this.#frame.voice >= VOICE) this.mood.voicedUs = this.mood.timeUs;
    this.mood.stress = Math.max(this.mood.stress, stress);
  }

  /** Nobody has been there for a while: the mouth rests and the network starts anew. */
  #forget(): void {
    resetLipState(this.#lipState);
    restLipFrame(this.#frame);
  }
}

function toSamples(us: number): number {
  return Math.round((us * SAMPLES_PER_MS) / US_PER_MS);
}
