/**
 * Pictures that move behind a scene: a ring of I420 at the session's size, the newest shown. Here
 * from a file, on a thread with an ffmpeg of its own; from elsewhere by the same interface. Main
 * thread; owned by the session's scenes.
 */
import { createRing, type SharedRing } from '../core/slot-ring.ts';
import { Thread } from '../core/thread.ts';
import type { VideoLoop } from '../outputs/scene-commands.ts';
import type { FromVideo, VideoData } from './video-thread.ts';

/** What a scene wants of a video: I420 of this size (BT.709, limited range). */
export type VideoWant = Omit<VideoLoop, 'path' | 'pace'>;

export interface VideoFeed {
  readonly ring: SharedRing;
  /** Resolves with the first picture, or with why there is none after a while. */
  readonly first: Promise<string>;
  /** Resolves when nothing of it runs any more. */
  close(): Promise<void>;
}

/** Where live pictures come from, such as a publisher's video: opened when a scene shows it. */
export interface VideoSource {
  readonly name: string;
  /** `onProblem`: why no pictures come, or empty when they do again. */
  open(want: VideoWant, onProblem: (why: string) => void): VideoFeed;
}

/** The one being written, the newest, and the one being read. */
export const VIDEO_SLOTS = 3;
const FIRST_MS = 5000;
const STOP_MS = 4000;
const ENTRY = new URL('video-thread.ts', import.meta.url);

export function videoRing({ width, height }: VideoWant): SharedRing {
  return createRing({ slots: VIDEO_SLOTS, slotBytes: (width * height * 3) / 2 });
}

/** A file in a loop. */
export class FileFeed implements VideoFeed {
  readonly ring: SharedRing;
  readonly first: Promise<string>;
  readonly #thread: Thread<'stop', FromVideo>;
  readonly #timer: NodeJS.Timeout;
  #closing: Promise<void> | undefined;

  constructor(loop: VideoLoop, ffmpeg: string, onProblem: (why: string) => void) {
    this.ring = videoRing(loop);
    const first = Promise.withResolvers<string>();
    this.first = first.promise;
    this.#timer = setTimeout(() => first.resolve('it does not begin'), FIRST_MS);
    const data: VideoData = { loop, ffmpeg, ring: this.ring };
    this.#thread = new Thread<'stop', FromVideo>({
      ...{ entry: ENTRY, name: 'posecast-scene-video', data },
      onMessage: (message) => {
        const why = message.type === 'failed' ? message.message : '';
        first.resolve(why);
        onProblem(why);
      },
      onDeath: (reason) => {
        first.resolve(reason.message);
        onProblem(reason.message);
      },
    });
  }

  close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#closing ??= this.#thread.close('stop', STOP_MS);
    return this.#closing;
  }
}

/** The live sources there are. Main thread; owned by the app. */
export class VideoSources {
  readonly #sources = new Map<string, VideoSource>();
  readonly #listeners = new Set<() => void>();

  get names(): string[] {
    return [...this.#sources.keys()];
  }

  find(name: string): VideoSource | undefined {
    return this.#sources.get(name);
  }

  /** From now on scenes find it by its name; returns what takes it off. */
  offer(source: VideoSource): () => void {
    this.#sources.set(source.name, source);
    this.#tell();
    return () => {
      if (this.#sources.get(source.name) !== source) return;
      this.#sources.delete(source.name);
      this.#tell();
    };
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
