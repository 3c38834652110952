// Completes package-lock.json with the packages of other platforms.
//
//   node setup/lock-file.mjs      after each `npm install` that changed the lock file
//
// Packages with native parts list one optional package for each platform. npm leaves those out of
// the lock that the registry in use can't serve (a mirror holds what its users need), and `npm ci`
// then refuses the lock everywhere. Their names and versions are known from the package that asks
// for them; without an integrity hash npm takes the one that its registry states.

import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `-darwin-arm64`, `-linux-x64-musl`, `-wasm32-wasi` at the end of a package's name. */
const PLATFORM =
  /-(?:(?<os>aix|android|darwin|freebsd|linux|openharmony|win32)-(?<cpu>[a-z0-9]+)|(?<wasm>wasm32))(?:-(?<abi>[a-z]+))?$/;

/**
 * Optional packages that the lock doesn't hold.
 * @param {Record<string, any>} packages `packages` of package-lock.json
 * @returns {{ name: string, version: string, dev: boolean }[]}
 */
export function missingOptional(packages) {
  const missing = new Map();
  for (const [path, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (resolves(packages, path, name)) continue;
      missing.set(name, { name, version, dev: entry.dev === true });
    }
  }
  return [...missing.values()];
}

/** A lock with an entry for every optional package; the given one is left as it is. */
export function completeLock(lock) {
  const added = missingOptional(lock.packages).map((item) => [
    `node_modules/${item.name}`,
    platformEntry(item),
  ]);
  const packages = [...Object.entries(lock.packages), ...added].sort(([a], [b]) =>
    a.localeCompare(b, 'en'),
  );
  return { ...lock, packages: Object.fromEntries(packages) };
}

function platformEntry({ name, version, dev }) {
  const platform = PLATFORM.exec(name)?.groups;
  if (!platform || !/^\d/.test(version)) {
    throw new Error(`${name}@${version}: can't tell its platform or exact version from its name`);
  }
  const { os, cpu, wasm, abi } = platform;
  return {
    version,
    cpu: [wasm ?? cpu],
    ...(dev && { dev: true }),
    ...(os === 'linux' && abi && { libc: [abi.startsWith('musl') ? 'musl' : 'glibc'] }),
    optional: true,
    ...(os && { os: [os] }),
  };
}

/** Node's way of looking up: beside the package that asks, then in each folder above it. */
function resolves(packages, path, name) {
  for (let base = path; ; base = parentOf(base)) {
    const prefix = base === '' ? '' : `${base}/`;
    if (packages[`${prefix}node_modules/${name}`]) return true;
    if (base === '') return false;
  }
}

function parentOf(path) {
  const end = path.lastIndexOf('/node_modules/');
  return end < 0 ? '' : path.slice(0, end);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = join(dirname(import.meta.dirname), 'package-lock.json');
  const before = JSON.parse(readFileSync(file, 'utf8'));
  const after = completeLock(before);
  writeFileSync(file, `${JSON.stringify(after, null, 2)}\n`);
  const count = Object.keys(after.packages).length - Object.keys(before.packages).length;
  process.stdout.write(`package-lock.json: ${count} packages of other platforms added\n`);
}
