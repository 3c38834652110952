/**
 * The keyframe editor's state: the template, what undo knows, the time that is looked at, and what
 * is selected. Owned by the editor page; every change goes through `change` or a `drag`.
 */
import type { Template } from '../../../server/protocol/index.ts';
import { MIN_TEMPLATE_SECONDS, trimTemplate } from '../../../server/motion/template/edit.ts';
import { Store } from '../store.ts';
import * as operations from './operations.ts';
import { timesOf, trackIds, tracksOfLane, type Lane, type TrackId } from './tracks.ts';

/** Keys at one time, of one lane or of one track. */
export type Selection = { readonly ids: readonly TrackId[]; readonly t: number };

/** From and to, in seconds. */
export type Span = readonly [from: number, to: number];

/** What undo goes back to. */
type Edit = Pick<EditorView, 'template' | 'trim' | 'region'>;

export type EditorView = {
  readonly template: Template;
  readonly t: number;
  readonly playing: boolean;
  readonly selection: Selection | null;
  readonly onion: boolean;
  /** Parts that are left out: neither drawn, nor played, nor saved. */
  readonly masked: ReadonlySet<Lane>;
  /** Plays this part over and over; null: all of it. */
  readonly region: Span | null;
  /** What is kept when it is saved or played on the avatar; null: all of it. */
  readonly trim: Span | null;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly changed: boolean;
};

export const FRAME_SECONDS = 1 / 30;
const MOST_STEPS = 200;

export class Editor {
  readonly view: Store<EditorView>;
  readonly #past: Edit[] = [];
  readonly #future: Edit[] = [];
  #saved: Template;
  /** What was before the drag that goes on, which is one step for undo. */
  #dragged: Edit | null = null;

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
      trim: null,
      canUndo: false,
      canRedo: false,
      changed: false,
    });
  }

  /** What is drawn: without the masked parts. */
  get effective(): Template {
    const { template, masked } = this.view.get();
    if (masked.size === 0) return template;
    const ids = [...masked].flatMap((lane) => tracksOfLane(template.tracks, lane));
    return operations.without(template, ids);
  }

  /** What is saved: cut to what is kept, which then starts at 0. */
  get result(): Template {
    const { trim } = this.view.get();
    return trim ? trimTemplate(this.effective, ...trim) : this.effective;
  }

  change(edit: (template: Template) => Template): void {
    const { template, trim, region } = this.view.get();
    const next = edit(template);
    if (next === template) return;
    const { seconds } = next;
    this.#become({
      template: next,
      trim: trim && fitted(trim, seconds),
      region: region && fitted(region, seconds),
    });
  }

  /** Keeps only that stretch, or plays it over and over; null: all of it. */
  span(kind: 'trim' | 'region', span: Span | null): void {
    const now = this.#now;
    const { seconds } = now.template;
    const fit = span && fitted(span, seconds);
    // Keeping all of it is no cut.
    const next = kind === 'trim' && fit?.[0] === 0 && fit[1] === seconds ? null : fit;
    if (next?.[0] === now[kind]?.[0] && next?.[1] === now[kind]?.[1]) return;
    this.#become({ ...now, [kind]: next });
  }

  /** All changes until `drop` are one step for undo. */
  grab(): void {
    this.#dragged ??= this.#now;
  }

  drop(): void {
    const before = this.#dragged;
    this.#dragged = null;
    if (!before || isSame(before, this.#now)) return;
    this.#remember(before);
    this.#show(this.#now);
  }

  undo(): void {
    const before = this.#past.pop();
    if (!before) return;
    this.#future.push(this.#now);
    this.#show(before);
  }

  redo(): void {
    const next = this.#future.pop();
    if (!next) return;
    this.#past.push(this.#now);
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

  /** It was saved as this; what was cut off can still be had back. */
  saved(template: Template): void {
    const { trim, region, t } = this.view.get();
    if (trim) this.#remember(this.#now);
    this.#saved = template;
    this.view.update({ masked: new Set() });
    const from = trim?.[0] ?? 0;
    this.#show({
      template,
      trim: null,
      region:
        region && trim ? fitted([region[0] - from, region[1] - from], template.seconds) : region,
    });
    this.seek(t - from);
  }

  get #now(): Edit {
    const { template, trim, region } = this.view.get();
    return { template, trim, region };
  }

  #become(next: Edit): void {
    if (!this.#dragged) this.#remember(this.#now);
    this.#show(next);
  }

  #remember(edit: Edit): void {
    this.#past.push(edit);
    if (this.#past.length > MOST_STEPS) this.#past.shift();
    this.#future.length = 0;
  }

  #show(edit: Edit): void {
    const { t, masked } = this.view.get();
    const { template, trim } = edit;
    this.view.update({
      ...edit,
      t: Math.min(t, template.seconds),
      canUndo: this.#past.length > 0,
      canRedo: this.#future.length > 0,
      changed: template !== this.#saved || trim !== null || masked.size > 0,
    });
  }
}

function isSame(a: Edit, b: Edit): boolean {
  return a.template === b.template && a.trim === b.trim && a.region === b.region;
}

/** Within the template, on frames, and long enough to be one. */
function fitted([from, to]: Span, seconds: number): Span {
  const start = Math.max(0, Math.min(seconds - MIN_TEMPLATE_SECONDS, framed(from)));
  const end = Math.max(start + MIN_TEMPLATE_SECONDS, Math.min(seconds, framed(to)));
  return [operations.milli(start), operations.milli(end > seconds - 1e-3 ? seconds : end)];
}

function framed(t: number): number {
  return Math.round(t / FRAME_SECONDS) * FRAME_SECONDS;
}
