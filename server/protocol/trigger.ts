/**
 * Triggers: when something is said, heard, not heard or asked for, the avatar moves by itself, a
 * scene is shown or a recording begins. They act for all sessions alike; what moves the body, in
 * sessions of tier `full` alone.
 */
import { z } from 'zod';
import type { SessionId } from './ids.ts';
import { MotionScript } from './motion.ts';
import { RecordingFormat } from './recording.ts';
import { RegionChoice, SceneId, SlideTurn } from './scene.ts';
import { EMOTIONS, TemplateId } from './template.ts';

export const TriggerId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/)
  .brand<'TriggerId'>();
export type TriggerId = z.infer<typeof TriggerId>;

/** Where words come from: the chat box, REST and chat bots, or a speech recogniser's captions. */
export const WORD_SOURCES = ['chat', 'captions'] as const;
export type WordSource = (typeof WORD_SOURCES)[number];
export const TONES = ['excited', 'exclamation', 'question'] as const;
export type Tone = (typeof TONES)[number];
export const EventName = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9._:/-]{0,63}$/);

export const TriggerSource = z.discriminatedUnion('kind', [
  /** Any of the phrases as whole words, in any case; in Chinese anywhere in the text. */
  z.object({
    kind: z.literal('words'),
    phrases: z.array(z.string().trim().min(1).max(60)).min(1).max(50),
    from: z
      .array(z.enum(WORD_SOURCES))
      .min(1)
      .default([...WORD_SOURCES]),
  }),
  /** How something is said, by the voice alone, beside the speaker's own usual voice. */
  z.object({ kind: z.literal('tone'), tone: z.enum(TONES) }),
  /** Nobody has spoken for so long; again after as long. */
  z.object({ kind: z.literal('silence'), seconds: z.number().min(1).max(3600) }),
  z.object({ kind: z.literal('timer'), everySeconds: z.number().min(1).max(86_400) }),
  /** As KeyboardEvent.code with modifiers, such as `Alt+KeyW`; the panel listens. */
  z.object({ kind: z.literal('hotkey'), key: z.string().min(1).max(60) }),
  /** A name sent to the session's events, like a MIDI note: `POST /sessions/:id/events`. */
  z.object({ kind: z.literal('event'), name: EventName }),
]);
export type TriggerSource = z.infer<typeof TriggerSource>;

export const TriggerAction = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('template'), template: TemplateId }),
  z.object({ kind: z.literal('script'), script: MotionScript }),
  z.object({ kind: z.literal('emotion'), emotion: z.enum(EMOTIONS) }),
  /** Begins to dance to the music, or ends it, like `motion:dance`. */
  z.object({ kind: z.literal('dance'), on: z.boolean() }),
  /** Shows a scene, turns its slides, points at a region of the slide: like `scene:show` and others. */
  z.object({ kind: z.literal('scene'), scene: SceneId.nullable() }),
  z.object({ kind: z.literal('slide'), turn: SlideTurn }),
  z.object({ kind: z.literal('point'), region: RegionChoice }),
  /** Begins a recording of this format, or ends the one that runs. */
  z.object({
    kind: z.literal('recording'),
    on: z.boolean(),
    format: RecordingFormat.default('mp4'),
  }),
]);
export type TriggerAction = z.infer<typeof TriggerAction>;

/** Whether an action moves the body: the others act in sessions of any tier. */
export function movesBody({ kind }: TriggerAction): boolean {
  return kind !== 'scene' && kind !== 'slide' && kind !== 'recording';
}

export const Trigger = z.object({
  id: TriggerId,
  title: z.object({ en: z.string().min(1).max(80), zh: z.string().max(80).default('') }),
  armed: z.boolean().default(true),
  source: TriggerSource,
  action: TriggerAction,
  /** Of several at once the highest acts, and for a second after it only higher ones do. */
  priority: z.number().int().min(0).max(10).default(5),
  coolDownSeconds: z.number().min(0).max(3600).default(10),
  /** How often it acts when it could, 0..1. */
  chance: z.number().min(0).max(1).default(1),
});
export type Trigger = z.infer<typeof Trigger>;

export const TriggerSummary = Trigger.extend({
  /** Comes with the product: can be changed and disarmed, and deleting restores it. */
  builtIn: z.boolean(),
});
export type TriggerSummary = z.infer<typeof TriggerSummary>;

export const MAX_TRIGGERS = 200;

export const ChatMessage = z.object({
  author: z.string().max(80).default(''),
  text: z.string().min(1).max(500),
  from: z.enum(WORD_SOURCES).default('chat'),
});
export type ChatMessage = z.infer<typeof ChatMessage>;

/** What chat, events and hotkeys are answered with: the triggers that acted. */
export const TriggersFired = z.object({ fired: z.array(TriggerId) });
export type TriggersFired = z.infer<typeof TriggersFired>;

/** A trigger acted, whatever set it off: a line, the voice, a key, the time. */
export type TriggerFired = { readonly sessionId: SessionId; readonly trigger: TriggerId };
