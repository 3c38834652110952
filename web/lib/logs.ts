/** The server's log as its page shows it: asked for once a second, bounded like the server's ring. */
import type { LogLevel, LogLine, LogPage } from '../../server/protocol/index.ts';
import { api } from './api.ts';
import { asRequestError } from './peer-keeper.ts';
import type { RequestError } from './request-error.ts';
import { Store } from './store.ts';

const INTERVAL_MS = 1000;
/** As many as the server keeps. */
const MOST_LINES = 2000;

export class Logs {
  readonly lines = new Store<readonly LogLine[]>([]);
  /** How many the server has thrown away for newer ones. */
  readonly lost = new Store(0);
  readonly problem = new Store<RequestError | null>(null);
  #last = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  open(): void {
    void this.look();
    this.#timer = setInterval(() => void this.look(), INTERVAL_MS);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async look(): Promise<void> {
    try {
      const { lines, last, lost } = await api<LogPage>(
        'GET',
        `/logs?after=${this.#last}&level=trace`,
      );
      // A server that started anew counts anew.
      const anew = last < this.#last;
      this.#last = anew ? 0 : last;
      if (lines.length > 0 || anew) {
        this.lines.set([...(anew ? [] : this.lines.get()), ...lines].slice(-MOST_LINES));
      }
      this.lost.set(lost);
      this.problem.set(null);
    } catch (error) {
      this.problem.set(asRequestError(error));
    }
  }
}

export const SHOWN_LEVELS = ['info', 'warn', 'error'] as const satisfies readonly LogLevel[];
export type ShownLevel = (typeof SHOWN_LEVELS)[number];

const GRAVITY: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/** Lines of this level or graver that hold all words. Pure. */
export function filtered(
  lines: readonly LogLine[],
  level: ShownLevel,
  query: string,
): readonly LogLine[] {
  const least = GRAVITY.indexOf(level);
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return lines.filter((line) => {
    if (GRAVITY.indexOf(line.level) < least) return false;
    const text = `${line.message} ${line.fields}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** As a text file: one line each. Pure. */
export function asText(lines: readonly LogLine[]): string {
  return lines
    .map(({ time, level, message, fields }) =>
      [time, level.toUpperCase().padEnd(5), message, fields].filter(Boolean).join(' '),
    )
    .concat('')
    .join('\n');
}
