/**
 * Entry of the thread that makes one avatar and ends: taking a photo apart or unpacking an archive
 * would hold the main thread's packets up. Owned by avatars/workshop.ts.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { toAppError } from '../core/errors.ts';
import type { FromWorkshop, WorkshopJob } from './workshop.ts';
import { importClip } from './import-clip.ts';
import { importPack } from './import-pack.ts';
import { importPhoto } from './import-photo.ts';

const job = workerData as WorkshopJob;

try {
  tell({ type: 'made', name: await make() });
} catch (error) {
  const { code, message } = toAppError(error);
  tell({ type: 'failed', code, message });
}

function make(): Promise<string> {
  switch (job.kind) {
    case 'pack':
      return importPack(job);
    case 'photo':
      return importPhoto(job);
    case 'clip':
      return importClip(job);
    default:
      return job.kind satisfies never;
  }
}

function tell(message: FromWorkshop): void {
  parentPort!.postMessage(message);
}
