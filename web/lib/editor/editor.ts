/**
 * The keyframe editor's state: the template, what undo knows, the time that is looked at, and what
 * is selected. Owned by the editor page; every change goes through `change` or a `drag`.
 */
import type { Template } from '../../../server/protocol/index.ts';
import { Store } from '../store.ts';
import * as operations from './operations.ts';
import { timesOf, trackIds, tracksOfLane, type Lane, type TrackId } from './tracks.ts';

/** Keys at one time, of one lane or of one track. */
export type Selection = { readonly ids: readonly TrackId[]; readonly t: number };

export type EditorView = {
  readonly template: Template;
  readonly t: number;
  readonly playing: boolean;
  readonly selection: Selection | null;
  readonly onion: boolean;
  /** Parts that are left out: neither drawn, nor played, nor saved. */
  readonly masked: ReadonlySet<Lane>;
  /** Plays this part over and over; null: all of it. */
  readonly region: readonly [from: number, to: number] | null;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly changed: boolean;
};

export const FRAME_SECONDS = 1 / 30;
const MOST_STEPS = 200;

export class Editor {
  readonly view: Store<EditorView>;
  readonly #past: Template[] = [];
  readonly #future: Template[] = [];
  #saved: Template;
  /** The template before the drag that goes on, which is one step for undo. */
  #dragged: Template | null = null;

  constructor(template: Template) {
    this.#saved = template;
    this.view = new Store<EditorView>({
      template,
      t: 0,
      playing: false,
      selection: null,
      onion: true,
      masked: new Set(),
      region: null,
      canUndo: false,
      canRedo: false,
      changed: false,
    });
  }

  /** What is drawn, played and saved: without the masked parts. */
  get effective(): Template {
    const { template, masked } = this.view.get();
    if (masked.size === 0) return template;
    const ids = [...masked].flatMap((lane) => tracksOfLane(template.tracks, lane));
    return operations.without(template, ids);
  }

  change(edit: (template: Template) => Template): void {
    const { template } = this.view.get();
    const next = edit(template);
    if (next === template) return;
    if (!this.#dragged) this.#remember(template);
    this.#show(next);
  }

  /** All changes until `drop` are one step for undo. */
  grab(): void {
    this.#dragged ??= this.view.get().template;
  }

  drop(): void {
    const before = this.#dragged;
    this.#dragged = null;
    if (!before || before === this.view.get().template) return;
    this.#remember(before);
    this.#show(this.view.get().template);
  }

  undo(): void {
    const before = this.#past.pop();
    if (!before) return;
    this.#future.push(this.view.get().template);
    this.#show(before);
  }

  redo(): void {
    const next = this.#future.pop();
    if (!next) return;
    this.#past.push(this.view.get().template);
    this.#show(next);
  }

  /** Snapped to frames, so that keys meet. */
  seek(t: number): void {
    const { seconds } = this.view.get().template;
    const framed = Math.round(t / FRAME_SECONDS) * FRAME_SECONDS;
    const near = t > seconds - FRAME_SECONDS / 2 ? seconds : framed;
    this.view.update({ t: operations.milli(Math.max(0, Math.min(seconds, near))) });
  }

  step(frames: number): void {
    this.view.update({ playing: false });
    this.seek(this.view.get().t + frames * FRAME_SECONDS);
  }

  /** To the next key of any track, or to the one before. */
  jump(direction: 1 | -1): void {
    const { template, t } = this.view.get();
    const times = [0, ...timesOf(template.tracks, trackIds(template.tracks)), template.seconds];
    const next =
      direction > 0
        ? times.find((each) => each > t + 1e-3)
        : times.findLast((each) => each < t - 1e-3);
    this.view.update({ playing: false, t: next ?? t });
  }

  /** A key on every track that has some, with what it says now. */
  hold(): void {
    const { t, template } = this.view.get();
    this.change((current) => operations.holdAt(current, trackIds(template.tracks), t));
  }

  deleteSelected(): void {
    const { selection } = this.view.get();
    if (!selection) return;
    this.change((template) => operations.deleteKeys(template, selection.ids, selection.t));
    this.view.update({ selection: null });
  }

  toggleMask(lane: Lane): void {
    const masked = new Set(this.view.get().masked);
    if (!masked.delete(lane)) masked.add(lane);
    this.view.update({ masked, changed: true });
  }

  saved(template: Template): void {
    this.#saved = template;
    this.view.update({ template, masked: new Set(), changed: false });
  }

  #remember(template: Template): void {
    this.#past.push(template);
    if (this.#past.length > MOST_STEPS) this.#past.shift();
    this.#future.length = 0;
  }

  #show(template: Template): void {
    const { t, masked } = this.view.get();
    this.view.update({
      template,
      t: Math.min(t, template.seconds),
      canUndo: this.#past.length > 0,
      canRedo: this.#future.length > 0,
      changed: template !== this.#saved || masked.size > 0,
    });
  }
}
