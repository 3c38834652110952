// `npm test`: the three suites one after the other, then Node's summary over all of them.
//
//   npm test                        everything
//   npm test -- unit                one suite (unit, integration, e2e), or several
//   npm test -- test/unit/speech    the files under a path
//   npm test -- --test-name-pattern=jitter    other arguments go to `node --test`

import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launch } from './launch.mjs';
import { say } from './shell.mjs';
import { filesUnder } from './stamp.mjs';

/**
 * Unit tests share the cores. The others run one file at a time: they open real workers, encoders
 * and browsers, and would take the processor from each other.
 */
const SUITES = {
  unit: { concurrency: availableParallelism() },
  integration: { concurrency: 1 },
  e2e: { concurrency: 1 },
};

/** No suite takes half as long; one that hangs must end with a word about where. */
const SUITE_LIMIT_MS = 25 * 60_000;

/**
 * Sort the arguments of `npm test -- ...`.
 * @param {readonly string[]} args
 * @returns {{ suites: string[], paths: string[], options: string[] }}
 */
export function readTestArguments(args) {
  const options = args.filter((arg) => arg.startsWith('-'));
  const named = args.filter((arg) => arg in SUITES);
  const paths = args.filter((arg) => !arg.startsWith('-') && !(arg in SUITES));
  const touched = Object.keys(SUITES).filter((suite) =>
    paths.some((path) => normal(path).startsWith(`test/${suite}`)),
  );
  const chosen = Object.keys(SUITES).filter(
    (suite) => named.includes(suite) || touched.includes(suite),
  );
  return { suites: chosen.length > 0 ? chosen : Object.keys(SUITES), paths, options };
}

/** Run the chosen suites; resolves with the exit code. */
export async function runTests(root, { suites, paths, options }) {
  const totals = {};
  let exitCode = 0;
  for (const suite of suites) {
    const files = testFiles(root, suite, paths);
    if (files.length === 0) {
      say(`no ${suite} tests`);
      continue;
    }
    process.stdout.write(`\n# ${suite}: ${files.length} files\n`);
    const code = await runSuite(root, suite, [...options, ...files]);
    if (code !== 0) exitCode = 1;
    addCounts(totals, takeCounts(root, suite));
  }
  printSummary(totals);
  return totals.tests ? exitCode : 1;
}

function testFiles(root, suite, paths) {
  const all = filesUnder(join(root, 'test', suite))
    .map((file) => normal(relative(root, file)))
    .filter((file) => /\.test\.(ts|mjs)$/.test(file));
  const wanted = paths.map((path) => normal(relative(root, resolve(root, path))));
  const inSuite = wanted.filter((path) => path.startsWith(`test/${suite}`));
  if (wanted.length === 0 || inSuite.length === 0) return all;
  return all.filter((file) => inSuite.some((path) => file.startsWith(path)));
}

function runSuite(root, suite, args) {
  const counts = countsFile(root, suite);
  rmSync(counts, { force: true });
  mkdirSync(join(root, '.posecast'), { recursive: true });
  const flags = [
    '--test',
    `--import=${pathToFileURL(join(import.meta.dirname, 'test-exit.mjs'))}`,
    `--test-concurrency=${SUITES[suite].concurrency}`,
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    `--test-reporter=${join(import.meta.dirname, 'test-counts.mjs')}`,
    `--test-reporter-destination=${counts}`,
  ];
  return launch(root, [...flags, ...args], { cwd: root, limitMs: SUITE_LIMIT_MS });
}

function takeCounts(root, suite) {
  try {
    return JSON.parse(readFileSync(countsFile(root, suite), 'utf8'));
  } catch {
    // The run ended before its summary; its exit code says so.
    return {};
  }
}

function countsFile(root, suite) {
  return join(root, '.posecast', `test-${suite}.json`);
}

function addCounts(totals, counts) {
  for (const [name, value] of Object.entries(counts)) totals[name] = (totals[name] ?? 0) + value;
}

const SUMMARY = {
  tests: 'tests',
  suites: 'suites',
  pass: 'passed',
  fail: 'failed',
  cancelled: 'cancelled',
  skipped: 'skipped',
  todo: 'todo',
  duration_ms: 'durationMs',
};

/** The same lines that `node --test` ends with, over all suites. */
function printSummary(totals) {
  process.stdout.write('\n# all suites\n');
  for (const [label, key] of Object.entries(SUMMARY)) {
    process.stdout.write(`ℹ ${label} ${totals[key] ?? 0}\n`);
  }
}

function normal(path) {
  return path.replaceAll('\\', '/').replace(/^\.\//, '');
}
