/**
 * Two npm packages that read visemes from a voice in the browser, run here as they would run there:
 * wawa-lipsync (MIT) on an AnalyserNode, HeadAudio (MIT) as its audio worklet's processor. Development
 * dependencies of `posecast bench lips` only. Each gets the delay at which it scores best.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Analyser, upsample3 } from './lips-analyser.ts';
import { FRAME, RATE_HZ } from './lips-clips.ts';
import type { LipReader, LipRun } from './lips-reader.ts';
import { visemeFace } from '../speech/mouth.ts';
import { VISEMES, type Viseme } from '../speech/visemes.ts';
import { lipGap } from './lips-run.ts';

/** Names that differ from ours. */
const ALIASES: Readonly<Record<string, Viseme>> = { I: 'ih', O: 'oh', U: 'ou' };
const GAPS = VISEMES.map((viseme) => lipGap(visemeFace(viseme)));

function indexOf(name: string): number {
  const bare = name.replace('viseme_', '');
  return VISEMES.indexOf(ALIASES[bare] ?? (bare as Viseme));
}

function runOf(guess: Uint8Array): LipRun {
  return { guess, opening: Float64Array.from(guess, (viseme) => GAPS[viseme]!) };
}

type WawaModule = {
  Lipsync: new (options: { fftSize: number; historySize: number }) => {
    viseme: string;
    processAudio(): void;
  };
};

/** wawa-lipsync at its defaults, 48 kHz, asked every 20 ms. It wants a window and the wall clock. */
export async function wawaReader(): Promise<LipReader> {
  const name = 'wawa-lipsync';
  const { Lipsync } = (await import(name)) as WawaModule;
  return {
    read: (audio) => {
      const analyser = new Analyser(upsample3(audio), 48_000);
      const guess = new Uint8Array(Math.floor(audio.length / FRAME));
      const now = performance.now.bind(performance);
      const page = globalThis as { window?: unknown };
      let frame = 0;
      class AudioContext {
        readonly sampleRate = 48_000;
        createAnalyser = (): Analyser => analyser;
      }
      try {
        page.window = { AudioContext };
        performance.now = () => frame * 20;
        const lips = new Lipsync({ fftSize: 2048, historySize: 10 });
        for (; frame < guess.length; frame += 1) {
          analyser.moveTo((frame + 1) * FRAME * 3);
          lips.processAudio();
          guess[frame] = indexOf(lips.viseme);
        }
      } finally {
        performance.now = now;
        delete page.window;
      }
      return Promise.resolve(runOf(guess));
    },
  };
}

type HeadEvent = { readonly event: string; readonly viseme?: number | null };
type HeadProcessor = {
  _onmessage(message: { data: object }): void;
  process(samples: Float32Array): void;
};
type HeadTraining = {
  readonly Training: new () => { loadModel(url: string): Promise<{ model: unknown }> };
};
type HeadModules = {
  readonly Processor: new (
    options: { sampleRate: number },
    worklet: { port: { postMessage(event: HeadEvent): void } },
  ) => HeadProcessor;
};

/** HeadAudio's viseme order. */
const HEAD_VISEMES = 'aa E I O U PP SS TH DD FF kk nn RR CH sil'.split(' ').map(indexOf);

/** HeadAudio at its defaults with the model it ships. */
export async function headAudioReader(): Promise<LipReader> {
  const folder = createRequire(import.meta.url)
    .resolve('@met4citizen/headaudio/package.json')
    .replace('package.json', '');
  const { Processor } = (await import(`${folder}modules/processor.mjs`)) as HeadModules;
  const { Training } = (await import(`${folder}modules/training.mjs`)) as HeadTraining;
  const file = await readFile(`${folder}dist/model-en-mixed.bin`, 'base64');
  const { model } = await new Training().loadModel(`data:application/octet-stream;base64,${file}`);
  return {
    read: (audio) => {
      let current = 0;
      const postMessage = ({ event, viseme }: HeadEvent): void => {
        if (event === 'ended') current = 0;
        else if (event === 'viseme' && viseme !== null && viseme !== undefined) {
          current = HEAD_VISEMES[viseme]!;
        }
      };
      const processor = new Processor({ sampleRate: RATE_HZ }, { port: { postMessage } });
      processor._onmessage({ data: { event: 'model', model } });
      const guess = new Uint8Array(Math.floor(audio.length / FRAME));
      for (let frame = 0; frame < guess.length; frame += 1) {
        processor.process(audio.subarray(frame * FRAME, (frame + 1) * FRAME));
        guess[frame] = current;
      }
      return Promise.resolve(runOf(guess));
    },
  };
}
