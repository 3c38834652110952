/**
 * The script editor's state for one sound: the script, what undo knows, the playhead, and which mark
 * is chosen. Every change goes through `change` or lies between `grab` and `drop`. Owned by the
 * order form, which keeps one for each sound.
 */
import type { Sound } from '../../server/protocol/index.ts';
import { Store } from './store.ts';
import * as scripts from './studio-script.ts';
import type { Ask, Mark, Script } from './studio-script.ts';

export type ScriptView = {
  readonly script: Script;
  /** Of the playhead, seconds. */
  readonly t: number;
  readonly playing: boolean;
  /** Number of the chosen mark. */
  readonly chosen: number | null;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
};

/** A sound that was uploaded from here: the file is still at hand, to be seen and heard. */
export type SoundSource = Sound & { readonly file: File; readonly editor: ScriptEditor };

const MOST_STEPS = 200;

export class ScriptEditor {
  readonly view = new Store<ScriptView>({
    script: scripts.EMPTY,
    t: 0,
    playing: false,
    chosen: null,
    canUndo: false,
    canRedo: false,
  });
  /** Of the sound. */
  readonly seconds: number;
  readonly #past: Script[] = [];
  readonly #future: Script[] = [];
  /** What was before the drag that goes on, which is one step for undo. */
  #dragged: Script | null = null;

  constructor(seconds: number) {
    this.seconds = seconds;
  }

  get chosen(): Mark | undefined {
    const { script, chosen } = this.view.get();
    return script.marks.find(({ id }) => id === chosen);
  }

  choose(id: number | null): void {
    this.view.update({ chosen: id });
  }

  /** The mark after the chosen one in time, or before it. */
  chooseNext(direction: 1 | -1): void {
    const { script, chosen } = this.view.get();
    const index = script.marks.findIndex(({ id }) => id === chosen);
    const next = script.marks[index + direction];
    if (next) this.choose(next.id);
  }

  seek(t: number): void {
    this.view.update({ t: Math.max(0, Math.min(this.seconds, t)) });
  }

  /** At the playhead, and chosen. */
  add(ask: Ask): void {
    const { script, t } = this.view.get();
    this.change((now) => scripts.withMark(now, t, ask));
    this.choose(script.nextId);
  }

  move(id: number, at: number): void {
    this.change((now) => scripts.movedMark(now, id, at, this.seconds));
  }

  ask(id: number, ask: Ask): void {
    this.change((now) => scripts.askedMark(now, id, ask));
  }

  /** The mark after it is chosen, so that Delete can be pressed again. */
  remove(id: number): void {
    const { marks } = this.view.get().script;
    const index = marks.findIndex((mark) => mark.id === id);
    const next = marks[index + 1] ?? marks[index - 1];
    this.change((now) => scripts.withoutMark(now, id));
    this.choose(next?.id ?? null);
  }

  /** In place of the script; one step for undo. */
  replace(script: Script): void {
    this.change(() => script);
    this.choose(null);
  }

  change(edit: (script: Script) => Script): void {
    const { script } = this.view.get();
    const next = edit(script);
    if (next === script) return;
    if (!this.#dragged) this.#remember(script);
    this.#show(next);
  }

  /** All changes until `drop` are one step for undo. */
  grab(): void {
    this.#dragged ??= this.view.get().script;
  }

  drop(): void {
    const before = this.#dragged;
    this.#dragged = null;
    const now = this.view.get().script;
    if (!before || before === now) return;
    this.#remember(before);
    this.#show(now);
  }

  undo(): void {
    this.#go(this.#past, this.#future);
  }

  redo(): void {
    this.#go(this.#future, this.#past);
  }

  #go(from: Script[], to: Script[]): void {
    const script = from.pop();
    if (!script) return;
    to.push(this.view.get().script);
    this.#show(script);
  }

  #remember(script: Script): void {
    this.#past.push(script);
    if (this.#past.length > MOST_STEPS) this.#past.shift();
    this.#future.length = 0;
  }

  #show(script: Script): void {
    this.view.update({
      script,
      canUndo: this.#past.length > 0,
      canRedo: this.#future.length > 0,
    });
  }
}
