/** What the server renders in the background, as it is now; asked for once a second. */
import type {
  Job,
  JobEstimate,
  JobQueueState,
  Sound,
  TakeEntry,
} from '../../server/protocol/index.ts';
import { api } from './api.ts';
import { download } from './download.ts';
import { asRequestError } from './peer-keeper.ts';
import type { RequestError } from './request-error.ts';
import { Store } from './store.ts';
import { Transfers } from './transfers.ts';
import type { Order } from './studio-orders.ts';

const INTERVAL_MS = 1000;

export class Jobs {
  readonly queue = new Store<JobQueueState>({ paused: false, jobs: [] });
  readonly takes = new Store<readonly TakeEntry[]>([]);
  readonly problem = new Store<RequestError | null>(null);
  readonly transfers = new Transfers();
  #timer: ReturnType<typeof setInterval> | undefined;

  open(): void {
    void this.refresh();
    void this.#ask(async () => this.takes.set(await api<TakeEntry[]>('GET', '/takes')));
    this.#timer = setInterval(() => void this.refresh(), INTERVAL_MS);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  refresh(): Promise<void> {
    return this.#ask(async () => {
      const queue = await api<JobQueueState>('GET', '/studio/jobs');
      // The same jobs are no reason to draw the list again.
      if (JSON.stringify(queue) !== JSON.stringify(this.queue.get())) this.queue.set(queue);
    });
  }

  async upload(file: File): Promise<Sound | undefined> {
    let sound: Sound | undefined;
    await this.#ask(async () => {
      const name = encodeURIComponent(file.name.slice(-200));
      sound = await this.transfers.send<Sound>(`/studio/sounds?name=${name}`, file, file.name);
    });
    return sound;
  }

  async estimate(order: Order): Promise<JobEstimate | undefined> {
    // An estimate that can't be had is left out; ordering tells why.
    return api<JobEstimate>('POST', '/studio/estimate', order).catch(() => undefined);
  }

  /** Whether the server took it. */
  async add(order: Order): Promise<boolean> {
    let taken = false;
    await this.#then(async () => {
      await api('POST', '/studio/jobs', order);
      taken = true;
    });
    return taken;
  }

  pause(paused: boolean): Promise<void> {
    return this.#then(() => api('PUT', '/studio/queue', { paused }));
  }

  change(id: string, what: 'cancel' | 'retry'): Promise<void> {
    return this.#then(() => api('POST', `/studio/jobs/${id}/${what}`, {}));
  }

  /** One place up. */
  raise(job: Job): Promise<void> {
    const { jobs } = this.queue.get();
    const before = jobs[jobs.findIndex(({ id }) => id === job.id) - 1]?.id;
    return this.#then(() => api('POST', `/studio/jobs/${job.id}/move`, { before }));
  }

  remove(id: string): Promise<void> {
    return this.#then(() => api('DELETE', `/studio/jobs/${id}`));
  }

  removeTake(name: string): Promise<void> {
    return this.#ask(async () => {
      await api('DELETE', `/takes/${name}`);
      this.takes.set(await api<TakeEntry[]>('GET', '/takes'));
    });
  }

  /** Saves a file of the server's on this machine. */
  save(path: string, name: string): Promise<void> {
    return this.#ask(() => download(path, name));
  }

  #then(step: () => Promise<unknown>): Promise<void> {
    return this.#ask(async () => {
      await step();
      await this.refresh();
    });
  }

  async #ask(step: () => Promise<unknown>): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.problem.set(asRequestError(error));
    }
  }
}
