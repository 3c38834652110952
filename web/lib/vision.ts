/**
 * MediaPipe in its worker (web/public/vision-worker.js): pictures go in, landmarks come out. At most
 * one picture waits; older ones are dropped, never queued. Owned by whoever opened it.
 */

/** Normalised to the picture, x to its right, y down; `visibility` where MediaPipe has one. */
export type Landmark = {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly visibility?: number;
};

/** What was found in one picture; null: not there, or not looked for. */
export type Found = {
  readonly timeMs: number;
  readonly tookMs: number;
  readonly width: number;
  readonly height: number;
  readonly pose: readonly Landmark[] | null;
  /** The same points in metres. */
  readonly world: readonly Landmark[] | null;
  readonly face: readonly Landmark[] | null;
  readonly blendshapes: readonly BlendShape[] | null;
  /** 4 x 4, column-major. */
  readonly matrix: readonly number[] | null;
  readonly hands: readonly FoundHand[];
  /** How surely each pixel is the person, 0..255; null unless it was asked for. */
  readonly mask: {
    readonly width: number;
    readonly height: number;
    readonly values: Uint8Array;
  } | null;
};
export type BlendShape = { readonly categoryName: string; readonly score: number };
export type FoundHand = {
  readonly landmarks: readonly Landmark[];
  /** As MediaPipe names it: of a picture that it takes for mirrored. */
  readonly side: 'Left' | 'Right';
  readonly score: number;
};

/** Addresses of the models; a part without one is not looked for. */
export type VisionModels = {
  readonly body: string | null;
  readonly face: string | null;
  readonly hands: string | null;
  /** Tells the person apart from the background; needs the body's model. */
  readonly mask?: boolean;
};

type FromWorker =
  | { readonly type: 'ready'; readonly delegate: 'GPU' | 'CPU' }
  | ({ readonly type: 'found' } & Found)
  | { readonly type: 'tick' }
  | { readonly type: 'failed'; readonly message: string };

/** Chromium's stream of a track's pictures; other browsers get one picture for each tick. */
type TrackProcessor = new (options: {
  readonly track: MediaStreamTrack;
  readonly maxBufferSize: number;
}) => { readonly readable: ReadableStream };

export class Vision {
  readonly #worker: Worker;
  #onFound: (found: Found) => void = () => undefined;
  #onFailed: (reason: string) => void = () => undefined;
  #video: HTMLVideoElement | null = null;
  #clone: MediaStreamTrack | null = null;

  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  /** Resolves once the models are loaded; rejects with MediaPipe's own words. */
  static async open(models: VisionModels): Promise<Vision> {
    const worker = new Worker('/vision-worker.js', { type: 'module' });
    const vision = new Vision(worker);
    try {
      await new Promise<void>((resolve, reject) => {
        worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
          if (data.type === 'ready') resolve();
          else if (data.type === 'failed') reject(new Error(data.message));
        };
        worker.onerror = (event) => reject(new Error(event.message || 'The worker did not start.'));
        worker.postMessage({ type: 'open', ...models });
      });
    } catch (error) {
      vision.close();
      throw error;
    }
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => vision.#heard(data);
    worker.onerror = (event) => vision.#onFailed(event.message);
    return vision;
  }

  /** Follows a camera until `unfollow` or until its track ends. */
  follow(
    stream: MediaStream,
    onFound: (found: Found) => void,
    onFailed: (reason: string) => void,
  ): void {
    this.#onFound = onFound;
    this.#onFailed = onFailed;
    const track = stream.getVideoTracks()[0];
    const { MediaStreamTrackProcessor: Processor } = globalThis as {
      readonly MediaStreamTrackProcessor?: TrackProcessor;
    };
    if (Processor && track) {
      // A track of its own: the worker ends its stream, and the preview must go on.
      this.#clone = track.clone();
      const pictures = new Processor({ track: this.#clone, maxBufferSize: 1 }).readable;
      this.#worker.postMessage({ type: 'stream', stream: pictures }, [pictures]);
      return;
    }
    this.#video = document.createElement('video');
    this.#video.muted = true;
    this.#video.playsInline = true;
    this.#video.srcObject = stream;
    void this.#video.play();
    this.#worker.postMessage({ type: 'ticks' });
  }

  unfollow(): void {
    this.#onFound = () => undefined;
    this.#video = null;
    this.#clone?.stop();
    this.#clone = null;
    this.#worker.postMessage({ type: 'stop' });
  }

  /** One picture of a video file; the caller waits for each before the next. */
  find(picture: ImageBitmap, timeMs: number): Promise<Found> {
    return new Promise((resolve, reject) => {
      this.#onFound = resolve;
      this.#onFailed = (reason) => reject(new Error(reason));
      this.#worker.postMessage({ type: 'frame', frame: picture, timeMs }, [picture]);
    });
  }

  close(): void {
    this.unfollow();
    this.#worker.terminate();
  }

  #heard(message: FromWorker): void {
    if (message.type === 'found') this.#onFound(message);
    else if (message.type === 'failed') this.#onFailed(message.message);
    else if (message.type === 'tick') void this.#sendPicture();
  }

  /** An answer to a tick; without a picture yet, an empty one keeps the worker from waiting. */
  async #sendPicture(): Promise<void> {
    const video = this.#video;
    if (!video || video.readyState < video.HAVE_CURRENT_DATA) {
      this.#worker.postMessage({ type: 'nothing' });
      return;
    }
    const frame = await createImageBitmap(video);
    this.#worker.postMessage({ type: 'frame', frame }, [frame]);
  }
}
