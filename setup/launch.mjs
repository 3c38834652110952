// Starts the product under its own Node.js and stands in for it: same terminal, same exit code,
// signals passed on.

import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { nodePath } from './packages.mjs';
import { which } from './shell.mjs';

/** Ctrl-C reaches us from the terminal and again from npm; within this time it is the same one. */
const SAME_SIGNAL_MS = 300;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];

/**
 * Run a TypeScript entry point to its end.
 * @param {string} root the project's folder
 * @param {readonly string[]} args file and arguments for Node.js
 * @returns {Promise<number>} its exit code; 128 + number when a signal ended it
 */
export function launch(root, args) {
  const [command, ...prefix] = commandLine(nodePath(root));
  // In a process group of its own: the terminal's Ctrl-C goes to us alone and is passed on once.
  const child = spawn(command, [...prefix, ...args], { stdio: 'inherit', detached: true });
  const stopForwarding = forwardSignals(child);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      stopForwarding();
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

/** With setpriv (Linux) the child gets SIGTERM if we are killed outright: no port stays held. */
function commandLine(node) {
  const setpriv = process.platform === 'linux' ? which('setpriv') : undefined;
  return setpriv ? [setpriv, '--pdeathsig', 'TERM', node] : [node];
}

function forwardSignals(child) {
  const lastAt = new Map();
  const forward = (signal) => {
    const now = performance.now();
    const isSame = now - (lastAt.get(signal) ?? -Infinity) < SAME_SIGNAL_MS;
    lastAt.set(signal, now);
    if (!isSame) child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, forward);
  return () => {
    for (const signal of SIGNALS) process.off(signal, forward);
  };
}
