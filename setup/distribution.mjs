// Programs and libraries that come from the Linux distribution. On Debian and Ubuntu, as root or
// with password-less sudo, they are installed without a question; anywhere else set-up says in one
// line what is missing and how to get it.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { run, say, SetupError, status, which } from './shell.mjs';

/**
 * @typedef {{ id: string, family: string, version: string }} Distribution
 * @returns {Distribution}
 */
export function readDistribution(file = '/etc/os-release') {
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    // macOS, Windows or a bare container: nothing is known, so nothing is installed there.
  }
  const field = (name) => new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(text)?.[1] ?? '';
  const id = field('ID') || process.platform;
  return { id, family: `${id} ${field('ID_LIKE')}`.trim(), version: field('VERSION_ID') };
}

/** Which of these Debian packages are not installed; all of them where dpkg doesn't exist. */
export function missingPackages(names) {
  const result = spawnSync('dpkg-query', ['-W', '-f=${Package} ${Status}\n', ...names], {
    encoding: 'utf8',
  });
  const installed = new Set(
    (result.stdout ?? '')
      .split('\n')
      .filter((line) => line.endsWith(' ok installed'))
      .map((line) => line.split(' ')[0]),
  );
  return names.filter((name) => !installed.has(name));
}

/**
 * Install Debian packages.
 * @param {readonly string[]} names
 * @param {string} purpose shown to the person, such as "ffmpeg encodes the video"
 */
export async function installPackages(names, purpose) {
  const prefix = installPrefix();
  if (!prefix) throw new SetupError(howToInstall(names, purpose));
  say(`installing ${names.join(' ')} (${purpose})`);
  // The whole environment is named on the command line since sudo clears it.
  const apt = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q', '-y'];
  const [command, ...args] = apt;
  const wait = ['-o', 'DPkg::Lock::Timeout=300'];
  const install = [...args, ...wait, 'install', '--no-install-recommends', ...names];
  try {
    await run(command, install);
  } catch (error) {
    if (error.interrupted) throw error;
    // The usual reason is a package list that is empty (containers) or out of date.
    await run(command, [...args, ...wait, 'update']);
    await run(command, install);
  }
}

/** ffmpeg, without which no picture leaves the house. */
export async function ensureFfmpeg() {
  if (process.env.POSECAST_FFMPEG || which('ffmpeg')) return;
  await installPackages(['ffmpeg'], 'it encodes video and sound');
}

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** A Chromium for the end-to-end tests. */
export async function ensureChromium() {
  if (process.env.POSECAST_CHROMIUM || BROWSERS.some((name) => which(name))) return;
  await installPackages(['chromium'], 'the end-to-end tests drive a real browser');
}

/** The words before `apt-get`, or undefined where packages can't be installed without a person. */
function installPrefix() {
  const { family } = readDistribution();
  if (!/\b(debian|ubuntu)\b/.test(family) || !which('apt-get')) return undefined;
  if (process.getuid?.() === 0) return [];
  return which('sudo') && status('sudo', ['-n', 'true']) === 0 ? ['sudo', '-n'] : undefined;
}

function howToInstall(names, purpose) {
  return `please install ${names.join(' ')} (${purpose}); on Debian or Ubuntu: sudo apt-get install ${names.join(' ')}`;
}
