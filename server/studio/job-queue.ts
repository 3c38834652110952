/**
 * Background renders: what is to be made, in which order, one at a time. Every change goes to the
 * database before it counts, so a server that was killed goes on where it was: the job that ran is
 * begun again, finished ones stay. Main thread; owned by the app.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, toAppError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import {
  Job,
  JobId,
  type JobEstimate,
  type JobOrder,
  type JobQueueState,
  type SoundId,
} from '../protocol/job.ts';
import type { JobStore } from '../store/jobs.ts';
import { sizeBytes, workSeconds } from './job-estimate.ts';
import { productOf, type Source } from './job-product.ts';
import { JobRunner } from './job-runner.ts';
import type { JobHouse } from './job-wires.ts';
import type { RenderProgress } from './render.ts';
import { fileName, type SoundShelf } from './sound-shelf.ts';
import type { TakeLibrary } from './take/take-library.ts';

const MAX_JOBS = 2000;
const MAX_LOG_LINES = 20;

export type QueueOptions = {
  readonly store: JobStore;
  readonly sounds: SoundShelf;
  /** Throws `not_found`. */
  readonly takes: Pick<TakeLibrary, 'path' | 'detail'>;
  readonly folder: string;
  readonly house: JobHouse;
  readonly log: Logger;
};

/** The job as it is kept; its place in the order beside it. */
type Entry = { job: Job; position: number };

export class JobQueue {
  readonly #options: QueueOptions;
  readonly #entries: Entry[];
  #running: { readonly entry: Entry; readonly runner: JobRunner } | undefined;
  #paused = false;
  #closing: Promise<void> | undefined;

  private constructor(options: QueueOptions, entries: Entry[]) {
    this.#options = options;
    this.#entries = entries;
  }

  /** Goes on with what was left when the server ended. */
  static async open(options: QueueOptions): Promise<JobQueue> {
    const entries = (await options.store.all()).flatMap(({ position, body }) => {
      const job = Job.safeParse(body);
      return job.success ? [{ position, job: job.data }] : [];
    });
    const queue = new JobQueue(options, entries);
    for (const entry of entries) {
      if (entry.job.state !== 'running' && entry.job.state !== 'paused') continue;
      await queue.#clear(entry.job.id);
      await queue.#change(entry, { state: 'queued', progress: 0 }, 'Begun again after a restart');
    }
    await queue.#tidy();
    queue.#next();
    return queue;
  }

