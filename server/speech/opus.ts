/**
 * The one door to the Opus decoder (libopus as WebAssembly). Engine thread, one per microphone.
 *
 * It calls the package's WebAssembly exports itself: the public `decodeFrame` allocates for each
 * packet, writes to the console for each bad one, and can only reset asynchronously. The version
 * is pinned, and `open` checks that what is used is there.
 *
 * A lost packet is concealed by libopus: a packet that is nothing but the last one's head (its
 * frame has no bytes) runs its concealment for exactly that frame's length.
 * https://www.rfc-editor.org/rfc/rfc6716
 */
import { OpusDecoder as WasmDecoder } from 'opus-decoder';
import { AppError } from '../core/errors.ts';

const RATE_HZ = 48_000;
const CHANNELS = 1;
const STREAMS = 1;
const COUPLED_STREAMS = 0;
const PRE_SKIP = 0;
const FORCE_STEREO = 0;
/** Configuration and stereo bits of the head byte; the frame count code becomes "one frame". */
const TOC_ONE_FRAME = 0xfc;

type WasmBuffer<T> = { readonly ptr: number; readonly len: number; readonly buf: T };

/** What this file uses of opus-decoder 0.7.12. */
type Internals = {
  readonly _decoder: number;
  readonly _input: WasmBuffer<Uint8Array>;
  readonly _output: WasmBuffer<Float32Array>;
  readonly _common: {
    allocateTypedArray(length: number, type: typeof Uint8Array): WasmBuffer<Uint8Array>;
    readonly wasm: {
      free(pointer: number): void;
      opus_frame_decoder_destroy(decoder: number): void;
      opus_frame_decoder_create(
        rateHz: number,
        channels: number,
        streams: number,
        coupledStreams: number,
        mapping: number,
        preSkip: number,
        forceStereo: number,
      ): number;
      opus_frame_decode_float_deinterleaved(
        decoder: number,
        input: number,
        inputBytes: number,
        output: number,
      ): number;
    };
  };
};

export class OpusDecoder {
  readonly #package: WasmDecoder<48000>;
  readonly #wasm: Internals['_common']['wasm'];
  readonly #input: WasmBuffer<Uint8Array>;
  readonly #output: WasmBuffer<Float32Array>;
  readonly #mapping: WasmBuffer<Uint8Array>;
  #decoder: number;
  #lastHead: number | undefined;
  #errors = 0;
  #closed = false;

  /** Throws `missing_dependency` when the installed decoder is not the one this is made for. */
  static async open(): Promise<OpusDecoder> {
    const decoder = new WasmDecoder({ sampleRate: RATE_HZ, channels: CHANNELS, preSkip: PRE_SKIP });
    await decoder.ready;
    const internals = decoder as unknown as Internals;
    if (
      typeof internals._decoder !== 'number' ||
      typeof internals._common.wasm.opus_frame_decode_float_deinterleaved !== 'function'
    ) {
      throw new AppError('missing_dependency', 'The installed opus-decoder is not version 0.7.12');
    }
    return new OpusDecoder(decoder, internals);
  }

  private constructor(decoder: WasmDecoder<48000>, internals: Internals) {
    this.#package = decoder;
    this.#wasm = internals._common.wasm;
    this.#input = internals._input;
    this.#output = internals._output;
    this.#mapping = internals._common.allocateTypedArray(CHANNELS, Uint8Array);
    this.#mapping.buf.fill(0);
    this.#decoder = internals._decoder;
  }

  /** Packets that libopus refused. */
  get errors(): number {
    return this.#errors;
  }

  /**
   * Decodes one packet into `out` (48 kHz, stereo mixed down) and returns the number of samples;
   * what does not fit is dropped. A bad packet is counted, and `out` filled by concealment.
   */
  decode(packet: Uint8Array, out: Float32Array): number {
    const usable = packet.length > 0 && packet.length <= this.#input.len;
    if (usable) this.#input.buf.set(packet);
    const samples = usable ? this.#run(packet.length) : -1;
    if (samples < 0) {
      this.#errors++;
      this.conceal(out, out.length);
      return out.length;
    }
    this.#lastHead = packet[0]! & TOC_ONE_FRAME;
    return this.#copyTo(out, 0, samples);
  }

  /** Fills `samples` of `out` with what libopus makes of the sound so far, fading out. */
  conceal(out: Float32Array, samples: number): void {
    let filled = 0;
    while (filled < samples && this.#lastHead !== undefined) {
      this.#input.buf[0] = this.#lastHead;
      const made = this.#run(1);
      if (made <= 0) break;
      filled += this.#copyTo(out.subarray(0, samples), filled, made);
    }
    out.fill(0, filled, samples);
  }

  /** Forgets the sound so far: the next packet begins another stream. */
  reset(): void {
    this.#destroy();
    this.#decoder = this.#wasm.opus_frame_decoder_create(
      RATE_HZ,
      CHANNELS,
      STREAMS,
      COUPLED_STREAMS,
      this.#mapping.ptr,
      PRE_SKIP,
      FORCE_STEREO,
    );
    this.#lastHead = undefined;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    (this.#package as unknown as { _decoder: number })._decoder = this.#decoder;
    this.#package.free();
  }

  /** Samples in the output buffer, or libopus' error below 0. */
  #run(packetBytes: number): number {
    if (this.#closed) return -1;
    return this.#wasm.opus_frame_decode_float_deinterleaved(
      this.#decoder,
      this.#input.ptr,
      packetBytes,
      this.#output.ptr,
    );
  }

  #copyTo(out: Float32Array, offset: number, samples: number): number {
    const count = Math.min(samples, out.length - offset);
    out.set(this.#output.buf.subarray(0, count), offset);
    return count;
  }

  #destroy(): void {
    this.#wasm.opus_frame_decoder_destroy(this.#decoder);
    this.#wasm.free(this.#decoder);
  }
}
