/**
 * How busy the whole machine is: its processors by the operating system's own counters, and the first
 * NVIDIA GPU where there is nvidia-smi. Main thread; owned by the app.
 */
import { execFile, type ChildProcess, type ExecFileException } from 'node:child_process';
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { firstGpu } from './nvidia-smi.ts';

/** null: it doesn't tell. */
export type Gpu = {
  /** 0..1 of the last second. */
  readonly busyShare: number | null;
  readonly memoryUsedMb: number | null;
  readonly memoryTotalMb: number | null;
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
/** After an answer without a GPU or none in time: the driver may come back, and may hang again. */
const GPU_EVERY_AFTER_FAILURE = 60;
/** A program that waits for a driver that is gone can't even be killed. */
const DEATH_MS = 1000;

export class MachineMeter {
  #cpuShare = 0;
  #gpu: Gpu | null = null;
  #before = ticks();
  #untilGpu = 0;
  /** One at a time: a driver that hangs must not gather processes. */
  #asking: Promise<void> | null = null;
  readonly #searchPath: string;
  readonly #timeoutMs: number;
  readonly #timer: NodeJS.Timeout;
  #child: ChildProcess | undefined;

  /** `searchPath`: where programs are looked for; `timeoutMs`: how long nvidia-smi may take. */
  constructor(searchPath: string, everyMs = 1000, timeoutMs = TIMEOUT_MS) {
    this.#searchPath = searchPath;
    this.#timeoutMs = timeoutMs;
    this.#timer = setInterval(() => this.#measure(), everyMs);
    this.#timer.unref();
  }

  get latest(): Machine {
    return { cpuShare: this.#cpuShare, cores: this.#before.cores, gpu: this.#gpu };
  }

  /** Resolves when what was being asked has ended, or can't be ended. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    // An AbortSignal of execFile only asks politely.
    this.#child?.kill('SIGKILL');
    await Promise.race([this.#asking, sleep(DEATH_MS, undefined, { ref: false })]);
  }

  #measure(): void {
    const now = ticks();
    const all = now.all - this.#before.all;
    if (all > 0) this.#cpuShare = 1 - (now.idle - this.#before.idle) / all;
    this.#before = now;
    if (this.#asking) return;
    this.#untilGpu -= 1;
    if (this.#untilGpu <= 0) {
      this.#asking = this.#askGpu().finally(() => (this.#asking = null));
    }
  }

  #askGpu(): Promise<void> {
    const options = {
      env: { PATH: this.#searchPath },
      timeout: this.#timeoutMs,
      // It has nothing to put in order, and a script in its place may not listen.
      killSignal: 'SIGKILL',
    } as const;
    return new Promise((resolve) => {
      const child = execFile('nvidia-smi', QUERY, options, (error, stdout) => {
        this.#gpu = error ? null : parseGpu(stdout);
        this.#untilGpu = this.#gpu ? GPU_EVERY : roundsAfter(error);
      });
      this.#child = child;
      // Without the program there is no process whose end could be waited for.
      child.once('error', () => resolve());
      child.once('close', () => resolve());
    });
  }
}

/** Without the program there is never a GPU. */
function roundsAfter(error: ExecFileException | null): number {
  return error?.code === 'ENOENT' ? Infinity : GPU_EVERY_AFTER_FAILURE;
}

/** The first GPU of nvidia-smi's table that tells anything; null without one. */
export function parseGpu(table: string): Gpu | null {
  const columns = firstGpu(table);
  if (!columns) return null;
  const [busy = null, memoryUsedMb = null, memoryTotalMb = null] = columns;
  return { busyShare: busy === null ? null : busy / 100, memoryUsedMb, memoryTotalMb };
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
