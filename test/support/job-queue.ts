/** A queue of background renders on a folder, with its own database. As a program: until it is killed. */
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLog } from '../../server/core/log.ts';
import { JobOrder, type Job } from '../../server/protocol/job.ts';
import { JobStore } from '../../server/store/jobs.ts';
import { openDatabase } from '../../server/store/sqlite.ts';
import { JobQueue } from '../../server/studio/job-queue.ts';
import { SoundShelf } from '../../server/studio/sound-shelf.ts';
import { TakeLibrary } from '../../server/studio/take/take-library.ts';

const ROOT = join(import.meta.dirname, '../..');

export type TestQueue = AsyncDisposable & {
  readonly jobs: JobQueue;
  readonly sounds: SoundShelf;
  readonly results: string;
};

export async function openQueue(dataDir: string): Promise<TestQueue> {
  const database = await openDatabase(dataDir);
  const log = createLog('silent');
  const sounds = new SoundShelf(join(dataDir, 'sounds'));
  const results = join(dataDir, 'results');
  const jobs = await JobQueue.open({
    ...{ sounds, log, folder: results, store: await JobStore.open(database) },
    takes: new TakeLibrary({ folder: join(dataDir, 'takes'), version: '0', log }),
    house: {
      dataDir,
      modelsDir: join(ROOT, 'models'),
      logLevel: 'silent',
      ffmpeg: 'ffmpeg',
      priority: 'normal',
    },
  });
  const dispose = async (): Promise<void> => {
    await jobs.close();
    await database.destroy();
  };
  return { jobs, sounds, results, [Symbol.asyncDispose]: dispose };
}

/** A job for each of these sound files, small and quick. */
export async function order(queue: TestQueue, paths: readonly string[]): Promise<Job[]> {
  const sounds: string[] = [];
  for (const path of paths) {
    const copy = `${path}.upload`;
    await copyFile(path, copy);
    sounds.push((await queue.sounds.adopt(copy, path)).id);
  }
  const look = { width: 128, height: 128, format: 'mp4' };
  return queue.jobs.add(JobOrder.parse({ sounds, avatars: ['mira'], ...look }));
}

if (import.meta.main) {
  const [dataDir, ...paths] = process.argv.slice(2);
  const queue = await openQueue(dataDir!);
  await order(queue, paths);
  setInterval(() => process.stdout.write(`${JSON.stringify(queue.jobs.state)}\n`), 50);
}
