// Running other programs, and the short lines that set-up prints. Everything is said on stderr, so
// that a command's own output on stdout stays clean for machines (`posecast live --json`).

import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A failure whose message is meant for the person at the terminal; no stack trace is shown. */
export class SetupError extends Error {
  /** True when the person stopped it: nothing else is to be tried then. */
  interrupted = false;
}

/** @param {string} line */
export function say(line) {
  process.stderr.write(`posecast: ${line}\n`);
}

/**
 * The full path of a program on PATH, or undefined.
 * @param {string} name
 * @returns {string | undefined}
 */
export function which(name) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder || '.', name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here: the next folder on PATH may have it.
    }
  }
  return undefined;
}

/**
 * Exit status of a short-lived program, output discarded; null when it didn't start or timed out.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, timeoutMs?: number }} [options]
 */
export function status(command, args, { env = process.env, timeoutMs = 10_000 } = {}) {
  return spawnSync(command, args, { env, stdio: 'ignore', timeout: timeoutMs }).status;
}

/**
 * Run a program to its end. Its output is kept and shown only if it fails, so that a good set-up
 * reads as a few lines; `onLine` sees each line as it comes.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, onLine?: (line: string) => void }} [options]
 * @returns {Promise<string>} everything it printed
 */
export function run(command, args, { cwd, env = process.env, onLine } = {}) {
  return new Promise((resolve, reject) => {
    // In a process group of its own, so that compilers below it end with it.
    const stdio = ['ignore', 'pipe', 'pipe'];
    const child = spawn(command, args, { cwd, env, stdio, detached: true });
    let interrupted = false;
    const stopPassing = passSignals((signal) => {
      interrupted = true;
      endGroup(child, signal);
    });
    const output = collectLines([child.stdout, child.stderr], onLine);
    child.once('error', (cause) => {
      stopPassing();
      reject(new SetupError(`${command} did not start: ${cause.message}`));
    });
    child.once('close', (code, signal) => {
      stopPassing();
      const text = output.join('\n');
      if (code === 0) resolve(text);
      else reject(failure([command, ...args], { end: code ?? signal, text, interrupted }));
    });
  });
}

/** Ctrl-C reaches us from the terminal and again from npm; within this time it is the same one. */
const SAME_SIGNAL_MS = 300;

/**
 * Hand the signals that ask us to end to `send` instead.
 * @param {(signal: NodeJS.Signals) => void} send
 * @returns {() => void} stop doing so
 */
export function passSignals(send) {
  const lastAt = new Map();
  const pass = (signal) => {
    const now = performance.now();
    const isSame = now - (lastAt.get(signal) ?? -Infinity) < SAME_SIGNAL_MS;
    lastAt.set(signal, now);
    if (!isSame) send(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
  for (const signal of signals) process.on(signal, pass);
  return () => {
    for (const signal of signals) process.off(signal, pass);
  };
}

/**
 * End the process with the exit code that `work` resolves to. What a person can act on is told in
 * its own words; anything else is a defect and keeps its stack.
 * @param {Promise<number>} work
 */
export async function exitWith(work) {
  try {
    process.exitCode = await work;
  } catch (error) {
    say(error instanceof SetupError ? error.message : (error.stack ?? String(error)));
    process.exitCode = 1;
  }
}

function endGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has ended by itself in the meantime.
  }
}

function collectLines(streams, onLine) {
  const lines = [];
  for (const stream of streams) {
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (chunk) => {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      for (const line of parts) {
        lines.push(line);
        onLine?.(line);
      }
    });
    stream.on('end', () => {
      if (rest) lines.push(rest);
    });
  }
  return lines;
}

function failure(words, { end, text, interrupted }) {
  const told = interrupted
    ? 'stopped'
    : `\`${words.join(' ')}\` ended with ${end}\n${excerpt(text)}`;
  return Object.assign(new SetupError(told), { interrupted });
}

/** Both ends of a long output: npm says what is wrong first, compilers say it last. */
function excerpt(text, count = 20) {
  const lines = text.split('\n').filter((line) => !line.includes('EBADENGINE'));
  if (lines.length <= 2 * count) return lines.join('\n');
  return [...lines.slice(0, count), '...', ...lines.slice(-count)].join('\n');
}
