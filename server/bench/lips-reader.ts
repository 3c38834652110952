/**
 * Whatever reads lips from a voice, as `posecast bench lips` scores it: the embedded model at one of
 * its look-aheads, or another project's package. Command line only.
 */
import type { LipModel } from '../speech/lip-sync.ts';
import { runLips } from './lips-run.ts';

export type LipRun = {
  /** Index into VISEMES of every 20 ms frame, in place: the reader's delay is taken out. */
  readonly guess: Uint8Array;
  /** Opening of the lips in each frame, in units of a dropped jaw, also in place. */
  readonly opening: Float64Array;
};

export interface LipReader {
  /** Reads one recording, 16 kHz mono, from a fresh state. */
  read(audio: Float32Array): Promise<LipRun>;
}

/** The product's own mouth. `stepMs` collects the wall time of every step of the network. */
export function modelReader(model: LipModel, stepMs: number[] = []): LipReader {
  return {
    async read(audio) {
      const run = await runLips(model, audio);
      for (const ms of run.stepMs) stepMs.push(ms);
      return run;
    },
  };
}

/** A reader whose answers come `frames` of 20 ms late, put in place; for those that don't say. */
export function earlier(reader: LipReader, frames: number): LipReader {
  return {
    async read(audio) {
      const padded = new Float32Array(audio.length + frames * 320);
      padded.set(audio);
      const { guess, opening } = await reader.read(padded);
      return { guess: guess.subarray(frames), opening: opening.subarray(frames) };
    },
  };
}
