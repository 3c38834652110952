// What each mode of set-up needs and then does. Imported by setup.mjs and bin/posecast.mjs.

import { dirname, join } from 'node:path';
import { runChecks } from './checks.mjs';
import { ensureChromium, ensureFfmpeg } from './distribution.mjs';
import { launch } from './launch.mjs';
import { withLock } from './lock.mjs';
import { ensurePackages } from './packages.mjs';
import { ensurePanel } from './panel.mjs';
import { say, SetupError } from './shell.mjs';
import { readTestArguments, runTests } from './tests.mjs';
import { ensureWorker } from './worker.mjs';

const ROOT = dirname(import.meta.dirname);

/** In the order in which they run. */
const STEPS = {
  packages: ensurePackages,
  ffmpeg: ensureFfmpeg,
  chromium: ensureChromium,
  worker: ensureWorker,
  panel: ensurePanel,
};

const FOR_SERVER = ['packages', 'ffmpeg', 'worker', 'panel'];

/**
 * @param {string | undefined} mode start, test, check, cli, or nothing for set-up alone
 * @param {readonly string[]} args
 * @returns {Promise<number>} the exit code
 */
export async function main(mode, args) {
  switch (mode) {
    case undefined:
      await setUp(FOR_SERVER);
      say('ready: npm start');
      return 0;
    case 'start':
      await setUp(FOR_SERVER);
      return launch(ROOT, [join(ROOT, 'server', 'main.ts'), ...args]);
    case 'test':
      return test(args);
    case 'check':
      await setUp(['packages']);
      return runChecks(ROOT);
    case 'cli':
      await setUp(needsOfCommand(args[0]));
      return launch(ROOT, [join(ROOT, 'server', 'cli.ts'), ...args]);
    default:
      throw new SetupError(`unknown mode "${mode}": it is start, test, check, cli or nothing`);
  }
}

async function test(args) {
  const plan = readTestArguments(args);
  await setUp(needsOfSuites(plan.suites));
  return runTests(ROOT, plan);
}

/** @param {readonly string[]} needs names of STEPS */
async function setUp(needs) {
  await withLock(join(ROOT, '.posecast', 'setup.lock'), async () => {
    for (const [name, ensure] of Object.entries(STEPS)) {
      if (needs.includes(name)) await ensure(ROOT);
    }
  });
}

/** @param {readonly string[]} suites */
export function needsOfSuites(suites) {
  if (suites.includes('e2e')) return Object.keys(STEPS);
  return suites.includes('integration') ? ['packages', 'ffmpeg', 'worker'] : ['packages'];
}

/** Only what the command uses; `doctor` reports what is missing rather than getting it. */
export function needsOfCommand(command) {
  switch (command) {
    case 'live':
      return FOR_SERVER;
    case 'bench':
      return Object.keys(STEPS);
    case 'render':
      return ['packages', 'ffmpeg'];
    default:
      return ['packages'];
  }
}
