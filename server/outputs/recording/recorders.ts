/** The recordings of one session, which come and go while it runs. Feeder thread; owned by its session. */
import type { RecordingName, RecordingState } from '../../protocol/recording.ts';
import type { Recorded, RecordOrder } from '../../session/wires.ts';
import type { TappedPicture } from '../picture-tap.ts';
import { Recorder, type RecorderOptions } from './recorder.ts';

export type RecordersOptions = Omit<RecorderOptions, 'order' | 'onEnded'> & {
  readonly onRecorded: (recording: Recorded) => void;
};

export class Recorders {
  readonly #options: RecordersOptions;
  readonly #running = new Map<RecordingName, Recorder>();
  /** Ended, but still asked for: they don't begin again. */
  readonly #over = new Set<RecordingName>();
  readonly #leaving = new Set<Promise<void>>();
  #avcC: Uint8Array | undefined;

  constructor(options: RecordersOptions) {
    this.#options = options;
  }

  get state(): RecordingState[] {
    return [...this.#running.values()].map((recorder) => recorder.state);
  }

  /** Starts what is new, ends what is gone, leaves the others alone. */
  set(orders: readonly RecordOrder[]): void {
    const wanted = new Set(orders.map(({ name }) => name));
    for (const name of this.#over) if (!wanted.has(name)) this.#over.delete(name);
    for (const name of this.#running.keys()) if (!wanted.has(name)) this.#leave(name);
    for (const order of orders) {
      if (!this.#running.has(order.name) && !this.#over.has(order.name)) this.#start(order);
    }
  }

  setConfig(avcC: Uint8Array): void {
    this.#avcC = avcC.slice();
    for (const recorder of this.#running.values()) recorder.setConfig(this.#avcC);
  }

  video(timeUs: number, keyframe: boolean, accessUnit: Uint8Array): void {
    for (const recorder of this.#running.values()) recorder.video(timeUs, keyframe, accessUnit);
  }

  picture(picture: TappedPicture): void {
    for (const recorder of this.#running.values()) recorder.picture(picture);
  }

  sound(timeUs: number, pcm: Uint8Array): void {
    for (const recorder of this.#running.values()) recorder.sound(timeUs, pcm);
  }

  stems(timeUs: number, pcm: Uint8Array): void {
    for (const recorder of this.#running.values()) recorder.stems(timeUs, pcm);
  }

  /** Resolves when every file is closed. */
  async close(): Promise<void> {
    this.set([]);
    await Promise.all(this.#leaving);
  }

  #start(order: RecordOrder): void {
    const onEnded = (): void => {
      this.#over.add(order.name);
      this.#leave(order.name);
    };
    const recorder = new Recorder({ ...this.#options, order, onEnded });
    this.#running.set(order.name, recorder);
    if (this.#avcC) recorder.setConfig(this.#avcC);
  }

  #leave(name: RecordingName): void {
    const recorder = this.#running.get(name);
    if (!recorder) return;
    this.#running.delete(name);
    const gone = recorder.close().finally(() => {
      this.#leaving.delete(gone);
      this.#options.onRecorded(recorder.recorded);
    });
    this.#leaving.add(gone);
  }
}
