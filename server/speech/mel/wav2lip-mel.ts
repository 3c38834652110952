/**
 * Wav2Lip's mel, column by column: pre-emphasis, 800-sample spectra every 200 samples, 80 mels, dB
 * in -4 .. 4. Nothing is normalised over the whole sound, so a column is the same live and offline.
 * https://github.com/Rudrabha/Wav2Lip/blob/master/audio.py
 */
import { melBank, throughFilter } from './mel-bank.ts';
import { Spectrum } from './spectrum.ts';

export const WAV2LIP_MELS = 80;
/** Samples at 16 kHz from one column to the next, 80 a second. */
export const WAV2LIP_HOP = 200;
/** Columns that a network sees for one frame. */
export const WAV2LIP_COLUMNS = 16;
export const WAV2LIP_LENGTH = 800;

const PRE_EMPHASIS = 0.97;
const LEAST = 1e-5;
const REFERENCE_DB = 20;
const RANGE_DB = 100;
const MOST = 4;

export class Wav2LipMel {
  readonly #spectrum = new Spectrum(WAV2LIP_LENGTH);
  readonly #bank = melBank({ rateHz: 16_000, length: WAV2LIP_LENGTH, count: WAV2LIP_MELS, lowHz: 55, highHz: 7600 }); // prettier-ignore
  readonly #emphasised = new Float64Array(WAV2LIP_LENGTH);
  readonly #magnitude = new Float64Array(WAV2LIP_LENGTH / 2 + 1);

  /**
   * The column in whose middle lies sample `centre` of `samples`; silence is taken to lie around
   * them. Written to `out` from `at` on, `stride` apart.
   */
  column(samples: Float32Array, centre: number, out: Float32Array, at = 0, stride = 1): void {
    const from = centre - WAV2LIP_LENGTH / 2;
    for (let n = 0; n < WAV2LIP_LENGTH; n += 1) {
      const now = samples[from + n] ?? 0;
      this.#emphasised[n] = now - PRE_EMPHASIS * (samples[from + n - 1] ?? 0);
    }
    this.#spectrum.run(this.#emphasised, 0);
    const { power } = this.#spectrum;
    for (let k = 0; k < power.length; k += 1) this.#magnitude[k] = Math.sqrt(power[k]!);
    for (let m = 0; m < WAV2LIP_MELS; m += 1) {
      const level = Math.max(LEAST, throughFilter(this.#bank, m, this.#magnitude));
      const db = 20 * Math.log10(level) - REFERENCE_DB;
      const scaled = (2 * MOST * (db + RANGE_DB)) / RANGE_DB - MOST;
      out[at + m * stride] = Math.max(-MOST, Math.min(MOST, scaled));
    }
  }
}

/** The first column that the frame at `timeUs` sees. */
export function firstColumn(timeUs: number): number {
  // Whole microseconds: 80 columns a second without the rounding of a product of fractions.
  return Math.floor((timeUs * 80) / 1_000_000 + 1e-9);
}
