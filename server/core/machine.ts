/**
 * How busy the whole machine is: its processors by the operating system's own counters, and the first
 * NVIDIA GPU where there is nvidia-smi. Main thread; owned by the app.
 */
import { execFile } from 'node:child_process';
import { cpus } from 'node:os';

export type Gpu = {
  /** 0..1 of the last second. */
  readonly busyShare: number;
  readonly memoryUsedMb: number;
  readonly memoryTotalMb: number;
};

export type Machine = {
  /** Of all cores together, 0..1, by everybody on this machine. */
  readonly cpuShare: number;
  readonly cores: number;
  readonly gpu: Gpu | null;
};

const QUERY = [
  '--query-gpu=utilization.gpu,memory.used,memory.total',
  '--format=csv,noheader,nounits',
];
const TIMEOUT_MS = 5000;
/** nvidia-smi takes some 50 ms of a core: not every second. */
const GPU_EVERY = 3;

export class MachineMeter {
  #cpuShare = 0;
  #gpu: Gpu | null = null;
  #before = ticks();
  #round = 0;
  /** False once there turned out to be no such program. */
  #hasGpu = true;
  #asking: Promise<void> = Promise.resolve();
  readonly #searchPath: string;
  readonly #timer: NodeJS.Timeout;
  readonly #stop = new AbortController();

  /** `searchPath`: where programs are looked for. */
  constructor(searchPath: string, everyMs = 1000) {
    this.#searchPath = searchPath;
    this.#timer = setInterval(() => this.#measure(), everyMs);
    this.#timer.unref();
  }

  get latest(): Machine {
    return { cpuShare: this.#cpuShare, cores: this.#before.cores, gpu: this.#gpu };
  }

  /** Resolves when what was being asked has ended. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort();
    await this.#asking;
  }

  #measure(): void {
    const now = ticks();
    const all = now.all - this.#before.all;
    if (all > 0) this.#cpuShare = 1 - (now.idle - this.#before.idle) / all;
    this.#before = now;
    if (this.#hasGpu && this.#round % GPU_EVERY === 0) this.#asking = this.#askGpu();
    this.#round += 1;
  }

  #askGpu(): Promise<void> {
    const options = {
      env: { PATH: this.#searchPath },
      timeout: TIMEOUT_MS,
      signal: this.#stop.signal,
    };
    return new Promise((resolve) => {
      const child = execFile('nvidia-smi', QUERY, options, (error, stdout) => {
        this.#gpu = error ? null : parseGpu(stdout);
        this.#hasGpu = this.#gpu !== null;
      });
      // Without the program there is no process whose end could be waited for.
      child.once('error', () => resolve());
      child.once('close', () => resolve());
    });
  }
}

/** The first line of nvidia-smi's table; null where it holds no numbers. */
export function parseGpu(table: string): Gpu | null {
  const [busy, used, total] = (table.split('\n')[0] ?? '').split(',').map(Number);
  if (![busy, used, total].every((value) => Number.isFinite(value))) return null;
  return { busyShare: busy! / 100, memoryUsedMb: used!, memoryTotalMb: total! };
}

function ticks(): { readonly all: number; readonly idle: number; readonly cores: number } {
  let all = 0;
  let idle = 0;
  const list = cpus();
  for (const { times } of list) {
    all += times.user + times.nice + times.sys + times.idle + times.irq;
    idle += times.idle;
  }
  return { all, idle, cores: Math.max(1, list.length) };
}
