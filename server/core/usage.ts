/**
 * CPU and memory of the whole process tree (server, mediasoup worker, ffmpeg, RTMP server), read
 * from /proc on Linux and from the process itself elsewhere. Main thread.
 */
import { readdir, readFile } from 'node:fs/promises';

export type Usage = { readonly cpuCores: number; readonly memoryMb: number };

/** Linux' USER_HZ: fixed at 100 in the kernel's interface to user space. */
export const TICKS_PER_SECOND = 100;
export const PAGE_BYTES = 4096;
export const MEBIBYTE = 1024 * 1024;

export type ProcessStat = {
  readonly parent: number;
  readonly ticks: number;
  readonly rssPages: number;
};

export class UsageMeter {
  #latest: Usage = { cpuCores: 0, memoryMb: process.memoryUsage().rss / MEBIBYTE };
  #ticksBefore = new Map<number, number>();
  #atMs = performance.now();
  readonly #timer: NodeJS.Timeout;

  constructor(everyMs = 1000) {
    this.#timer = setInterval(() => void this.#measure(), everyMs);
    this.#timer.unref();
  }

  get latest(): Usage {
    return this.#latest;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #measure(): Promise<void> {
    const stats = await readProcesses();
    const tree = descendants(stats, process.pid);
    const now = performance.now();
    const seconds = (now - this.#atMs) / 1000;
    this.#atMs = now;
    let ticks = 0;
    let pages = 0;
    const ticksNow = new Map<number, number>();
    for (const pid of tree) {
      const stat = stats.get(pid)!;
      ticksNow.set(pid, stat.ticks);
      ticks += stat.ticks - (this.#ticksBefore.get(pid) ?? stat.ticks);
      pages += stat.rssPages;
    }
    this.#ticksBefore = ticksNow;
    this.#latest = {
      cpuCores: ticks / TICKS_PER_SECOND / seconds,
      memoryMb: (pages * PAGE_BYTES) / MEBIBYTE,
    };
  }
}

/** Every process of the machine by its id; empty where there is no /proc. */
export async function readProcesses(): Promise<Map<number, ProcessStat>> {
  const names = await readdir('/proc').catch(() => []);
  const found = new Map<number, ProcessStat>();
  for (const name of names) {
    if (!/^\d+$/.test(name)) continue;
    // A process may end between the listing and the reading.
    const line = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const stat = parseStat(line);
    if (stat) found.set(Number(name), stat);
  }
  return found;
}

/** Fields of /proc/PID/stat after the name in parentheses, proc(5). */
export function parseStat(line: string): ProcessStat | undefined {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  if (fields.length < 22) return undefined;
  return {
    parent: Number(fields[1]),
    ticks: Number(fields[11]) + Number(fields[12]),
    rssPages: Number(fields[21]),
  };
}

/** A process and all below it. */
export function descendants(stats: ReadonlyMap<number, ProcessStat>, root: number): number[] {
  const tree = stats.has(root) ? [root] : [];
  for (const parent of tree) {
    for (const [pid, stat] of stats) if (stat.parent === parent) tree.push(pid);
  }
  return tree;
}
