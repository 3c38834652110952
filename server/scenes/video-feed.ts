/**
 * Pictures that move behind a scene: a ring of I420 at the session's size, the newest shown. Here
 * from a file, on a thread with an ffmpeg of its own; from elsewhere by the same interface. Main
 * thread; owned by the session's scenes.
 */
import { createRing, type SharedRing } from '../core/slot-ring.ts';
import { Thread } from '../core/thread.ts';
import type { VideoShape } from '../outputs/scene-commands.ts';
import type { SessionId } from '../protocol/ids.ts';
import type { FromVideo, MovingVideo, VideoData } from './video-thread.ts';

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
  /** Whose scenes may show it. */
  readonly session: SessionId;
  /** `onProblem`: why no pictures come, or empty when they do again. */
  open(shape: VideoShape, onProblem: (why: string) => void): Promise<VideoFeed>;
}

/** The one being written, the newest, and the one being read. */
export const VIDEO_SLOTS = 3;
const FIRST_MS = 5000;
const STOP_MS = 4000;
const ENTRY = new URL('video-thread.ts', import.meta.url);

export function videoRing({ width, height }: VideoShape): SharedRing {
  return createRing({ slots: VIDEO_SLOTS, slotBytes: (width * height * 3) / 2 });
}

/** Whatever an ffmpeg plays. */
export class FfmpegFeed implements VideoFeed {
  readonly ring: SharedRing;
  readonly first: Promise<string>;
  readonly #thread: Thread<'stop', FromVideo>;
  readonly #timer: NodeJS.Timeout;
  #closing: Promise<void> | undefined;

  constructor(video: MovingVideo, ffmpeg: string, onProblem: (why: string) => void) {
    this.ring = videoRing(video);
    const first = Promise.withResolvers<string>();
    this.first = first.promise;
    this.#timer = setTimeout(() => first.resolve('it does not begin'), FIRST_MS);
    const data: VideoData = { video, ffmpeg, ring: this.ring };
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

/** What a sender sends along with its sound, by RTMP or WHIP. */
export const INGEST_SOURCE = 'ingest';

/** The live sources there are. Main thread; owned by the app. */
export class VideoSources {
  readonly #sources = new Set<VideoSource>();
  readonly #listeners = new Set<() => void>();

  /** What a scene may name, whether or not it comes in at the moment. */
  get names(): string[] {
    return [...new Set([INGEST_SOURCE, ...[...this.#sources].map(({ name }) => name)])];
  }

  /** The newest of that name in this session. */
  find(name: string, session: SessionId): VideoSource | undefined {
    return [...this.#sources].findLast((each) => each.name === name && each.session === session);
  }

  /** From now on scenes of its session find it by its name; returns what takes it off. */
  offer(source: VideoSource): () => void {
    this.#sources.add(source);
    this.#tell();
    return () => {
      if (this.#sources.delete(source)) this.#tell();
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
