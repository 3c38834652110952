// Runs another program in this one's place: same terminal, same exit code, signals passed on.

import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { nodePath } from './packages.mjs';
import { passSignals, which } from './shell.mjs';

/** From asking a program to end to ending it. */
const GRACE_MS = 10_000;

/**
 * Run Node.js of this project to its end.
 * @param {string} root the project's folder
 * @param {readonly string[]} args file and arguments for Node.js
 * @param {{ cwd?: string, limitMs?: number }} [options] a program that runs longer is ended
 * @returns {Promise<number>} its exit code; 128 + number when a signal ended it
 */
export function launch(root, args, { cwd, limitMs } = {}) {
  const [command, ...prefix] = commandLine(nodePath(root));
  // In a process group of its own: the terminal's Ctrl-C goes to us alone and is passed on once.
  const child = spawn(command, [...prefix, ...args], { cwd, stdio: 'inherit', detached: true });
  const stopPassing = passSignals((signal) => child.kill(signal));
  const stopLimit = limitMs ? endAfter(child, limitMs) : () => undefined;
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      stopPassing();
      stopLimit();
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

/** Asks as Ctrl-C does, so that the program can say what it was at, and does not ask twice. */
function endAfter(child, limitMs) {
  const asking = setTimeout(() => child.kill('SIGINT'), limitMs);
  const ending = setTimeout(() => child.kill('SIGKILL'), limitMs + GRACE_MS);
  return () => {
    clearTimeout(asking);
    clearTimeout(ending);
  };
}

/** With setpriv (Linux) the child gets SIGTERM if we are killed outright: no port stays held. */
function commandLine(node) {
  const setpriv = process.platform === 'linux' ? which('setpriv') : undefined;
  return setpriv ? [setpriv, '--pdeathsig', 'TERM', node] : [node];
}
