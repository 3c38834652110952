// A lock file with the owner's process id, so that two set-ups at once don't write over each other.
// A lock whose owner is gone (killed, power lost) is taken over.

import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { say } from './shell.mjs';

const RETRY_MS = 250;

/**
 * Run `work` while holding the lock; wait for another owner that is alive.
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(path, work) {
  mkdirSync(dirname(path), { recursive: true });
  let told = false;
  while (!tryLock(path)) {
    if (!told) say(`waiting for another set-up (${path})`);
    told = true;
    await sleep(RETRY_MS);
  }
  const release = () => {
    rmSync(path, { force: true });
  };
  // Ctrl-C ends the process without `finally`; the next set-up would take a dead lock over anyway.
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

/** Take the lock now, or return false because a living process has it. */
export function tryLock(path) {
  if (create(path)) return true;
  const owner = read(path);
  if (owner !== undefined && isAlive(owner)) return false;
  // Move the dead lock aside rather than delete it: if another set-up has just replaced it, the file
  // that was moved is that set-up's living one and goes back.
  const aside = `${path}.dead-${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return create(path);
  }
  const moved = read(aside);
  if (moved !== undefined && moved !== owner && isAlive(moved)) restore(aside, path);
  rmSync(aside, { force: true });
  return create(path);
}

/** Creation by link: the file has its content from the first moment, and only one can win. */
function create(path) {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, identity(process.pid));
  const won = link(draft, path);
  rmSync(draft, { force: true });
  return won;
}

function restore(aside, path) {
  link(aside, path);
}

function link(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function read(path) {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** Process id with its start time, since ids are used again (always the same few in containers). */
function identity(pid) {
  return `${pid} ${startTime(pid)}`;
}

function isAlive(owner) {
  const pid = Number(owner.split(' ')[0]);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
  return identity(pid) === owner;
}

/** Field 22 of /proc/PID/stat (ticks since boot); empty where there is no /proc. */
function startTime(pid) {
  const stat = read(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
