/** Processor time of this process and of its children that have ended: proc(5). For measurements. */
import { readFileSync } from 'node:fs';
import { TICKS_PER_SECOND } from '../core/usage.ts';

/** Of /proc/self/stat after the name in parentheses: utime, stime, cutime, cstime. */
const FIELDS = [11, 12, 13, 14] as const;

/** Seconds so far; this process alone where there is no /proc. */
export function cpuSeconds(): number {
  try {
    const line = readFileSync('/proc/self/stat', 'utf8');
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
    return FIELDS.reduce((sum, field) => sum + Number(fields[field]), 0) / TICKS_PER_SECOND;
  } catch {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  }
}
