/**
 * How something is said: energy, level, pitch, and the stressed syllables that make a speaker nod.
 * A pure step of the engine thread, 20 ms at a time, about 10 µs each; one Prosody per speaker. The
 * returned frame is the same object every time.
 */

export const PROSODY_HOP = 320;

export type ProsodyFrame = {
  /** Mean power of the 20 ms, dB re full scale, -100 at digital silence. */
  energyDb: number;
  /** The speaker's own running level in dB: quick to rise, 3 dB/s to fall. */
  levelDb: number;
  /** The room's running floor in dB. */
  floorDb: number;
  /** Energy beside the speaker's own level: 0 at 30 dB below or at the floor, 1 at the level. */
  loudness: number;
  /** Fundamental frequency in Hz, 0 when unvoiced. */
  pitchHz: number;
  /** A stressed syllable's peak fell in this frame: its strength 0..1, else 0. */
  stress: number;
};

const STEP_S = 0.02;
const SILENCE_DB = -100;
const LEAST_LEVEL_DB = -50;
const LEAST_FLOOR_DB = -70;
const RELEASE_DB_PER_S = 3;
/** A syllable's energy rises at least this much out of the valley before it. */
const SYLLABLE_RISE_DB = 5;
/** Heads don't nod faster than this. */
const REFRACTORY_S = 0.4;
/** Standard deviations by which a stressed syllable stands out among its neighbours. */
const STRESS_MARGIN = 0.6;

const DECIMATION = 4;
const PITCH_RATE_HZ = 16000 / DECIMATION;
const PITCH_WINDOW = 160;
const LEAST_LAG = Math.floor(PITCH_RATE_HZ / 400);
const MOST_LAG = Math.ceil(PITCH_RATE_HZ / 70);
const VOICED_CORRELATION = 0.55;
const OCTAVE_SHARE = 0.8;

export class Prosody {
  readonly #frame: ProsodyFrame = createFrame();
  readonly #history = new Float32Array(PITCH_WINDOW);
  readonly #correlations = new Float32Array(MOST_LAG + 2);
  #envelopeDb = SILENCE_DB;
  #valleyDb = SILENCE_DB;
  #peakDb = SILENCE_DB;
  #peakPitchHz = 0;
  #slowPitchHz = 0;
  #sinceStressS = 10;
  #meanScore = 0;
  #spread = 2;

  /** `pcm20ms`: 320 samples at 16 kHz in -1..1; samples that are not finite count as 0. */
  push(pcm20ms: Float32Array): ProsodyFrame {
    const frame = this.#frame;
    frame.energyDb = energyDb(pcm20ms);
    this.#trackLevels();
    const headroom = Math.max(frame.floorDb + 6, frame.levelDb - 30);
    const range = Math.max(6, frame.levelDb - headroom);
    frame.loudness = Math.max(0, Math.min(1, (frame.energyDb - headroom) / range));
    frame.pitchHz = frame.loudness > 0.1 ? this.#pitch(pcm20ms) : 0;
    if (frame.loudness <= 0.1) this.#history.fill(0);
    if (frame.pitchHz > 0) {
      const keep = this.#slowPitchHz > 0 ? 0.98 : 0;
      this.#slowPitchHz = keep * this.#slowPitchHz + (1 - keep) * frame.pitchHz;
    }
    this.#sinceStressS += STEP_S;
    frame.stress = this.#syllable();
    return frame;
  }

