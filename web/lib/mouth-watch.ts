/**
 * Watches the mouth in a playing <video>: for each frame that is shown, when and how much edge
 * there is around the mouth.
 */
import { edgeEnergy, mouthBox } from './measure.ts';

/** Side of the small picture that is looked at; the mouth box is drawn into it. */
const WIDTH = 64;
const HEIGHT = 42;

export class MouthWatch {
  readonly #video: HTMLVideoElement;
  readonly #onFrame: (timeMs: number, openness: number) => void;
  readonly #canvas: CanvasRenderingContext2D;
  #handle: number;

  constructor(video: HTMLVideoElement, onFrame: (timeMs: number, openness: number) => void) {
    this.#video = video;
    this.#onFrame = onFrame;
    const canvas = document.createElement('canvas');
    canvas.width = WIDTH;
    canvas.height = HEIGHT;
    this.#canvas = canvas.getContext('2d', { willReadFrequently: true })!;
    this.#handle = video.requestVideoFrameCallback(this.#look);
  }

  close(): void {
    this.#video.cancelVideoFrameCallback(this.#handle);
  }

  #look = (_now: number, frame: VideoFrameCallbackMetadata): void => {
    this.#handle = this.#video.requestVideoFrameCallback(this.#look);
    const { x, y, width, height } = mouthBox(frame.width, frame.height);
    this.#canvas.drawImage(this.#video, x, y, width, height, 0, 0, WIDTH, HEIGHT);
    const { data } = this.#canvas.getImageData(0, 0, WIDTH, HEIGHT);
    this.#onFrame(frame.expectedDisplayTime, edgeEnergy(data, WIDTH, HEIGHT));
  };
}
