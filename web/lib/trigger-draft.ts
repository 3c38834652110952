/** A trigger as a form holds it: all fields as text, whatever its kind. Pure. */
import type { z } from 'zod';
import type {
  Emotion,
  RecordingFormat,
  SceneId,
  TemplateId,
  Tone,
  Trigger,
  TriggerAction,
  TriggerId,
  TriggerSource,
  TriggerSummary,
} from '../../server/protocol/index.ts';

export type TriggerInput = z.input<typeof Trigger>;

export const TRIGGER_KINDS = ['words', 'tone', 'silence', 'timer', 'hotkey', 'event'] as const;

/** What the form can choose; scripts come from elsewhere. */
export const TRIGGER_DEEDS = [
  ...(['template', 'emotion', 'dance', 'slide', 'scene'] as const),
  ...(['point', 'recording'] as const),
] as const;
/** A switch, of dancing and of recording, as a trigger sets it. */
export const ON_OFF = ['on', 'off'] as const;
type OnOff = (typeof ON_OFF)[number];

/** `to`: to the slide of a number. */
export const SLIDE_TURNS = ['next', 'previous', 'to'] as const;

export type TriggerDraft = {
  readonly title: string;
  readonly kind: (typeof TRIGGER_KINDS)[number];
  readonly phrases: string;
  readonly tone: Tone;
  readonly seconds: string;
  /** A key or an event's name. */
  readonly word: string;
  readonly does: (typeof TRIGGER_DEEDS)[number];
  readonly template: TemplateId | null;
  readonly emotion: Emotion;
  readonly dance: OnOff;
  readonly turn: (typeof SLIDE_TURNS)[number];
  /** From 1. */
  readonly slide: string;
  /** A number from 1, or its name. */
  readonly region: string;
  readonly recording: OnOff;
  readonly format: RecordingFormat;
  /** Null: the plain background. */
  readonly scene: SceneId | null;
  readonly coolDown: string;
  /** Percent. */
  readonly chance: string;
};

export function draftOf(trigger: TriggerSummary | null, first: TemplateId | null): TriggerDraft {
  const empty: TriggerDraft = {
    title: '',
    kind: 'words',
    phrases: '',
    tone: 'excited',
    seconds: '30',
    word: '',
    does: 'template',
    template: first,
    emotion: 'happy',
    dance: 'on',
    turn: 'next',
    slide: '1',
    region: '1',
    recording: 'on',
    format: 'mp4',
    scene: null,
    coolDown: '10',
    chance: '100',
  };
  if (!trigger) return empty;
  return {
    ...empty,
    title: trigger.title.en,
    coolDown: String(trigger.coolDownSeconds),
    chance: String(Math.round(trigger.chance * 100)),
    ...sourceFields(trigger.source),
    ...actionFields(trigger.action),
  };
}

/** What the form can't show stays as it was: a script, the priority, whether it is armed. */
export function triggerOf(
  draft: TriggerDraft,
  id: TriggerId,
  before: TriggerSummary | null,
): TriggerInput {
  const zh = before?.title.zh ?? '';
  return {
    id,
    title: { en: draft.title.trim(), zh },
    armed: before?.armed ?? true,
    priority: before?.priority ?? 5,
    source: sourceOf(draft),
    action: before && isKept(before) ? before.action : actionOf(draft),
    coolDownSeconds: Number(draft.coolDown),
    chance: Number(draft.chance) / 100,
  };
}

/** What the form can't show. */
export function isKept({ action }: Pick<TriggerSummary, 'action'>): boolean {
  return action.kind === 'script';
}

function sourceOf(draft: TriggerDraft): TriggerInput['source'] {
  switch (draft.kind) {
    case 'words':
      return { kind: 'words', phrases: draft.phrases.split(/[,，、;；]/).map((each) => each.trim()).filter(Boolean) }; // prettier-ignore
    case 'tone':
      return { kind: 'tone', tone: draft.tone };
    case 'silence':
      return { kind: 'silence', seconds: Number(draft.seconds) };
    case 'timer':
      return { kind: 'timer', everySeconds: Number(draft.seconds) };
    case 'hotkey':
      return { kind: 'hotkey', key: draft.word.trim() };
    case 'event':
      return { kind: 'event', name: draft.word.trim() };
    default:
      return draft.kind satisfies never;
  }
}

function actionOf(draft: TriggerDraft): TriggerInput['action'] {
  if (draft.does === 'slide') {
    return { kind: 'slide', turn: draft.turn === 'to' ? Number(draft.slide) : draft.turn };
  }
  if (draft.does === 'point') return { kind: 'point', region: regionOf(draft.region) };
  if (draft.does === 'recording') {
    return { kind: 'recording', on: draft.recording === 'on', format: draft.format };
  }
  if (draft.does === 'scene') return { kind: 'scene', scene: draft.scene };
  if (draft.does === 'dance') return { kind: 'dance', on: draft.dance === 'on' };
  if (draft.does === 'emotion' || draft.template === null) {
    return { kind: 'emotion', emotion: draft.emotion };
  }
  return { kind: 'template', template: draft.template };
}

/** "2" is the second region; a region that is called so is the same one. */
function regionOf(text: string): number | string {
  const word = text.trim();
  return /^([1-9]|1\d|20)$/.test(word) ? Number(word) : word;
}

function sourceFields(source: TriggerSource): Partial<TriggerDraft> {
  switch (source.kind) {
    case 'words':
      return { kind: 'words', phrases: source.phrases.join(', ') };
    case 'tone':
      return { kind: 'tone', tone: source.tone };
    case 'silence':
      return { kind: 'silence', seconds: String(source.seconds) };
    case 'timer':
      return { kind: 'timer', seconds: String(source.everySeconds) };
    case 'hotkey':
      return { kind: 'hotkey', word: source.key };
    case 'event':
      return { kind: 'event', word: source.name };
    default:
      return source satisfies never;
  }
}

function actionFields(action: TriggerAction): Partial<TriggerDraft> {
  switch (action.kind) {
    case 'template':
      return { does: 'template', template: action.template };
    case 'emotion':
      return { does: 'emotion', emotion: action.emotion };
    case 'dance':
      return { does: 'dance', dance: action.on ? 'on' : 'off' };
    case 'scene':
      return { does: 'scene', scene: action.scene };
    case 'slide':
      return typeof action.turn === 'number'
        ? { does: 'slide', turn: 'to', slide: String(action.turn) }
        : { does: 'slide', turn: action.turn };
    case 'point':
      return { does: 'point', region: String(action.region) };
    case 'recording':
      return {
        does: 'recording',
        recording: action.on ? 'on' : 'off',
        format: action.format,
      };
    // Made by REST, kept as it is.
    case 'script':
      return {};
    default:
      return action satisfies never;
  }
}