  #trackLevels(): void {
    const frame = this.#frame;
    const fallen = frame.levelDb - RELEASE_DB_PER_S * STEP_S;
    const attack = frame.energyDb > fallen ? 0.3 : 0;
    frame.levelDb = Math.max(LEAST_LEVEL_DB, fallen + attack * (frame.energyDb - fallen));
    // The floor falls at once and rises at 3 dB/s, so a sentence hardly lifts it.
    frame.floorDb = Math.min(frame.energyDb, frame.floorDb + 3 * STEP_S);
    this.#envelopeDb += 0.5 * (Math.max(frame.energyDb, frame.floorDb) - this.#envelopeDb);
  }

  /** Follows valley and peak of the envelope; at a peak's end it judges the syllable. */
  #syllable(): number {
    const frame = this.#frame;
    const envelope = this.#envelopeDb;
    if (envelope > this.#peakDb) {
      this.#peakDb = envelope;
      if (frame.pitchHz > 0) this.#peakPitchHz = frame.pitchHz;
      return 0;
    }
    this.#valleyDb = Math.min(this.#valleyDb, envelope);
    const ended = this.#peakDb - envelope > 1;
    const rose = this.#peakDb - this.#valleyDb > SYLLABLE_RISE_DB;
    const isSyllable = ended && rose && this.#peakDb > frame.levelDb - 18;
    const strength = isSyllable && this.#peakPitchHz > 0 ? this.#judge() : 0;
    if (ended) {
      this.#peakDb = envelope;
      this.#peakPitchHz = 0;
      this.#valleyDb = envelope;
    }
    return strength;
  }

  /** Stress is loudness and raised pitch beside this speaker's last syllables. */
  #judge(): number {
    const raised =
      this.#slowPitchHz > 0 ? 12 * Math.log2(this.#peakPitchHz / this.#slowPitchHz) : 0;
    const score = this.#peakDb - this.#frame.levelDb + 0.8 * Math.max(-6, Math.min(8, raised));
    const above = (score - this.#meanScore) / Math.max(1, this.#spread);
    this.#spread += 0.1 * (Math.abs(score - this.#meanScore) - this.#spread);
    this.#meanScore += 0.15 * (score - this.#meanScore);
    if (above < STRESS_MARGIN || this.#sinceStressS < REFRACTORY_S) return 0;
    this.#sinceStressS = 0;
    return Math.max(0.2, Math.min(1, above / 3));
  }

  /** Normalised autocorrelation of the last 40 ms at 4 kHz; 0 when nothing repeats. */
  #pitch(pcm: Float32Array): number {
    const history = this.#history;
    const fresh = PROSODY_HOP / DECIMATION;
    history.copyWithin(0, fresh);
    for (let i = 0; i < fresh; i += 1) {
      let sum = 0;
      for (let j = 0; j < DECIMATION; j += 1) {
        const sample = pcm[i * DECIMATION + j]!;
        sum += Number.isFinite(sample) ? sample : 0;
      }
      history[PITCH_WINDOW - fresh + i] = sum / DECIMATION;
    }
    return this.#period();
  }

  /** The shortest period that repeats nearly as well as the best one, refined by a parabola. */
  #period(): number {
    const correlations = this.#correlations;
    let best = 0;
    for (let lag = LEAST_LAG - 1; lag <= MOST_LAG + 1; lag += 1) {
      correlations[lag] = correlate(this.#history, lag);
      if (lag >= LEAST_LAG && lag <= MOST_LAG) best = Math.max(best, correlations[lag]!);
    }
    if (best < VOICED_CORRELATION) return 0;
    for (let lag = LEAST_LAG; lag <= MOST_LAG; lag += 1) {
      const before = correlations[lag - 1]!;
      const here = correlations[lag]!;
      const after = correlations[lag + 1]!;
      if (here < OCTAVE_SHARE * best || here < before || here < after) continue;
      const bend = before - 2 * here + after;
      const offset = bend < 0 ? (0.5 * (before - after)) / bend : 0;
      return PITCH_RATE_HZ / (lag + offset);
    }
    return 0;
  }
}

function createFrame(): ProsodyFrame {
  return {
    energyDb: SILENCE_DB,
    levelDb: LEAST_LEVEL_DB,
    floorDb: LEAST_FLOOR_DB,
    loudness: 0,
    pitchHz: 0,
    stress: 0,
  };
}

function energyDb(pcm: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < pcm.length; i += 1) {
    const sample = pcm[i]!;
    if (Number.isFinite(sample)) sum += sample * sample;
  }
  return 10 * Math.log10(sum / pcm.length + 1e-10);
}

function correlate(history: Float32Array, lag: number): number {
  let cross = 0;
  let now = 1e-9;
  let then = 1e-9;
  for (let i = lag; i < PITCH_WINDOW; i += 1) {
    const a = history[i]!;
    const b = history[i - lag]!;
    cross += a * b;
    now += a * a;
    then += b * b;
  }
  return cross / Math.sqrt(now * then);
}
