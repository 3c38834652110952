/**
 * Whisper's log-mel of a piece of sound: 400-sample spectra every 160 samples, 80 mels, log10,
 * nothing lower than 8 below the loudest, and the silence that fills it up to 30 s.
 * https://github.com/openai/whisper/blob/main/whisper/audio.py
 */
import { melBank, throughFilter } from './mel-bank.ts';
import { Spectrum } from './spectrum.ts';

export const WHISPER_MELS = 80;
export const WHISPER_HOP = 160;
/** Columns of 30 s. */
export const WHISPER_COLUMNS = 3000;

const LENGTH = 400;
const HALF = LENGTH / 2;
const LEAST = 1e-10;
const FLOOR = -10;
const RANGE = 8;

export class WhisperMel {
  readonly #spectrum = new Spectrum(LENGTH);
  readonly #bank = melBank({ rateHz: 16_000, length: LENGTH, count: WHISPER_MELS, lowHz: 0, highHz: 8000 }); // prettier-ignore
  readonly #piece = new Float64Array(LENGTH);

  /**
   * `samples` at 16 kHz, at most 30 s, as 80 rows of 3,000 columns in `out`. The sound is mirrored at
   * its beginning, as Whisper pads it, and followed by silence.
   */
  run(samples: Float32Array, out: Float32Array): void {
    // The last column that touches a sample; all after it are silence.
    const used = Math.min(WHISPER_COLUMNS, Math.ceil((samples.length + HALF) / WHISPER_HOP));
    out.fill(FLOOR);
    let loudest = FLOOR;
    for (let column = 0; column < used; column += 1) {
      this.#take(samples, column * WHISPER_HOP - HALF);
      this.#spectrum.run(this.#piece, 0);
      for (let m = 0; m < WHISPER_MELS; m += 1) {
        const level = Math.log10(
          Math.max(LEAST, throughFilter(this.#bank, m, this.#spectrum.power)),
        );
        out[m * WHISPER_COLUMNS + column] = level;
        loudest = Math.max(loudest, level);
      }
    }
    const least = loudest - RANGE;
    for (let i = 0; i < out.length; i += 1) out[i] = (Math.max(out[i]!, least) + 4) / 4;
  }

  #take(samples: Float32Array, from: number): void {
    for (let n = 0; n < LENGTH; n += 1) {
      const at = from + n;
      this.#piece[n] = samples[at < 0 ? -at : at] ?? 0;
    }
  }
}
