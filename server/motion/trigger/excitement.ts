/**
 * How excited somebody speaks beside their own usual voice: the loudness and pitch of about the last
 * second against those of the last half minute, in the speaker's own spread. Pure; one per speaker,
 * fed about ten times a second.
 */

export type VoiceSample = {
  /** dBFS, -100..0. */
  readonly levelDb: number;
  /** Probability that somebody speaks, 0..1. */
  readonly voice: number;
  /** Semitones above the speaker's median pitch; null where there is no pitch. */
  readonly pitch: number | null;
};

const VOICE = 0.5;
/** Averages over voiced time: the present, and the usual. */
const PRESENT_S = 0.9;
const USUAL_S = 25;
/** Voiced seconds until the usual voice is known. */
const KNOWN_AFTER_S = 3;
/** After so long a pause the present starts anew. */
const PAUSE_S = 1;
/** Louder than usual by this and higher by that is excitement 1. */
const FULL_DB = 6;
const FULL_SEMITONES = 4;
/** Each counts for no more than this. */
const MOST = 1.5;

export class Excitement {
  #usualDb = 0;
  #usualPitch = 0;
  #presentDb = 0;
  #presentPitch = 0;
  #voicedS = 0;
  #pausedS = 0;
  #presentS = 0;

  /** Returns the excitement: about 0 as usual, 1 clearly excited; 0 while nobody is known. */
  push({ levelDb, voice, pitch }: VoiceSample, elapsedS: number): number {
    if (voice < VOICE || levelDb < -70) return this.#pause(elapsedS);
    if (elapsedS <= 0) return this.excitement;
    this.#pausedS = 0;
    this.#voicedS += elapsedS;
    this.#presentS += elapsedS;
    const present = share(elapsedS, Math.min(PRESENT_S, this.#presentS));
    this.#presentDb += present * (levelDb - this.#presentDb);
    if (pitch !== null) this.#presentPitch += present * (pitch - this.#presentPitch);
    const level = this.excitement;
    // What excites is learnt as usual, but four times slower.
    const pace = level > 0.5 ? 0.25 : 1;
    const usual = pace * share(elapsedS, Math.min(USUAL_S, this.#voicedS));
    this.#usualDb += usual * (levelDb - this.#usualDb);
    if (pitch !== null) this.#usualPitch += usual * (pitch - this.#usualPitch);
    return level;
  }

  get excitement(): number {
    if (this.#voicedS < KNOWN_AFTER_S || this.#presentS < PRESENT_S / 2) return 0;
    const louder = clamp((this.#presentDb - this.#usualDb) / FULL_DB);
    const higher = clamp((this.#presentPitch - this.#usualPitch) / FULL_SEMITONES);
    // Both, not one for the other: a nearer microphone is louder, another speaker is higher.
    return Math.sqrt(louder * higher);
  }

  #pause(elapsedS: number): number {
    this.#pausedS += elapsedS;
    if (this.#pausedS > PAUSE_S) this.#presentS = 0;
    return this.excitement;
  }
}

function share(elapsedS: number, constantS: number): number {
  return Math.min(1, elapsedS / Math.max(elapsedS, constantS));
}

function clamp(value: number): number {
  return Math.max(0, Math.min(MOST, value));
}
