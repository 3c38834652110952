/**
 * Decides which trigger acts: words, tones, silence, timers, hotkeys and events against cool-downs,
 * chance and priority. Pure but for its state: the clock (seconds, any origin, only forward) and the
 * randomness come from outside. One per session.
 */
import {
  movesBody,
  type Tone,
  type Trigger,
  type TriggerId,
  type TriggerSource,
  type WordSource,
} from '../../protocol/trigger.ts';
import { atomsOf, type Spelling } from '../text/atoms.ts';
import { Excitement, type VoiceSample } from './excitement.ts';

/** Counters that only grow, as the speech step gives them. */
export type ToneCounts = { readonly question: number; readonly exclamation: number };
export type MoodSample = VoiceSample & { readonly events: ToneCounts };

const EXCITED = 1.1;
/** So long it must last, and so far calm down before it counts again. */
const EXCITED_FOR_S = 0.5;
const CALM = 0.5;
/** After one trigger only higher ones act for so long. */
const QUIET_S = 1;
const VOICE = 0.5;
/** Samples come every 100 ms; after a gap the voice is not averaged over it. */
const LONGEST_STEP_S = 0.3;
const AS_WRITTEN: Spelling = new Map();

type Kept = { readonly trigger: Trigger; readonly phrases: readonly string[][] };

export class TriggerRules {
  readonly #random: () => number;
  readonly #excitement = new Excitement();
  readonly #readyAt = new Map<TriggerId, number>();
  readonly #timers = new Map<TriggerId, number>();
  /** Pose control is off: what moves the body is passed over. */
  resting = false;
  #kept: readonly Kept[] = [];
  #last: { readonly at: number; readonly priority: number } | undefined;
  #moodAt: number | undefined;
  /** Last time somebody spoke, per silence trigger moved on when it acted. */
  #spokeAt: number | undefined;
  readonly #silentFrom = new Map<TriggerId, number>();
  #counts: ToneCounts | undefined;
  #excitedS = 0;
  #calm = true;

  /** `random`: uniform in [0, 1), for the triggers' chance. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Replaces the triggers; cool-downs of those that stay go on. */
  set(triggers: readonly Trigger[]): void {
    this.#kept = triggers
      .filter(({ armed }) => armed)
      .map((trigger) => ({ trigger, phrases: phrasesOf(trigger.source) }));
    const ids = new Set(this.#kept.map(({ trigger }) => trigger.id));
    for (const id of [...this.#timers.keys()].filter((known) => !ids.has(known))) {
      this.#timers.delete(id);
    }
  }

  said(text: string, from: WordSource, now: number): Trigger | undefined {
    const words = atomsOf(text, AS_WRITTEN).map(({ word }) => word);
    return this.#choose(now, ({ trigger: { source }, phrases }) => {
      if (source.kind !== 'words' || !source.from.includes(from)) return false;
      return phrases.some((phrase) => contains(words, phrase));
    });
  }

  event(name: string, now: number): Trigger | undefined {
    return this.#choose(now, ({ trigger: { source } }) => {
      return source.kind === 'event' && source.name === name;
    });
  }

  hotkey(key: string, now: number): Trigger | undefined {
    return this.#choose(now, ({ trigger: { source } }) => {
      return source.kind === 'hotkey' && source.key === key;
    });
  }

  /** About ten times a second while the session lives: tones, silence and timers. */
  mood(sample: MoodSample, now: number): Trigger | undefined {
    const tones = this.#tones(sample, now);
    if (sample.voice >= VOICE) {
      this.#spokeAt = now;
      this.#silentFrom.clear();
    }
    this.#spokeAt ??= now;
    const chosen = this.#choose(now, ({ trigger }) => {
      const { source } = trigger;
      if (source.kind === 'tone') return tones.has(source.tone);
      if (source.kind === 'silence') return this.#silent(trigger.id, source.seconds, now);
      return source.kind === 'timer' && this.#rang(trigger.id, source.everySeconds, now);
    });
    return chosen;
  }

  #tones(sample: MoodSample, now: number): Set<Tone> {
    const tones = new Set<Tone>();
    const elapsed = Math.min(LONGEST_STEP_S, now - (this.#moodAt ?? now));
    this.#moodAt = now;
    const counts = this.#counts ?? sample.events;
    // Counters start anew with a new engine.
    if (sample.events.question > counts.question) tones.add('question');
    if (sample.events.exclamation > counts.exclamation) tones.add('exclamation');
    this.#counts = { ...sample.events };
    const excitement = this.#excitement.push(sample, elapsed);
    if (excitement < CALM) this.#calm = true;
    this.#excitedS = excitement >= EXCITED ? this.#excitedS + elapsed : 0;
    if (this.#calm && this.#excitedS >= EXCITED_FOR_S) {
      this.#calm = false;
      tones.add('excited');
    }
    return tones;
  }

  #silent(id: TriggerId, seconds: number, now: number): boolean {
    const from = this.#silentFrom.get(id) ?? this.#spokeAt ?? now;
    if (now - from < seconds) return false;
    this.#silentFrom.set(id, now);
    return true;
  }

  #rang(id: TriggerId, everySeconds: number, now: number): boolean {
    const next = this.#timers.get(id);
    if (next !== undefined && now < next) return false;
    this.#timers.set(id, now + everySeconds);
    return next !== undefined;
  }

  /** The highest of those that apply and are ready; its cool-down begins. */
  #choose(now: number, applies: (kept: Kept) => boolean): Trigger | undefined {
    let best: Trigger | undefined;
    for (const kept of this.#kept) {
      const { trigger } = kept;
      if (this.resting && movesBody(trigger.action)) continue;
      if (!applies(kept) || !this.#ready(trigger, now)) continue;
      if (this.#random() >= trigger.chance) continue;
      if (!best || trigger.priority > best.priority) best = trigger;
    }
    if (!best) return undefined;
    this.#readyAt.set(best.id, now + best.coolDownSeconds);
    this.#last = { at: now, priority: best.priority };
    return best;
  }

  #ready({ id, priority }: Trigger, now: number): boolean {
    if (now < (this.#readyAt.get(id) ?? -Infinity)) return false;
    const last = this.#last;
    return !last || now - last.at >= QUIET_S || priority > last.priority;
  }
}

function phrasesOf(source: TriggerSource): string[][] {
  if (source.kind !== 'words') return [];
  return source.phrases.map((phrase) => atomsOf(phrase, AS_WRITTEN).map(({ word }) => word));
}

function contains(words: readonly string[], phrase: readonly string[]): boolean {
  if (phrase.length === 0) return false;
  return words.some((_, at) => phrase.every((word, i) => words[at + i] === word));
}
