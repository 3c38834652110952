// Runs another program in this one's place: same terminal, same exit code, signals passed on.

import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { nodePath } from './packages.mjs';
import { passSignals, which } from './shell.mjs';

/**
 * Run Node.js of this project to its end.
 * @param {string} root the project's folder
 * @param {readonly string[]} args file and arguments for Node.js
 * @param {{ cwd?: string }} [options]
 * @returns {Promise<number>} its exit code; 128 + number when a signal ended it
 */
export function launch(root, args, { cwd } = {}) {
  const [command, ...prefix] = commandLine(nodePath(root));
  // In a process group of its own: the terminal's Ctrl-C goes to us alone and is passed on once.
  const child = spawn(command, [...prefix, ...args], { cwd, stdio: 'inherit', detached: true });
  const stopPassing = passSignals((signal) => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      stopPassing();
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

/** With setpriv (Linux) the child gets SIGTERM if we are killed outright: no port stays held. */
function commandLine(node) {
  const setpriv = process.platform === 'linux' ? which('setpriv') : undefined;
  return setpriv ? [setpriv, '--pdeathsig', 'TERM', node] : [node];
}
