/**
 * Melody and phrases over Prosody's frames: pitch beside the speaker's own median, how far it rises,
 * where a phrase ends, and whether it ended as a question or an exclamation. A pure step of the
 * engine thread, 20 ms at a time; one Phrases per speaker.
 *
 * A phrase's end is known PAUSE_S after its last sound: a shorter wait takes a stop for a pause.
 */
import type { ProsodyFrame } from './prosody.ts';

/** How often each thing has happened; they only grow, so a reader at any pace misses none. */
export type SpeechEvents = {
  /** Stressed syllables. */
  stress: number;
  /** Phrases that ended, those below included. */
  phraseEnd: number;
  /** Phrases that ended on a rising pitch. */
  question: number;
  /** Phrases louder and higher than this speaker's usual. */
  exclamation: number;
};

export function createSpeechEvents(): SpeechEvents {
  return { stress: 0, phraseEnd: 0, question: 0, exclamation: 0 };
}

const STEP_S = 0.02;
const PAUSE_S = 0.24;
/** What is shorter is a cough or a click. */
const LEAST_PHRASE_S = 0.36;
const VOICE = 0.5;
const LOUD = 0.15;
/** Voiced frames kept for judging an ending: 1.2 s. */
const KEPT = 60;
/** The ending is the last 160 ms of pitch, judged beside the 400 ms before. */
const ENDING = 8;
const BEFORE = 20;
/** Semitones: statements fall at their end, list items rise by one or two. */
const QUESTION_RISE = 2.5;
const EXCLAMATION_DB = 4;
const EXCLAMATION_PITCH = 3;
/** Phrases until this speaker's usual loudness is known. */
const KNOWN_PHRASES = 2;

export class Phrases {
  readonly events: SpeechEvents = createSpeechEvents();
  /** Semitones above the speaker's median, NaN where there is no pitch. */
  pitch = Number.NaN;
  /** Semitones by which the last 160 ms of pitch lie above the 400 ms before; 0 while unknown. */
  rise = 0;
  readonly #kept = new Float32Array(KEPT);
  #count = 0;
  #median = Number.NaN;
  #heard = 0;
  #spokenS = 0;
  #silentS = 0;
  #energySum = 0;
  #highest = -24;
  #usualDb = Number.NaN;
  #phrases = 0;

  /** `voice`: probability that somebody speaks (LipFrame.voice). */
  push(frame: Readonly<ProsodyFrame>, voice: number): void {
    if (frame.stress > 0) this.events.stress += 1;
    this.#followPitch(frame.pitchHz);
    if (voice >= VOICE && frame.loudness > LOUD) {
      this.#spokenS += STEP_S;
      this.#silentS = 0;
      this.#energySum += frame.energyDb;
      if (this.pitch > this.#highest) this.#highest = this.pitch;
      return;
    }
    if (this.#spokenS === 0) return;
    this.#silentS += STEP_S;
    if (this.#silentS >= PAUSE_S - STEP_S / 2) this.#end();
  }

  #followPitch(pitchHz: number): void {
    if (!(pitchHz > 0)) {
      this.pitch = Number.NaN;
      return;
    }
    const note = 12 * Math.log2(pitchHz / 55);
    if (Number.isNaN(this.#median)) this.#median = note;
    this.#heard += 1;
    // The median by steps: quick over the first second of voice, then a semitone in two seconds.
    const step = Math.max(0.01, 1.5 / this.#heard);
    this.#median += Math.max(-step, Math.min(step, note - this.#median));
    this.pitch = note - this.#median;
    this.#kept[this.#count % KEPT] = note;
    this.#count += 1;
    this.rise =
      this.#count >= ENDING + BEFORE / 2
        ? this.#mean(0, ENDING) -
          this.#mean(ENDING, ENDING + Math.min(BEFORE, this.#count - ENDING))
        : 0;
  }

  /** Mean note of the voiced frames `from` to `to` ago. */
  #mean(from: number, to: number): number {
    let sum = 0;
    for (let i = from; i < to; i += 1) sum += this.#kept[(this.#count - 1 - i) % KEPT]!;
    return sum / (to - from);
  }

  #end(): void {
    if (this.#spokenS >= LEAST_PHRASE_S) {
      this.events.phraseEnd += 1;
      const loudness = (this.#energySum * STEP_S) / this.#spokenS;
      const louder = loudness - this.#usualDb;
      if (this.rise >= QUESTION_RISE) this.events.question += 1;
      else if (
        this.#phrases >= KNOWN_PHRASES &&
        louder >= EXCLAMATION_DB &&
        this.#highest >= EXCLAMATION_PITCH
      ) {
        this.events.exclamation += 1;
      }
      this.#phrases += 1;
      this.#usualDb = Number.isNaN(this.#usualDb) ? loudness : this.#usualDb + 0.2 * louder;
    }
    this.#spokenS = 0;
    this.#silentS = 0;
    this.#energySum = 0;
    this.#highest = -24;
    this.#count = 0;
    this.rise = 0;
  }
}
