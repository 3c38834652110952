/** Reads a motion file from outside in a thread of its own, within bounds of time and memory. */
import { Worker } from 'node:worker_threads';
import { AppError } from '../core/errors.ts';
import type { Template } from '../protocol/template.ts';
import type { PoseFileOptions } from './convert/read-pose-file.ts';
import type { ImportAnswer, ImportRequest } from './import-thread.ts';

const PATIENCE_MS = 60_000;
const MEMORY_MB = 768;

/** Throws `bad_template` with what is wrong, `too_large` when the bounds are reached. */
export async function importMotion(
  bytes: Uint8Array,
  name: string,
  options: PoseFileOptions = {},
): Promise<Template> {
  const request: ImportRequest = { bytes, name, options };
  const worker = new Worker(new URL('./import-thread.ts', import.meta.url), {
    name: 'motion import',
    workerData: request,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
  });
  const timer = setTimeout(() => void worker.terminate(), PATIENCE_MS);
  try {
    const answer = await answerOf(worker);
    if (answer.ok) return answer.template;
    throw new AppError('bad_template', answer.reason);
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}

function answerOf(worker: Worker): Promise<ImportAnswer> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', (error: Error & { readonly code?: string }) => {
      reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooLarge(error) : error);
    });
    worker.once('exit', () => reject(tooLarge()));
  });
}

function tooLarge(cause?: unknown): AppError {
  return new AppError(
    'too_large',
    `The motion file takes more than ${PATIENCE_MS / 1000} seconds or ${MEMORY_MB} MB to read`,
    cause,
  );
}
