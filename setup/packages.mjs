// npm packages. They are installed without their install scripts (of those, mediasoup's and
// onnxruntime-node's would download from hosts that may be out of reach); the two that are needed
// are run by name below and in worker.mjs.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { run, say, SetupError, which } from './shell.mjs';

/** The pinned Node.js that runs the product, whatever version runs the set-up. */
export function nodePath(root) {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  return join(root, 'node_modules', 'node', 'bin', name);
}

/** Bring node_modules in line with package-lock.json, and Node with its pinned version. */
export async function ensurePackages(root) {
  if (!packagesMatch(root)) await installPackages(root);
  if (!pinnedNodeRuns(root)) await installNode(root);
  await ensureCuda(root);
}

/**
 * Does npm's own record of node_modules hold what the lock file asks for?
 * @param {string} root
 */
export function packagesMatch(root) {
  const locked = readJson(join(root, 'package-lock.json'));
  const installed = readJson(join(root, 'node_modules', '.package-lock.json'));
  if (!locked) throw new SetupError(`${join(root, 'package-lock.json')} is missing or unreadable`);
  return installed !== undefined && lockMatches(locked.packages, installed.packages ?? {});
}

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, devOptional?: boolean }} Entry
 * @param {Record<string, Entry>} locked `packages` of package-lock.json
 * @param {Record<string, Entry>} installed `packages` of node_modules/.package-lock.json
 */
export function lockMatches(locked, installed) {
  return Object.entries(locked).every(([path, wanted]) => {
    if (path === '') return true;
    const found = installed[path];
    // Optional packages are those for other processors and systems: they may be absent.
    if (!found) return wanted.optional === true || wanted.devOptional === true;
    return found.version === wanted.version && found.integrity === wanted.integrity;
  });
}

async function installPackages(root) {
  if (!which('npm')) throw new SetupError('npm is missing: please install Node.js with npm');
  say('installing packages (npm ci)');
  await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: root });
}

async function installNode(root) {
  say(`installing Node.js ${pinnedVersion(root)} for this project`);
  const scripts = { ...process.env, npm_config_ignore_scripts: 'false' };
  await run('npm', ['rebuild', 'node', '--no-audit', '--no-fund'], { cwd: root, env: scripts });
  if (!pinnedNodeRuns(root)) {
    throw new SetupError(`Node.js ${pinnedVersion(root)} was installed but doesn't start here`);
  }
}

/**
 * onnxruntime-node brings its CPU libraries in the package. Its install script adds the CUDA ones
 * (hundreds of megabytes), so it runs only when asked for.
 */
async function ensureCuda(root) {
  if (process.env.POSECAST_CUDA !== '1') return;
  if (process.platform !== 'linux' || process.arch !== 'x64') return;
  const library =
    'node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so';
  if (existsSync(join(root, library))) return;
  say('downloading the CUDA libraries of onnxruntime (POSECAST_CUDA=1)');
  try {
    await run(nodePath(root), ['script/install', '--onnxruntime-node-install'], {
      cwd: join(root, 'node_modules', 'onnxruntime-node'),
    });
  } catch (error) {
    say(`no CUDA libraries, inference stays on the CPU: ${error.message.split('\n').at(-1)}`);
  }
}

function pinnedNodeRuns(root) {
  const { stdout } = spawnSync(nodePath(root), ['--version'], { encoding: 'utf8' });
  return stdout?.trim() === `v${pinnedVersion(root)}`;
}

function pinnedVersion(root) {
  return readJson(join(root, 'package-lock.json'))?.packages['node_modules/node']?.version;
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
