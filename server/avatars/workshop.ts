/**
 * Makes avatars in a thread of their own, one at a time, within bounds of time and memory. Main
 * thread; owned by the avatar library.
 */
import { Worker } from 'node:worker_threads';
import { AppError } from '../core/errors.ts';
import type { ErrorCode } from '../protocol/errors.ts';

export type WorkshopJob = {
  readonly kind: 'pack' | 'photo' | 'clip';
  /** The uploaded archive. */
  readonly archive: string;
  /** Where avatars of this installation lie; the new one becomes a folder in it. */
  readonly folder: string;
  /** Names that are taken by built-in avatars. */
  readonly reserved: readonly string[];
  readonly ffmpeg: string;
};

export type FromWorkshop =
  | { readonly type: 'made'; readonly name: string }
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly message: string };

const ENTRY = new URL('workshop-thread.ts', import.meta.url);
/** Footage of a minute takes several to encode on a slow machine. */
const PATIENCE_MS = 600_000;
const MEMORY_MB = 2048;

export class Workshop {
  #busy = false;

  /**
   * Resolves to the new avatar's name. Throws what was wrong with the upload, `conflict`, `too_many`
   * while another one is made.
   */
  async make(job: WorkshopJob): Promise<string> {
    if (this.#busy) {
      throw new AppError('too_many', 'Another avatar is being made; try again in a moment');
    }
    this.#busy = true;
    const worker = new Worker(ENTRY, {
      name: 'avatar workshop',
      workerData: job,
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
    });
    const timer = setTimeout(() => void worker.terminate(), PATIENCE_MS);
    try {
      const answer = await answerOf(worker);
      if (answer.type === 'made') return answer.name;
      throw new AppError(answer.code, answer.message);
    } finally {
      clearTimeout(timer);
      await worker.terminate();
      this.#busy = false;
    }
  }
}

function answerOf(worker: Worker): Promise<FromWorkshop> {
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
    `The avatar takes more than ${PATIENCE_MS / 1000} seconds or ${MEMORY_MB} MB to make`,
    cause,
  );
}
