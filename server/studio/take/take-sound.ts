/**
 * The sound of a take as a WAV file (48 kHz, mono, 16 bits), for the result and for its loudness:
 * each packet at its place, gaps concealed while they are short, else silent.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { OpusDecoder } from '../../speech/opus.ts';
import { opusDurationUs } from '../../speech/opus-packet.ts';
import { parseRtp } from '../../speech/rtp.ts';
import type { TakeFile } from './take-file.ts';
import type { TakeRecord } from './take-records.ts';

const RATE_HZ = 48_000;
const US_PER_SECOND = 1_000_000;
const WAV_HEAD_BYTES = 44;
/** What libopus makes up for a loss; longer gaps are silence. */
const MOST_CONCEALED = RATE_HZ * 0.12;
const LONGEST_PACKET = RATE_HZ * 0.12;
const PIECE = RATE_HZ;

/** Writes exactly `seconds` of it. */
export async function writeTakeSound(
  take: TakeFile,
  path: string,
  { seconds, signal }: { readonly seconds: number; readonly signal: AbortSignal },
): Promise<void> {
  const samples = Math.round(seconds * RATE_HZ);
  const decoder = await OpusDecoder.open();
  const file = await open(path, 'w');
  try {
    await file.write(wavHead(samples));
    const wav = new WavBody(file, decoder, samples);
    for await (const record of take.records()) {
      signal.throwIfAborted();
      if (record.type === 'packet') await wav.add(record);
    }
    await wav.silence(samples);
  } finally {
    await file.close();
    decoder.close();
  }
}

class WavBody {
  readonly #file: FileHandle;
  readonly #decoder: OpusDecoder;
  readonly #samples: number;
  readonly #pcm = new Float32Array(LONGEST_PACKET);
  readonly #bytes = Buffer.alloc(LONGEST_PACKET * 2);
  #at = 0;

  constructor(file: FileHandle, decoder: OpusDecoder, samples: number) {
    this.#file = file;
    this.#decoder = decoder;
    this.#samples = samples;
  }

  /** One that comes behind its successor is left out, as a late one would be. */
  async add({ timeUs, flags, rtp }: TakeRecord & { type: 'packet' }): Promise<void> {
    const packet = parseRtp(rtp);
    const start = Math.round((timeUs * RATE_HZ) / US_PER_SECOND);
    if (!packet || start < this.#at) return;
    const restart = flags !== 0;
    if (restart) this.#decoder.reset();
    const gap = start - this.#at;
    if (gap > 0 && gap <= MOST_CONCEALED && !restart) {
      const concealed = this.#pcm.subarray(0, gap);
      this.#decoder.conceal(concealed, gap);
      await this.#write(concealed);
    }
    await this.silence(start);
    const length = Math.round((opusDurationUs(packet.payload) * RATE_HZ) / US_PER_SECOND);
    const pcm = this.#pcm.subarray(0, Math.min(length, LONGEST_PACKET));
    this.#decoder.decode(packet.payload, pcm);
    await this.#write(pcm);
  }

  /** Up to this sample. */
  async silence(until: number): Promise<void> {
    while (this.#at < Math.min(until, this.#samples)) {
      const count = Math.min(PIECE, until - this.#at, this.#samples - this.#at);
      await this.#file.write(Buffer.alloc(count * 2));
      this.#at += count;
    }
  }

  async #write(pcm: Float32Array): Promise<void> {
    const count = Math.min(pcm.length, this.#samples - this.#at);
    if (count <= 0) return;
    for (let i = 0; i < count; i += 1) {
      const value = Math.round(pcm[i]! * 32_767);
      this.#bytes.writeInt16LE(Math.max(-32_768, Math.min(32_767, value)), i * 2);
    }
    await this.#file.write(this.#bytes, 0, count * 2);
    this.#at += count;
  }
}

/** https://www.mmsp.ece.mcgill.ca/Documents/AudioFormats/WAVE/WAVE.html */
function wavHead(samples: number): Buffer {
  const head = Buffer.alloc(WAV_HEAD_BYTES);
  const bytes = samples * 2;
  head.write('RIFF', 0);
  head.writeUInt32LE(Math.min(0xffff_ffff, 36 + bytes), 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(RATE_HZ, 24);
  head.writeUInt32LE(RATE_HZ * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(Math.min(0xffff_ffff, bytes), 40);
  return head;
}
