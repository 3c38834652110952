// Running other programs, and the short lines that set-up prints. Everything is said on stderr, so
// that a command's own output on stdout stays clean for machines (`posecast live --json`).

import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A failure whose message is meant for the person at the terminal; no stack trace is shown. */
export class SetupError extends Error {}

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
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = collectLines([child.stdout, child.stderr], onLine);
    child.once('error', (cause) => {
      reject(new SetupError(`${command} did not start: ${cause.message}`));
    });
    child.once('close', (code, signal) => {
      const text = output.join('\n');
      if (code === 0) resolve(text);
      else reject(new SetupError(`${failure(command, args, code ?? signal)}\n${excerpt(text)}`));
    });
  });
}

/** Run a program in the open, on this terminal; resolves with its exit code. */
export function runShown(command, args, { cwd, env = process.env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: 'inherit' });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
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

function failure(command, args, end) {
  return `\`${[command, ...args].join(' ')}\` ended with ${end}`;
}

/** Both ends of a long output: npm says what is wrong first, compilers say it last. */
function excerpt(text, count = 20) {
  const lines = text.split('\n').filter((line) => !line.includes('EBADENGINE'));
  if (lines.length <= 2 * count) return lines.join('\n');
  return [...lines.slice(0, count), '...', ...lines.slice(-count)].join('\n');
}
