/**
 * The one door to sherpa-onnx. It is no dependency of ours: a person installs it (docs/captions.md),
 * so it is loaded by its path. Only in the recogniser's process: its library brings another
 * onnxruntime along, and an error in a model's file ends the process that reads it.
 */
import { createRequire } from 'node:module';
import { AppError } from '../core/errors.ts';
import { SPEECH_RATE_HZ } from './piece-sound.ts';

/** Files of one Moonshine model. */
export type SherpaModel = {
  readonly encoder: string;
  readonly decoder: string;
  /** `tokens.txt`, see tokens.ts. */
  readonly tokens: string;
};

/** What this file uses of sherpa-onnx-node 1.13. */
type SherpaOnnx = {
  readonly OfflineRecognizer: new (config: object) => OfflineRecognizer;
};
interface OfflineRecognizer {
  createStream(): OfflineStream;
  decode(stream: OfflineStream): void;
  getResult(stream: OfflineStream): { readonly text: string };
}
interface OfflineStream {
  acceptWaveform(sound: { samples: Float32Array; sampleRate: number }): void;
}

export class Sherpa {
  readonly #recogniser: OfflineRecognizer;

  private constructor(recogniser: OfflineRecognizer) {
    this.#recogniser = recogniser;
  }

  /**
   * Loads the package from its main file and the model; takes about a second. Throws
   * `missing_dependency`; a broken model ends the process.
   */
  static open(packageFile: string, model: SherpaModel): Sherpa {
    const { OfflineRecognizer } = load(packageFile);
    const { encoder, decoder, tokens } = model;
    return new Sherpa(
      new OfflineRecognizer({
        featConfig: { sampleRate: SPEECH_RATE_HZ, featureDim: 80 },
        modelConfig: {
          moonshine: { encoder, mergedDecoder: decoder },
          tokens,
          // Pictures come first: a second core would only be taken from them.
          numThreads: 1,
          provider: 'cpu',
          debug: 0,
        },
      }),
    );
  }

  /** What is said in `samples`, mono at 16 kHz; empty where nothing is. */
  hear(samples: Float32Array): string {
    const stream = this.#recogniser.createStream();
    stream.acceptWaveform({ samples, sampleRate: SPEECH_RATE_HZ });
    this.#recogniser.decode(stream);
    return this.#recogniser.getResult(stream).text.trim();
  }
}

function load(packageFile: string): SherpaOnnx {
  let loaded: unknown;
  try {
    loaded = createRequire(import.meta.url)(packageFile);
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new AppError('missing_dependency', `sherpa-onnx-node can't be loaded: ${why}`, error);
  }
  if (typeof (loaded as Partial<SherpaOnnx> | null)?.OfflineRecognizer === 'function') {
    return loaded as SherpaOnnx;
  }
  throw new AppError('missing_dependency', `${packageFile} is not sherpa-onnx-node 1.13`);
}
