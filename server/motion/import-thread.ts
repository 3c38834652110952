/**
 * Entry of the thread that reads one motion file and ends: parsing 32 MB of text would hold the main
 * thread's packets up, and a thread's memory can be bounded.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { readPoseFile, type PoseFileOptions } from './convert/read-pose-file.ts';
import { MotionDataError } from './template/motion-data-error.ts';
import type { Template } from '../protocol/template.ts';

export type ImportRequest = {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly options: PoseFileOptions;
};
export type ImportAnswer =
  | { readonly ok: true; readonly template: Template }
  | { readonly ok: false; readonly reason: string };

parentPort?.postMessage(answer(workerData as ImportRequest));

function answer({ bytes, name, options }: ImportRequest): ImportAnswer {
  try {
    return { ok: true, template: readPoseFile(bytes, name, options) };
  } catch (error) {
    // Anything else is a defect of ours: the thread dies of it and its owner reports it.
    if (!(error instanceof MotionDataError)) throw error;
    return { ok: false, reason: error.message };
  }
}
