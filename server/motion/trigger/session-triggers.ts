/**
 * Runs the triggers of all live sessions: feeds each session's rules with its voice, chat and
 * events, and plays what they choose. Main thread; owned by the app.
 */
import { AppError } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import { nowUs, US_PER_SECOND } from '../../core/time.ts';
import type { SessionId } from '../../protocol/ids.ts';
import {
  MotionStep,
  type MotionPriority,
  type MotionScript,
  type Tier,
} from '../../protocol/motion.ts';
import type { RegionChoice, SceneId, SlideTurn } from '../../protocol/scene.ts';
import type { TemplateSummary } from '../../protocol/template.ts';
import type {
  ChatMessage,
  Trigger,
  TriggerAction,
  TriggerFired,
  TriggerId,
} from '../../protocol/trigger.ts';
import { scriptOfEmotion } from '../emotion/packs.ts';
import { TriggerRules, type MoodSample } from './rules.ts';
import type { TriggerLibrary } from './trigger-library.ts';

/** What triggers need of a session. */
export interface TriggeredSession {
  readonly id: SessionId;
  readonly snapshot: { readonly tier: Tier };
  onMood(listener: (mood: Mood) => void): () => void;
  play(script: MotionScript, priority: MotionPriority): Promise<number>;
  dance(on: boolean): void;
  readonly scenes: {
    show(wanted: { readonly scene: SceneId | null }): Promise<void>;
    turn(turn: SlideTurn): Promise<void>;
  };
  pointAt(region: RegionChoice, priority: MotionPriority): Promise<number>;
}
type Mood = Omit<MoodSample, 'pitch'> & { readonly pitch: number };

export type TriggerHouse = {
  readonly triggers: TriggerLibrary;
  readonly templates: () => readonly TemplateSummary[];
  readonly log: Logger;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Begins a recording of a session, or ends one. */
  readonly record: (id: SessionId, wanted: RecordAction) => Promise<unknown>;
  /** Hears of every trigger that acts, whatever set it off. */
  readonly onFired: (event: TriggerFired) => void;
};

type Followed = {
  readonly session: TriggeredSession;
  readonly rules: TriggerRules;
  readonly leave: () => void;
};

export class SessionTriggers {
  readonly #house: TriggerHouse;
  readonly #followed = new Map<SessionId, Followed>();
  readonly #off: () => void;

  constructor(house: TriggerHouse) {
    this.#house = house;
    this.#off = house.triggers.onChange(() => {
      for (const { rules } of this.#followed.values()) rules.set(house.triggers.all);
    });
  }

  /** From now on the session's voice is heard; more than once does nothing. */
  follow(session: TriggeredSession): void {
    if (this.#followed.has(session.id)) return;
    const rules = new TriggerRules(this.#house.random);
    rules.set(this.#house.triggers.all);
    const leave = session.onMood((mood) => {
      const pitch = Number.isFinite(mood.pitch) ? mood.pitch : null;
      this.#act(session.id, (r, now) => r.mood({ ...mood, pitch }, now));
    });
    this.#followed.set(session.id, { session, rules, leave });
  }

  forget(id: SessionId): void {
    this.#followed.get(id)?.leave();
    this.#followed.delete(id);
  }

  /** Returns the triggers that acted. Throws `session_not_found`. */
  chat(id: SessionId, { text, from }: ChatMessage): TriggerId[] {
    return this.#ask(id, (rules, now) => rules.said(text, from, now));
  }

  /** Words that were recognised in a session's voice; nothing where nobody follows it any more. */
  heard(id: SessionId, text: string): TriggerId[] {
    return this.#act(id, (rules, now) => rules.said(text, 'captions', now));
  }

  event(id: SessionId, name: string): TriggerId[] {
    return this.#ask(id, (rules, now) => rules.event(name, now));
  }

  hotkey(id: SessionId, key: string): TriggerId[] {
    return this.#ask(id, (rules, now) => rules.hotkey(key, now));
  }

  close(): void {
    this.#off();
    for (const id of [...this.#followed.keys()]) this.forget(id);
  }

  #ask(id: SessionId, choose: Choose): TriggerId[] {
    if (!this.#followed.has(id)) {
      throw new AppError('session_not_found', `There is no session '${id}'`);
    }
    return this.#act(id, choose);
  }

  /** In tier `basic` the body is not moved: what would is not chosen, and no cool-down of it begins. */
  #act(id: SessionId, choose: Choose): TriggerId[] {
    const followed = this.#followed.get(id);
    if (!followed) return [];
    followed.rules.resting = followed.session.snapshot.tier !== 'full';
    const trigger = choose(followed.rules, nowUs() / US_PER_SECOND);
    if (!trigger || !this.#perform(followed.session, trigger)) return [];
    this.#house.onFired({ sessionId: id, trigger: trigger.id });
    return [trigger.id];
  }

  /** Whether there is something to perform. */
  #perform(session: TriggeredSession, { id, action }: Trigger): boolean {
    if (action.kind === 'dance') {
      session.dance(action.on);
      return true;
    }
    const done = this.#begin(session, action);
    done?.catch((error: unknown) => {
      this.#house.log.warn({ err: error, session: session.id, trigger: id }, 'trigger not played');
    });
    return done !== undefined;
  }

  /** Undefined where there is nothing to perform. */
  #begin(session: TriggeredSession, action: Begun): Promise<unknown> | undefined {
    switch (action.kind) {
      // Asked for within a promise: a scene that is gone must not reach whoever spoke.
      case 'scene':
        return Promise.resolve().then(() => session.scenes.show({ scene: action.scene }));
      case 'slide':
        return Promise.resolve().then(() => session.scenes.turn(action.turn));
      case 'point':
        return Promise.resolve().then(() => session.pointAt(action.region, 'trigger'));
      case 'recording':
        return this.#house.record(session.id, action);
      default: {
        const script = this.#scriptOf(action);
        return script && session.play(script, 'trigger');
      }
    }
  }

  #scriptOf(
    action: Exclude<Begun, { kind: 'scene' | 'slide' | 'point' | 'recording' }>,
  ): MotionScript | undefined {
    switch (action.kind) {
      case 'script':
        return action.script;
      case 'template':
        return { moments: [[MotionStep.parse({ template: action.template })]] };
      case 'emotion': {
        const templates = this.#house.templates();
        const byId = new Map<string, TemplateSummary>(templates.map((each) => [each.id, each]));
        return scriptOfEmotion(action.emotion, byId);
      }
    }
  }
}

type RecordAction = TriggerAction & { readonly kind: 'recording' };
type Begun = Exclude<TriggerAction, { kind: 'dance' }>;
type Choose = (rules: TriggerRules, nowSeconds: number) => Trigger | undefined;
