/**
 * The sound of a take as a WAV file (48 kHz, mono, 16 bits), for the result and for its loudness:
 * each packet at its place, gaps concealed while they are short, else silent. Music is mixed in as
 * in the stream's sound (music/sound-mix.ts), in a second pass over the file.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { mixMusic } from '../../music/sound-mix.ts';
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

type Sound = TakeRecord & { readonly type: 'packet' | 'music' };

export type TakeSoundOptions = {
  readonly seconds: number;
  readonly signal: AbortSignal;
  /** Takes the noise out of the voice's file, in place and keeping its shape, before music comes in. */
  readonly clean?: ((path: string) => Promise<void>) | undefined;
};

/** Writes exactly `seconds` of it. */
export async function writeTakeSound(
  take: TakeFile,
  path: string,
  { seconds, signal, clean }: TakeSoundOptions,
): Promise<void> {
  const samples = Math.round(seconds * RATE_HZ);
  let hasMusic = false;
  const pass = async (type: Sound['type'], how: 'w' | 'r+'): Promise<void> => {
    const file = await open(path, how);
    try {
      if (how === 'w') await file.write(wavHead(samples));
      const lay = type === 'packet' ? new Voice(file) : new MixedIn(file);
      await using track = await Track.open(samples, lay);
      for await (const record of take.records()) {
        signal.throwIfAborted();
        if (record.type === 'music') hasMusic = true;
        if (record.type === type) await track.add(record);
      }
      await track.end();
    } finally {
      await file.close();
    }
  };
  await pass('packet', 'w');
  await clean?.(path);
  if (hasMusic) await pass('music', 'r+');
}

/** Where a track's samples go, one after another. */
interface Laying {
  /** `pcm` may be written over. */
  sound(at: number, pcm: Float32Array): Promise<void>;
  silence(at: number, count: number): Promise<void>;
}

/** Packets to samples, each at its place. */
class Track {
  readonly #decoder: OpusDecoder;
  readonly #samples: number;
  readonly #lay: Laying;
  readonly #pcm = new Float32Array(LONGEST_PACKET);
  #at = 0;

  private constructor(decoder: OpusDecoder, samples: number, lay: Laying) {
    this.#decoder = decoder;
    this.#samples = samples;
    this.#lay = lay;
  }

  static async open(samples: number, lay: Laying): Promise<Track> {
    return new Track(await OpusDecoder.open(), samples, lay);
  }

  /** One that comes behind its successor is left out, as a late one would be. */
  async add({ timeUs, flags, rtp }: Sound): Promise<void> {
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
    await this.#silence(start);
    const length = Math.round((opusDurationUs(packet.payload) * RATE_HZ) / US_PER_SECOND);
    const pcm = this.#pcm.subarray(0, Math.min(length, LONGEST_PACKET));
    this.#decoder.decode(packet.payload, pcm);
    await this.#write(pcm);
  }

  /** What is left is silent. */
  async end(): Promise<void> {
    await this.#silence(this.#samples);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#decoder.close();
  }

  /** Up to this sample. */
  async #silence(until: number): Promise<void> {
    while (this.#at < Math.min(until, this.#samples)) {
      const count = Math.min(PIECE, until - this.#at, this.#samples - this.#at);
      await this.#lay.silence(this.#at, count);
      this.#at += count;
    }
  }

  async #write(pcm: Float32Array): Promise<void> {
    const count = Math.min(pcm.length, this.#samples - this.#at);
    if (count <= 0) return;
    await this.#lay.sound(this.#at, pcm.subarray(0, count));
    this.#at += count;
  }
}

class Voice implements Laying {
  readonly #file: FileHandle;
  readonly #bytes = Buffer.alloc(LONGEST_PACKET * 2);

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async sound(at: number, pcm: Float32Array): Promise<void> {
    writeSamples(pcm, this.#bytes);
    await this.#file.write(this.#bytes, 0, pcm.length * 2, placeOf(at));
  }

  async silence(at: number, count: number): Promise<void> {
    await this.#file.write(Buffer.alloc(count * 2), 0, count * 2, placeOf(at));
  }
}

/** Over the voice that is in the file already. */
class MixedIn implements Laying {
  readonly #file: FileHandle;
  readonly #bytes = Buffer.alloc(LONGEST_PACKET * 2);
  readonly #voice = new Float32Array(LONGEST_PACKET);

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async sound(at: number, pcm: Float32Array): Promise<void> {
    const length = pcm.length * 2;
    await this.#file.read(this.#bytes, 0, length, placeOf(at));
    const mixed = this.#voice.subarray(0, pcm.length);
    for (let i = 0; i < mixed.length; i += 1) mixed[i] = this.#bytes.readInt16LE(i * 2) / 32_767;
    mixMusic(mixed, pcm);
    writeSamples(mixed, this.#bytes);
    await this.#file.write(this.#bytes, 0, length, placeOf(at));
  }

  async silence(): Promise<void> {
    // The voice alone is there already.
  }
}

function placeOf(sample: number): number {
  return WAV_HEAD_BYTES + sample * 2;
}

function writeSamples(pcm: Float32Array, bytes: Buffer): void {
  for (let i = 0; i < pcm.length; i += 1) {
    const value = Math.round(pcm[i]! * 32_767);
    bytes.writeInt16LE(Math.max(-32_768, Math.min(32_767, value)), i * 2);
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
