/**
 * What the feeder is to make of a session's stream: pushes, recordings, a slate. The feeder pool reads
 * them again whenever it opens the session anew. Main thread; owned by the pipeline.
 */
import { videoKbps } from '../outputs/bit-rates.ts';
import type { OutStreams } from './out-streams.ts';
import type { PipelineOptions } from './pipeline-options.ts';
import type { FeederSessionOptions, PushOrder, RecordOrder, SlateOrder, Wires } from './wires.ts';

export class OutputOrders {
  readonly #options: PipelineOptions;
  readonly #onWishes: () => void;
  readonly #pushes: PushOrder[] = [];
  readonly #recordings: RecordOrder[] = [];
  #slate: SlateOrder;

  /** `onWishes`: what is needed of the engine may be another now. */
  constructor(options: PipelineOptions, onWishes: () => void) {
    this.#options = options;
    this.#onWishes = onWishes;
    this.#slate = options.slate;
  }

  /** Whether a recording needs the avatars without background. */
  get needsPictures(): boolean {
    return this.#recordings.some(({ format }) => format !== 'mp4');
  }

  /** Whether a recording needs voice and music apart. */
  get needsStems(): boolean {
    return this.#recordings.some(({ tracks }) => tracks);
  }

  /** Pushes to these targets from now on, and to no other. */
  setPushes(orders: readonly PushOrder[]): void {
    this.#pushes.splice(0, this.#pushes.length, ...orders);
    this.#options.feeder.push(this.#options.id, orders);
  }

  /** What is shown from now on while the engine gives no pictures. */
  setSlate(slate: SlateOrder): void {
    this.#slate = slate;
    this.#options.feeder.slate(this.#options.id, slate);
  }

  /** Makes these recordings from now on, and no other. */
  setRecordings(orders: readonly RecordOrder[]): void {
    this.#recordings.splice(0, this.#recordings.length, ...orders);
    this.#onWishes();
    this.#options.feeder.record(this.#options.id, orders);
  }

  feederOptions(wires: Wires, { video, overlay }: OutStreams): FeederSessionOptions {
    const { id, width, height, fps, encoder, ffmpeg, rtmpUrl } = this.#options;
    return {
      ...{ id, width, height, fps, wires, video, overlay, encoder, ffmpeg, rtmpUrl },
      bitrateKbps: videoKbps(width, height, fps),
      pushes: this.#pushes,
      recordings: this.#recordings,
      slate: this.#slate,
    };
  }
}
