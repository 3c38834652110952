// Builds mediasoup's worker from the npm package's own `worker/` folder against the distribution's
// libraries, for machines that can't download the prebuilt one. Tried on Debian 12 with mediasoup
// 3.27.1: about ten CPU minutes, one 3 MB binary.
//
// mediasoup's build downloads its libraries (meson "wraps"). Each wrap is replaced by a small shim
// from `worker-shims/` that points to the system's library instead; where the interfaces differ
// (libsrtp 3 against 2, ankerl::unordered_dense) the shim holds a thin header that adapts them.

import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { installPackages, missingPackages } from './distribution.mjs';
import { run, say, SetupError } from './shell.mjs';

/** Raise it when shims or patches change what the binary does: cached builds are then made anew. */
export const RECIPE_VERSION = 1;

const BUILD_PACKAGES = [
  'g++',
  'meson',
  'ninja-build',
  'pkg-config',
  'libssl-dev',
  'libuv1-dev',
  'libsrtp2-dev',
  'libabsl-dev',
  'libflatbuffers-dev',
  'flatbuffers-compiler',
];

const SHIMS = join(import.meta.dirname, 'worker-shims');

/**
 * @param {string} source the npm package's `worker` folder
 * @param {string} destination the binary to make
 */
export async function buildWorker(source, destination) {
  const missing = missingPackages(BUILD_PACKAGES);
  if (missing.length > 0) await installPackages(missing, "to build mediasoup's worker");
  const work = await mkdtemp(join(tmpdir(), 'posecast-worker-'));
  try {
    await cp(source, work, { recursive: true });
    await replaceWraps(work);
    await patchSources(work);
    await compile(work);
    await mkdir(dirname(destination), { recursive: true });
    await cp(join(work, 'build', 'mediasoup-worker'), destination);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function replaceWraps(work) {
  await rm(join(work, 'out'), { recursive: true, force: true });
  await rm(join(work, 'subprojects'), { recursive: true, force: true });
  await cp(SHIMS, join(work, 'subprojects'), { recursive: true });
}

async function patchSources(work) {
  const meson = join(work, 'meson.build');
  // Debian 12 has meson 1.0.1; nothing in the file needs the 1.1.0 it asks for.
  await replaceIn(meson, /^ *meson_version:.*\n/m, '');
  await replaceIn(
    meson,
    "= dependency('unordered_dense')",
    "= subproject('unordered_dense').get_variable('ankerl_unordered_dense_dep')",
  );
  // Debian's OpenSSL is built with kTLS. mediasoup's BIO callback answers 1 to every BIO_ctrl(), so
  // OpenSSL believes kTLS is active, allocates no write buffer, and the first DTLS handshake
  // crashes the worker. The callback must return the real value for "... | BIO_CB_RETURN" calls.
  await replaceIn(
    join(work, 'src', 'RTC', 'DtlsTransport.cpp'),
    '(operationType == BIO_CB_RETURN)',
    '((operationType & BIO_CB_RETURN) != 0)',
  );
}

/** Replace once, and refuse a source that no longer looks as the patch expects. */
async function replaceIn(file, pattern, replacement) {
  const before = await readFile(file, 'utf8');
  const after = before.replace(pattern, replacement);
  if (after === before) {
    throw new SetupError(`${file} is not as the build expects (${pattern}): review the patch`);
  }
  await writeFile(file, after);
}

async function compile(work) {
  const build = join(work, 'build');
  const options = ['--wrap-mode=nodownload', '--buildtype=release', '-Db_ndebug=true'];
  await run('meson', ['setup', build, ...options], { cwd: work });
  // First, since no target depends on these generated headers.
  await run('meson', ['compile', '-C', build, 'flatbuffers-generator']);
  const jobs = process.env.POSECAST_BUILD_JOBS ?? String(availableParallelism());
  await run('meson', ['compile', '-C', build, '-j', jobs, 'mediasoup-worker'], {
    onLine: progressReporter(),
  });
  await run('strip', [join(build, 'mediasoup-worker')]);
}

/** Turns ninja's `[12/345] ...` lines into one short line per tenth of the way. */
export function progressReporter(report = say) {
  let shownTenth = 0;
  return (line) => {
    const step = /^\[(\d+)\/(\d+)\]/.exec(line);
    if (!step) return;
    const tenth = Math.floor((10 * Number(step[1])) / Number(step[2]));
    if (tenth <= shownTenth) return;
    shownTenth = tenth;
    report(`building mediasoup's worker: ${tenth * 10} %`);
  };
}
