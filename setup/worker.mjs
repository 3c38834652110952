// mediasoup's worker: a native program that the npm package would download or build in its install
// script. Set-up does it instead, in the order: already there, built or downloaded before (the cache
// lies outside the checkout, so a clone or `npm ci` costs nothing), the official prebuilt, our own
// build. The binary ends up at mediasoup's default path, where the server finds it by itself.

import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { writeFile } from 'node:fs/promises';
import { homedir, platform, release } from 'node:os';
import { dirname, join } from 'node:path';
import { readDistribution } from './distribution.mjs';
import { withLock } from './lock.mjs';
import { run, say, SetupError, status } from './shell.mjs';
import { buildWorker, RECIPE_VERSION } from './worker-build.mjs';

/** Exit status of a worker started without MEDIASOUP_VERSION: it runs on this machine. */
const STARTED_WITHOUT_VERSION = 41;

const CONNECT_TIMEOUT_MS = 4000;
const DOWNLOAD_TIMEOUT_MS = 60_000;

/** mediasoup's default path for its worker. */
export function workerPath(root) {
  return join(root, 'node_modules', 'mediasoup', 'worker', 'out', 'Release', 'mediasoup-worker');
}

/** Does this worker binary start here? No environment is given to it, so it stops at once. */
export function isUsableWorker(path) {
  return status(path, [], { env: {}, timeoutMs: 5000 }) === STARTED_WITHOUT_VERSION;
}

/** Where binaries outlive a checkout. */
export function cacheFolder(env = process.env) {
  return (
    env.POSECAST_CACHE ||
    join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'posecast')
  );
}

/** The cached file's name: a binary serves one mediasoup version, processor and distribution. */
export function workerCacheName(version, distribution = readDistribution(), arch = process.arch) {
  const system = `${distribution.id}${distribution.version}`.replace(/[^a-z0-9.]/gi, '');
  return `mediasoup-worker-${version}-${arch}-${system}-r${RECIPE_VERSION}`;
}

/** Make sure that a worker which starts lies at mediasoup's default path. */
export async function ensureWorker(root) {
  const target = workerPath(root);
  if (process.env.MEDIASOUP_WORKER_BIN || isUsableWorker(target)) return;
  const version = await mediasoupVersion(root);
  const cached = join(cacheFolder(), workerCacheName(version));
  if (!isUsableWorker(cached)) {
    await mkdir(cacheFolder(), { recursive: true });
    await withLock(`${cached}.lock`, () => fillCache(root, version, cached));
  }
  await place(cached, target);
}

async function fillCache(root, version, cached) {
  if (isUsableWorker(cached)) return;
  const draft = `${cached}.${process.pid}`;
  try {
    if (!(await downloadPrebuilt(version, draft))) {
      say("building mediasoup's worker from its package: about 10 minutes of one core, once");
      await buildWorker(join(root, 'node_modules', 'mediasoup', 'worker'), draft);
    }
    await chmod(draft, 0o755);
    if (!isUsableWorker(draft))
      throw new SetupError("mediasoup's worker was built but won't start");
    await rename(draft, cached);
  } finally {
    await rm(draft, { force: true });
  }
}

/** Copies beside the target first: a half-written file never has the name that the server runs. */
async function place(source, target) {
  await mkdir(dirname(target), { recursive: true });
  const draft = `${target}.${process.pid}`;
  await copyFile(source, draft);
  await chmod(draft, 0o755);
  await rename(draft, target);
  if (!isUsableWorker(target)) throw new SetupError(`${target} doesn't start on this machine`);
}

/**
 * Download mediasoup's official binary.
 * @returns {Promise<boolean>} false when it can't be had; the caller builds then
 */
export async function downloadPrebuilt(version, destination, fetchFile = fetchWithin) {
  const name = prebuiltName(version);
  const base = 'https://github.com/versatica/mediasoup/releases/download';
  const folder = await mkdtemp(`${destination}-download-`);
  try {
    const archive = join(folder, name);
    await writeFile(archive, await fetchFile(`${base}/${version}/${name}`));
    await run('tar', ['-xzf', archive, '-C', folder]);
    const entries = await readdir(folder);
    const binary = entries.find((entry) => entry === 'mediasoup-worker');
    if (!binary || !isUsableWorker(join(folder, binary))) return false;
    await rename(join(folder, binary), destination);
    say("downloaded mediasoup's worker");
    return true;
  } catch (error) {
    if (error.interrupted) throw error;
    // Every reason ends the same way: no network, a firewall, no file for this platform.
    say(`no prebuilt mediasoup worker (${reason(error)})`);
    return false;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function prebuiltName(version) {
  const kernel = platform() === 'linux' ? `-kernel${release().split('.')[0]}` : '';
  return `mediasoup-worker-${version}-${platform()}-${process.arch}${kernel}.tgz`;
}

/** The server must answer within seconds; the body may then take a minute. */
async function fetchWithin(url) {
  const controller = new AbortController();
  const abort = () => controller.abort(new Error('timed out'));
  let timer = setTimeout(abort, CONNECT_TIMEOUT_MS);
  try {
    const response = await fetch(url, { signal: controller.signal });
    clearTimeout(timer);
    timer = setTimeout(abort, DOWNLOAD_TIMEOUT_MS);
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  } finally {
    clearTimeout(timer);
  }
}

function reason(error) {
  return error.cause?.code ?? error.cause?.message ?? error.message.split('\n')[0];
}

async function mediasoupVersion(root) {
  const file = join(root, 'node_modules', 'mediasoup', 'package.json');
  return JSON.parse(await readFile(file, 'utf8')).version;
}
