/** Sentences for live sessions, on the library as it is now. Main thread; owned by the app. */
import type { MotionPriority, MotionScript } from '../../protocol/motion.ts';
import type { SayAnswer, SayRequest } from '../../protocol/say.ts';
import type { TemplateSummary } from '../../protocol/template.ts';
import { TextCompiler } from './compile-text.ts';
import { danceCommand } from './dance-command.ts';

/** What it needs of the template library. */
export interface ListedTemplates {
  list(): TemplateSummary[];
  onChange(listener: () => void): () => void;
}

export interface Player {
  /** What is on show around the avatar, where something is. */
  readonly scenes?: {
    /** Middles of the slide's regions. */
    readonly places: readonly { readonly x: number; readonly y: number; readonly name: string }[];
  };
  /** Dances to the music, or no longer. */
  dance(on: boolean): void;
  play(
    script: MotionScript,
    priority: MotionPriority,
    request: { readonly avatar?: number | undefined },
  ): Promise<number>;
}

export class TextMotion {
  readonly #templates: ListedTemplates;
  readonly #off: () => void;
  #compiler: TextCompiler | undefined;

  constructor(templates: ListedTemplates) {
    this.#templates = templates;
    this.#off = templates.onChange(() => {
      this.#compiler = undefined;
    });
  }

  /** Plays what was understood, and reports the rest. Throws `conflict` while pose control is off. */
  async say(player: Player, { text, dryRun, avatar }: SayRequest): Promise<SayAnswer> {
    const dancing = danceCommand(text);
    if (dancing) return this.#dance(player, dancing, { text, dryRun });
    this.#compiler ??= new TextCompiler(this.#templates.list());
    const { script, understood, notUnderstood } = this.#compiler.compile(
      text,
      player.scenes?.places,
    );
    const played = script && !dryRun ? await player.play(script, 'text', { avatar }) : null;
    return {
      script,
      understood: [...understood],
      notUnderstood: notUnderstood.map((gap) => ({ ...gap, offers: [...gap.offers] })),
      played,
      dancing: null,
    };
  }

  #dance(
    player: Player,
    dancing: 'on' | 'off',
    { text, dryRun }: Pick<SayRequest, 'text' | 'dryRun'>,
  ): SayAnswer {
    if (!dryRun) player.dance(dancing === 'on');
    const understood = [{ from: 0, to: text.length, step: null }];
    return { script: null, understood, notUnderstood: [], played: null, dancing };
  }

  close(): void {
    this.#off();
  }
}
