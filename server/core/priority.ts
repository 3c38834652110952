/**
 * Asks the system to run this process before others when cores are short. A frame that is drawn or
 * sent late is seen by every viewer, while the server needs a small part of the machine.
 */
import { readdirSync } from 'node:fs';
import { setPriority } from 'node:os';

/** Nice value of threads that frames wait for; ordinary programs have 0. */
const URGENT = -10;

/**
 * Raises every thread of this process; threads and processes it starts later inherit it. True if
 * the system allowed it (Linux as root, with CAP_SYS_NICE or `ulimit -e 30`; Windows and macOS as
 * they please). Where it does not, nothing changes.
 */
export function raisePriority(): boolean {
  try {
    // On Linux a priority belongs to a thread, and collecting garbage is done by several.
    for (const thread of threads()) setPriority(thread, URGENT);
    return true;
  } catch {
    return false;
  }
}

/** Thread ids on Linux; elsewhere 0, which is the process. */
function threads(): number[] {
  if (process.platform !== 'linux') return [0];
  return readdirSync('/proc/self/task').map(Number);
}
