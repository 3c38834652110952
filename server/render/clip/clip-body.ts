/**
 * A person's own footage, going round without a jump, whose mouth a network moves while somebody
 * speaks. Without lips it only listens. Gestures that were filmed are shown while their templates
 * play. Engine thread; one per session, which owns it.
 */
import type { AvatarPack } from '../../inference/pack.ts';
import type { Gesture } from '../../protocol/motion-state.ts';
import type { Pose } from '../../protocol/pose.ts';
import type { Body, BodyHealth, BodyPlace, Hearing } from '../body.ts';
import { MARK_POINTS, type FaceMarks } from '../lips/face-marks.ts';
import { openLips, type LipMoment, type Lips } from '../lips/lips.ts';
import { readClip, type ClipFile } from './clip-file.ts';
import { FilmCanvas } from './film-canvas.ts';
import { FrameStore } from './frame-store.ts';
import { Performance } from './performance.ts';

/** A person's shoulders beside the width of the face. */
const SHOULDERS = 2.7;
/** A live avatar appears with its first frame and a broken film is told at once; no longer than loading a network may take. */
const FIRST_FRAME_MS = 1000;

type Parts = {
  readonly clip: ClipFile;
  readonly store: FrameStore;
  readonly lips: Lips | undefined;
};

export class ClipBody implements Body {
  readonly width: number;
  readonly height: number;
  readonly hearing?: Hearing;
  readonly #parts: Parts;
  readonly #performance: Performance;
  readonly #canvas: FilmCanvas;
  readonly #pace: 'live' | 'offline';
  readonly #marks: FaceMarks = new Float32Array(MARK_POINTS.length * 2);
  /** Frames whose mouth stayed as it was filmed: not a number somewhere, or the network didn't run. */
  readonly #counts = { broken: 0, failed: 0, skipped: 0 };
  #problem = '';

  /** Throws `bad_pack`. */
  static async open(pack: AvatarPack, place: BodyPlace): Promise<ClipBody> {
    const clip = readClip(pack);
    const { width, height, shelf, pace = 'live' } = place;
    const { video, frames, fps } = clip;
    const file = { path: pack.path(video), sha256: pack.sha256(video) };
    const store = FrameStore.open(shelf, { ...file, width, height, frames, fps });
    try {
      if (pace === 'live') store.footage.waitForFirst(FIRST_FRAME_MS);
      const lips = clip.lips && (await openLips(pack, clip.lips, place));
      return new ClipBody({ clip, store, lips }, place);
    } catch (error) {
      store.close();
      throw error;
    }
  }

  private constructor(parts: Parts, { width, height, pace = 'live' }: BodyPlace) {
    this.#parts = parts;
    this.#performance = new Performance(parts.clip);
    this.width = width;
    this.height = height;
    this.#pace = pace;
    if (parts.lips) this.hearing = parts.lips.hearing;
    this.#canvas = new FilmCanvas({ width, height });
  }

  async draw(_pose: Pose, timeSeconds: number, sound?: Float32Array): Promise<Uint8Array> {
    const { clip, store, lips } = this.#parts;
    const { footage } = store;
    const showing = this.#performance.showing(timeSeconds);
    if (this.#pace === 'offline') await footage.reach(Math.max(showing.first, showing.second));
    const { frames } = footage;
    // Nothing is to be seen before the first frame was decoded.
    if (frames === 0) return this.#canvas.rgba;
    const { share } = showing;
    const first = Math.min(showing.first, frames - 1);
    const second = Math.min(showing.second, frames - 1);
    this.#canvas.show(footage.frame(first), 1);
    if (share > 0) this.#canvas.show(footage.frame(second), share);
    if (lips) {
      this.#place(clip.marks[first]!, clip.marks[second]!, share);
      const picture = first * 100_000 + second * 64 + Math.round(share * 32);
      const timeUs = Math.round(timeSeconds * 1_000_000);
      await this.#speak(lips, { timeUs, sound, picture });
    }
    return this.#canvas.rgba;
  }

  perform(gestures: readonly Gesture[], timeSeconds: number): void {
    this.#performance.follow(gestures, timeSeconds);
  }

  /** Undefined for footage that only listens, while all is well. */
  get health(): BodyHealth | undefined {
    const { store, lips } = this.#parts;
    const problem = store.footage.problem || this.#problem;
    if (!lips && problem === '') return undefined;
    return {
      device: lips?.device ?? 'cpu',
      styled: false,
      problem,
      ...this.#counts,
      stages: lips?.clock.stages() ?? {},
    };
  }

  follow(): void {
    // A frame follows from its time and what is performed.
  }

  poseAt(x: number, y: number): { readonly x: number; readonly y: number } {
    this.#place(this.#parts.clip.marks[0]!, this.#parts.clip.marks[0]!, 0);
    const [chin, right, left] = [1, 2, 3].map((i) => [
      this.#marks[i * 2]!,
      this.#marks[i * 2 + 1]!,
    ]);
    const shoulders = SHOULDERS * Math.max(1, left![0]! - right![0]!);
    const neckY = chin![1]! + 0.15 * shoulders;
    return {
      x: (x * this.width - chin![0]!) / shoulders,
      y: (y * this.height - neckY) / shoulders,
    };
  }

  close(): void {
    this.#parts.store.close();
    // The shelf waits for what is under way.
    void this.#parts.lips?.close();
  }

  /** A run that fails, out of memory say, costs a frame its mouth and not the session. */
  async #speak(lips: Lips, moment: LipMoment): Promise<void> {
    try {
      if (!(await lips.draw(this.#canvas, this.#marks, moment))) this.#counts.broken += 1;
      this.#problem = '';
    } catch (error) {
      this.#counts.failed += 1;
      this.#problem = `The lips' network failed: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  /** Marks of the footage on the picture, which it covers from its middle outwards. */
  #place(first: readonly number[], second: readonly number[], share: number): void {
    const { clip } = this.#parts;
    const scale = Math.max(this.width / clip.width, this.height / clip.height);
    const left = (this.width - clip.width * scale) / 2;
    const top = (this.height - clip.height * scale) / 2;
    for (let i = 0; i < this.#marks.length; i += 2) {
      const x = first[i]! + (second[i]! - first[i]!) * share;
      const y = first[i + 1]! + (second[i + 1]! - first[i + 1]!) * share;
      this.#marks[i] = left + x * clip.width * scale;
      this.#marks[i + 1] = top + y * clip.height * scale;
    }
  }
}
