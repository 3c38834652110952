/**
 * Asks the system to run the calling thread before others when cores are short. A frame that is
 * drawn late is seen by every viewer, while drawing takes a small part of a core. Only the engine
 * asks: with the whole server raised, a browser on the same machine got its pictures late instead.
 */
import { readlinkSync, writeFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

/** Nice value of a thread that frames wait for; ordinary programs have 0. */
const URGENT = -10;
/** Of a process that takes what others leave. */
const PATIENT = 19;

/**
 * True if the system allowed it: on Linux as root, with CAP_SYS_NICE or with `ulimit -e 30`.
 * Elsewhere nothing changes: other systems have no call for one thread's priority in Node.
 */
export function raiseThreadPriority(): boolean {
  if (process.platform !== 'linux') return false;
  try {
    // "PID/task/TID"
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    setPriority(thread, URGENT);
    return true;
  } catch {
    return false;
  }
}

/** This process, or a child of its own, runs when nothing else wants the core. */
export function giveWay(pid = process.pid): void {
  setPriority(pid, PATIENT);
  if (process.platform !== 'linux') return;
  try {
    // Linux shares cores among process groups first: without this, niceness counts only within.
    writeFileSync(`/proc/${pid}/autogroup`, String(PATIENT));
  } catch {
    // A kernel without autogroups: niceness alone counts there.
  }
}

/** Whether this process gives way: its children do too. */
export function givesWay(): boolean {
  return getPriority() >= PATIENT;
}