  get state(): JobQueueState {
    return { paused: this.#paused, jobs: this.#entries.map(({ job }) => job) };
  }

  /** Throws `not_found` for a source and `too_many`. */
  async add(order: JobOrder): Promise<Job[]> {
    const sources = await this.#sources(order);
    const wanted = productOf(sources, order);
    if (this.#entries.length + wanted.length > MAX_JOBS) {
      throw new AppError('too_many', `The list holds ${MAX_JOBS} jobs; delete some first`);
    }
    if (order.music !== undefined) await this.#options.sounds.get(order.music);
    const jobs: Job[] = [];
    for (const { name, ...job } of wanted) {
      jobs.push(await this.#append({ ...job, name: this.#freeName(name) }));
    }
    this.#next();
    return jobs;
  }

  async estimate(order: JobOrder): Promise<JobEstimate> {
    const sources = await this.#sources(order);
    const before = this.#entries.map(({ job }) => job);
    const wanted = productOf(sources, order);
    const sum = (each: (job: (typeof wanted)[number]) => number): number =>
      wanted.reduce((total, job) => total + each(job), 0);
    const { folder } = this.#options;
    await mkdir(folder, { recursive: true });
    const { bavail, bsize } = await statfs(folder);
    return {
      jobs: wanted.length,
      seconds: sum(({ seconds }) => seconds),
      workSeconds: sum((job) => workSeconds(job, before)),
      sizeBytes: sum((job) => sizeBytes(job, before)),
      freeBytes: bavail * bsize,
    };
  }

  /** Holds the queue: the job that runs stops where it is, and no other begins. */
  async pause(paused: boolean): Promise<void> {
    this.#paused = paused;
    const running = this.#running;
    if (running) {
      if (paused) running.runner.pause();
      else running.runner.resume();
      await this.#change(running.entry, { state: paused ? 'paused' : 'running' });
    }
    this.#next();
  }

  /** Throws `conflict` for one that has ended. */
  async cancel(id: JobId): Promise<Job> {
    const entry = this.#find(id);
    if (!['queued', 'running', 'paused'].includes(entry.job.state)) {
      throw new AppError('conflict', `This job is ${entry.job.state}`);
    }
    await this.#change(entry, { state: 'cancelled', etaSeconds: 0 }, 'Cancelled');
    if (this.#running?.entry === entry) await this.#running.runner.cancel();
    await this.#clear(id);
    return entry.job;
  }

  /** Once more, from the beginning. Throws `conflict` for one that has not ended. */
  async retry(id: JobId): Promise<Job> {
    const entry = this.#find(id);
    if (!['done', 'failed', 'cancelled'].includes(entry.job.state)) {
      throw new AppError('conflict', `This job is ${entry.job.state}`);
    }
    if (this.#running?.entry === entry) await this.#running.runner.cancel();
    await this.#clear(id);
    const anew = { progress: 0, speed: 0, etaSeconds: 0, sizeBytes: 0 };
    await this.#change(entry, { state: 'queued', ...anew }, 'Once more');
    this.#next();
    return entry.job;
  }

  /** Puts a job before another one, or last. */
  async move(id: JobId, before: JobId | undefined): Promise<void> {
    const entry = this.#find(id);
    this.#entries.splice(this.#entries.indexOf(entry), 1);
    const at =
      before === undefined ? this.#entries.length : this.#entries.indexOf(this.#find(before));
    const left = this.#entries[at - 1]?.position ?? (this.#entries[at]?.position ?? 1) - 2;
    const right = this.#entries[at]?.position ?? left + 2;
    entry.position = (left + right) / 2;
    this.#entries.splice(at, 0, entry);
    await this.#options.store.write(entry.job, entry.position);
  }

  /** Ends it where it runs and removes its files. */
  async delete(id: JobId): Promise<void> {
    const entry = this.#find(id);
    if (this.#running?.entry === entry) await this.cancel(id);
    this.#entries.splice(this.#entries.indexOf(entry), 1);
    await this.#options.store.remove(id);
    await this.#clear(id);
    await this.#tidy();
  }

  /** The finished file, or the folder of pictures. Throws `conflict` before it is done. */
  result(id: JobId): { readonly path: string; readonly job: Job } {
    const { job } = this.#find(id);
    if (job.state !== 'done') throw new AppError('conflict', `This job is ${job.state}`);
    const ending = job.look.format === 'png' ? '' : `.${job.look.format}`;
    return { path: join(this.#folder(id), job.name + ending), job };
  }

  /** Stops what runs; it is begun again at the next start. */
  close(): Promise<void> {
    this.#closing ??= this.#running?.runner.cancel() ?? Promise.resolve();
    return this.#closing;
  }

  #next(): void {
    if (this.#running || this.#paused || this.#closing) return;
    const entry = this.#entries.find(({ job }) => job.state === 'queued');
    if (!entry) return;
    const { id, name, avatar, look } = entry.job;
    const { format, music, ...rest } = look;
    const target = join(this.#folder(id), `${name}.${format}`);
    const beneath = music === undefined ? {} : { music: this.#options.sounds.path(music) };
    const order = { ...rest, ...beneath, source: this.#sourcePath(entry.job), avatar, target };
    const runner = new JobRunner(order, this.#options.house, (progress) => {
      this.#progress(entry, progress);
    });
    this.#running = { entry, runner };
    void this.#follow(entry, runner);
  }

  async #follow(entry: Entry, runner: JobRunner): Promise<void> {
    await this.#change(entry, { state: 'running', progress: 0 }, 'Begun');
    try {
      const { seconds, workSeconds: took, damage } = await runner.result;
      const size = await sizeOf(this.#folder(entry.job.id));
      const speed = seconds / took;
      const said = `Done in ${took.toFixed(1)} s, ${speed.toFixed(1)} times real time. ${damage}`;
      if (entry.job.state === 'cancelled') {
        await this.#clear(entry.job.id);
        return;
      }
      const done = { progress: 1, etaSeconds: 0, speed, sizeBytes: size };
      await this.#change(entry, { state: 'done', ...done }, said.trim());
    } catch (error) {
      await this.#failed(entry, error);
    } finally {
      this.#running = undefined;
      this.#next();
    }
  }

  async #failed(entry: Entry, error: unknown): Promise<void> {
    await this.#clear(entry.job.id);
    // A server that ends takes the job up again when it starts.
    if (this.#closing || entry.job.state === 'cancelled') return;
    const { code, message } = toAppError(error);
    this.#options.log.warn({ job: entry.job.id, code }, 'a background render failed');
    await this.#change(entry, { state: 'failed', etaSeconds: 0 }, `${message} (${code})`);
  }

  #progress(entry: Entry, { frame, frames, speed, etaSeconds }: RenderProgress): void {
    if (entry.job.state === 'running') {
      entry.job = { ...entry.job, progress: frame / frames, speed, etaSeconds };
    }
  }

  async #change(entry: Entry, change: Partial<Job>, said?: string): Promise<void> {
    const { log } = entry.job;
    const line = said === undefined ? [] : [`${new Date().toISOString().slice(11, 19)} ${said}`];
    entry.job = { ...entry.job, ...change, log: [...log, ...line].slice(-MAX_LOG_LINES) };
    if (this.#entries.includes(entry)) await this.#options.store.write(entry.job, entry.position);
  }

  async #append(job: Source & Pick<Job, 'avatar' | 'look'>): Promise<Job> {
    const position = (this.#entries.at(-1)?.position ?? 0) + 1;
    const whole: Job = {
      id: randomUUID(),
      state: 'queued',
      createdAt: new Date().toISOString(),
      ...{ progress: 0, speed: 0, etaSeconds: 0, sizeBytes: 0, log: [] },
      ...job,
    };
    await this.#options.store.write(whole, position);
    this.#entries.push({ job: whole, position });
    return whole;
  }

  async #sources({ sounds, takes }: JobOrder): Promise<Source[]> {
    const heard = sounds.map(async (sound) => {
      const { name, seconds } = await this.#options.sounds.get(sound);
      return { sound, name, seconds };
    });
    const recorded = takes.map(async (take) => {
      const { seconds } = await this.#options.takes.detail(take);
      return { take, name: fileName(take), seconds };
    });
    return Promise.all([...heard, ...recorded]);
  }

  #sourcePath({ sound, take }: Job): string {
    const { sounds, takes } = this.#options;
    return sound === undefined ? takes.path(take!) : sounds.path(sound);
  }

  /** Results have names of their own: they meet in one zip. */
  #freeName(wanted: string): string {
    const taken = new Set(this.#entries.map(({ job }) => job.name));
    for (let i = 1; ; i += 1) {
      const name = i === 1 ? wanted : `${wanted} (${i})`;
      if (!taken.has(name)) return name;
    }
  }

  #find(id: JobId): Entry {
    const entry = this.#entries.find(({ job }) => job.id === id);
    if (!entry) throw new AppError('not_found', `There is no job '${id}'`);
    return entry;
  }

  #folder(id: JobId): string {
    return join(this.#options.folder, JobId.parse(id));
  }

  #clear(id: JobId): Promise<void> {
    return rm(this.#folder(id), { recursive: true, force: true });
  }

  /** Removes sounds that no job needs, and results of jobs that are gone. */
  async #tidy(): Promise<void> {
    const jobs = this.#entries.map(({ job }) => job);
    const needed = jobs.flatMap(({ sound, look }): SoundId[] =>
      [sound, look.music].filter((id) => id !== undefined),
    );
    await this.#options.sounds.keepOnly(new Set(needed));
    const ids = new Set(jobs.map(({ id }) => id));
    for (const name of await readdir(this.#options.folder).catch(() => [])) {
      if (!ids.has(name))
        await rm(join(this.#options.folder, name), { recursive: true, force: true });
    }
  }
}

/** Bytes of all files in a folder and below. */
async function sizeOf(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true });
  const sizes = await Promise.all(files.map((name) => stat(join(folder, name))));
  return sizes.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
}
