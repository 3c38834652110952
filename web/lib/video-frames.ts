/** Single pictures of a video file, by seeking: a page has no decoder of its own. */
import { RequestError } from './request-error.ts';

/** Landmarks need no more. */
const MOST_PIXELS = 640;

/** Owned by whoever opened it. */
export class VideoFrames implements Disposable {
  readonly #video: HTMLVideoElement;
  readonly #url: string;

  private constructor(video: HTMLVideoElement, url: string) {
    this.#video = video;
    this.#url = url;
  }

  /** Throws `unreadable_media`. */
  static async open(file: Blob): Promise<VideoFrames> {
    const url = URL.createObjectURL(file);
    const frames = new VideoFrames(document.createElement('video'), url);
    try {
      await frames.#load();
      return frames;
    } catch (error) {
      frames[Symbol.dispose]();
      throw error;
    }
  }

  get seconds(): number {
    return this.#video.duration;
  }

  /** The picture at a time, at most 640 pixels a side. Throws `unreadable_media`. */
  async at(seconds: number): Promise<ImageBitmap> {
    const video = this.#video;
    const target = Math.min(seconds, Math.max(0, video.duration - 0.001));
    if (Math.abs(video.currentTime - target) > 1e-4) {
      await new Promise<void>((resolve, reject) => {
        video.onseeked = () => resolve();
        video.onerror = () => reject(new RequestError('unreadable_media', 'The video is damaged.'));
        video.currentTime = target;
      });
    }
    const scale = Math.min(1, MOST_PIXELS / Math.max(video.videoWidth, video.videoHeight));
    return createImageBitmap(video, {
      resizeWidth: Math.round(video.videoWidth * scale),
      resizeHeight: Math.round(video.videoHeight * scale),
    });
  }

  [Symbol.dispose](): void {
    URL.revokeObjectURL(this.#url);
  }

  async #load(): Promise<void> {
    const video = this.#video;
    video.muted = true;
    video.preload = 'auto';
    video.src = this.#url;
    await new Promise<void>((resolve, reject) => {
      video.onloadeddata = () => resolve();
      video.onerror = () => {
        const reason = video.error?.message || 'This browser can’t play it.';
        reject(new RequestError('unreadable_media', reason));
      };
    });
    if (!Number.isFinite(video.duration) || video.videoWidth === 0) {
      throw new RequestError('unreadable_media', 'There is no picture in this file.');
    }
  }
}
