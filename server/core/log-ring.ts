/**
 * The last lines of the log, in memory. Bounded: the oldest line goes for the newest, and how many
 * went is counted. A line that is no JSON of pino's is left out. Main thread; owned by the app.
 */
import { LOG_LEVELS, type LogLevel, type LogLine, type LogPage } from '../protocol/log.ts';

const CAPACITY = 2000;
/** Of one line's fields, in characters: a stack fits, a flood doesn't. */
const MOST_FIELDS = 4000;
/** pino's numbers. */
const NUMBERS: Readonly<Record<number, LogLevel | undefined>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};

export class LogRing {
  readonly #lines: LogLine[] = [];
  readonly #capacity: number;
  #next = 1;
  #lost = 0;

  constructor(capacity = CAPACITY) {
    this.#capacity = capacity;
  }

  /** One line as pino writes it. */
  write(text: string): void {
    const line = parse(text, this.#next);
    if (!line) return;
    this.#next += 1;
    this.#lines.push(line);
    if (this.#lines.length <= this.#capacity) return;
    this.#lines.shift();
    this.#lost += 1;
  }

  /** Lines after the one of this number, of this level or graver; 0 for all that are kept. */
  page(after: number, level: LogLevel): LogPage {
    const least = LOG_LEVELS.indexOf(level);
    const lines = this.#lines.filter(
      (line) => line.id > after && LOG_LEVELS.indexOf(line.level) >= least,
    );
    return { lines, last: this.#next - 1, lost: this.#lost };
  }
}

function parse(text: string, id: number): LogLine | null {
  let entry: Record<string, unknown>;
  try {
    entry = JSON.parse(text) as Record<string, unknown>;
  } catch {
    // Somebody else's line on our stream says nothing that could be filtered.
    return null;
  }
  const { level, time, msg, ...fields } = entry;
  return {
    id,
    level: NUMBERS[Number(level)] ?? 'info',
    time: typeof time === 'string' ? time : new Date().toISOString(),
    message: typeof msg === 'string' ? msg : '',
    fields: Object.keys(fields).length === 0 ? '' : JSON.stringify(fields).slice(0, MOST_FIELDS),
  };
}
