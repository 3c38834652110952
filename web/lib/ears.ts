/**
 * Listens to up to three streams at once and tells their energy on the page's clock. One worklet
 * node hears all of them, so what the tap itself delays is the same for each.
 */
import { ClockMap, EARS, type Ear } from './measure.ts';

type Batch = {
  readonly firstMs: number;
  readonly stepMs: number;
  /** Mean squares, one row for each ear. */
  readonly energies: Float32Array;
};

type EarsOptions = {
  readonly onEnergy: (ear: Ear, timeMs: number, energy: number) => void;
  /** After each batch of 21 ms: when it began, and the loudest it had for the viewer's sound. */
  readonly onBatch: (timeMs: number, voice: number) => void;
};

export class Ears {
  readonly #context: AudioContext;
  readonly #node: AudioWorkletNode;
  readonly #clock = new ClockMap();
  readonly #options: EarsOptions;
  /** A source that nobody holds is collected, and falls silent. */
  readonly #sources: MediaStreamAudioSourceNode[] = [];
  readonly #players: HTMLAudioElement[] = [];

  private constructor(context: AudioContext, options: EarsOptions) {
    this.#context = context;
    this.#options = options;
    this.#node = new AudioWorkletNode(context, 'ears', {
      numberOfInputs: EARS.length,
      numberOfOutputs: 1,
    });
    this.#node.port.onmessage = ({ data }: MessageEvent<Batch>) => this.#hear(data);
    // Its output is silence; being connected keeps it running.
    this.#node.connect(context.destination);
  }

  /** Needs a click before it where the browser asks for one. */
  static async open(options: EarsOptions): Promise<Ears> {
    const context = new AudioContext({ latencyHint: 'interactive', sampleRate: 48_000 });
    await context.audioWorklet.addModule('/ears.js');
    await context.resume();
    return new Ears(context, options);
  }

  /** `mute`: the stream is only measured; a remote one must still be played somewhere to flow. */
  attach(ear: Ear, stream: MediaStream, play: 'elsewhere' | 'mute'): void {
    const source = this.#context.createMediaStreamSource(stream);
    source.connect(this.#node, 0, EARS.indexOf(ear));
    this.#sources.push(source);
    if (play === 'elsewhere') return;
    const player = new Audio();
    player.srcObject = stream;
    player.muted = true;
    void player.play();
    this.#players.push(player);
  }

  async close(): Promise<void> {
    for (const source of this.#sources.splice(0)) source.disconnect();
    for (const player of this.#players.splice(0)) player.srcObject = null;
    await this.#context.close();
  }

  #hear({ firstMs, stepMs, energies }: Batch): void {
    const quanta = energies.length / EARS.length;
    this.#clock.add(firstMs + quanta * stepMs, performance.now());
    EARS.forEach((ear, row) => {
      for (let i = 0; i < quanta; i += 1) {
        const timeMs = this.#clock.toPage(firstMs + i * stepMs);
        this.#options.onEnergy(ear, timeMs, energies[row * quanta + i]!);
      }
    });
    const voice = energies.subarray(EARS.indexOf('voice') * quanta).subarray(0, quanta);
    this.#options.onBatch(this.#clock.toPage(firstMs), Math.max(...voice));
  }
}
