/**
 * A piece of speech as the recogniser wants it: Opus packets become 16 kHz samples, in order, with
 * what was lost concealed. Runs in the recogniser's process.
 */
import { US_PER_MS } from '../core/time.ts';
import { JitterBuffer } from '../speech/jitter-buffer.ts';
import type { OpusDecoder } from '../speech/opus.ts';
import { opusDurationUs } from '../speech/opus-packet.ts';
import { Decimator } from '../speech/resample.ts';
import { parseRtp } from '../speech/rtp.ts';
import type { HeardPacket, Piece } from './piece-cutter.ts';

export const SPEECH_RATE_HZ = 16_000;
const SAMPLES_PER_MS = 48;
const FACTOR = 3;
/** Longest Opus packet. */
const LONGEST_SAMPLES = 120 * SAMPLES_PER_MS;
/** Numbers the buffer leaves free before a new sender's first packet. */
const SPARE_SLOTS = 64;

/** `piece` as mono at 16 kHz, -1..1, from its `fromUs` to its `toUs`. */
export function pieceSound(piece: Piece, decoder: OpusDecoder): Float32Array {
  const total = toSamples(piece.toUs - piece.fromUs);
  const sound = new Float32Array(total);
  const jitter = new JitterBuffer(piece.packets.length + SPARE_SLOTS);
  for (const packet of piece.packets) insert(jitter, packet, piece.fromUs);
  decoder.reset();
  const pcm = new Float32Array(LONGEST_SAMPLES);
  for (let item = jitter.take(total); item; item = jitter.take(total)) {
    const out = pcm.subarray(0, Math.min(item.samples, pcm.length));
    if (item.kind === 'silence') continue;
    if (item.kind === 'packet') decoder.decode(item.payload, out);
    else decoder.conceal(out, out.length);
    const start = Math.max(0, item.startSample);
    sound.set(out.subarray(0, Math.max(0, total - start)), start);
  }
  const output = new Float32Array(Math.ceil(total / FACTOR) + 1);
  return output.subarray(0, new Decimator().process(sound, output));
}

function insert(jitter: JitterBuffer, packet: HeardPacket, fromUs: number): void {
  const rtp = parseRtp(packet.rtp);
  if (!rtp) return;
  jitter.insert({
    ssrc: rtp.ssrc,
    sequence: rtp.sequence,
    startSample: toSamples(packet.timeUs - fromUs),
    samples: toSamples(opusDurationUs(rtp.payload)),
    payload: rtp.payload,
    restart: packet.restart,
  });
}

function toSamples(us: number): number {
  return Math.round((us * SAMPLES_PER_MS) / US_PER_MS);
}
