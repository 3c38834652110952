/** Structured logs on stderr: stdout belongs to machine-readable output. */
import { pino, type Logger } from 'pino';

export type { Logger };

export function createLog(level: string): Logger {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  );
}
