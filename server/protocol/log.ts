/** Lines of the server's log as the panel reads them. */
import { z } from 'zod';

/** From the slightest to the gravest. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export const LogLevel = z.enum(LOG_LEVELS);
export type LogLevel = z.infer<typeof LogLevel>;

export const LogLine = z.object({
  /** Counts up from 1 for as long as the server runs. */
  id: z.number(),
  time: z.string(),
  level: LogLevel,
  message: z.string(),
  /** What belongs to it, as JSON; empty where nothing does. */
  fields: z.string(),
});
export type LogLine = z.infer<typeof LogLine>;

export const LogPage = z.object({
  lines: z.array(LogLine),
  /** Number of the newest line of all: where to go on next time. */
  last: z.number(),
  /** How many lines had to go for newer ones. */
  lost: z.number(),
});
export type LogPage = z.infer<typeof LogPage>;
