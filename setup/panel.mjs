// The control panel: Next.js builds `web/` into static files in `web/out`, which the server serves.
// It is built again only when one of its sources has changed.

import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { nodePath } from './packages.mjs';
import { run, say, SetupError } from './shell.mjs';
import { hashSources, stampMatches, writeStamp } from './stamp.mjs';

/** What the panel's files are made from: its folder, what it shares with the server, its packages. */
const SOURCES = [
  'web',
  'server/protocol',
  'server/motion/convert',
  'server/motion/template',
  'server/render/skeleton',
  'package-lock.json',
];
const NOT_SOURCES = new Set([
  'out',
  '.next',
  'node_modules',
  'next-env.d.ts',
  'tsconfig.tsbuildinfo',
  'mediapipe',
  'pdfjs',
]);

/** MediaPipe as its package ships it: served from our own origin, never from somebody else's. */
const MEDIAPIPE = [
  'vision_bundle.mjs',
  'wasm/vision_wasm_module_internal.js',
  'wasm/vision_wasm_module_internal.wasm',
];

/** The last level costs twice the time for a hundredth. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } };

/** pdf.js' worker, which is loaded by address. */
const PDF_WORKER = 'pdf.worker.min.mjs';

export async function ensurePanel(root) {
  if (!existsSync(join(root, 'web', 'app'))) {
    say('no panel yet (web/app is missing): skipped');
    return;
  }
  // Kept inside the build: who deletes web/out gets a new one.
  const stamp = join(root, 'web', 'out', '.sources');
  const hash = hashSources(root, SOURCES, NOT_SOURCES);
  if (stampMatches(stamp, hash)) return;
  say('building the panel (about a minute)');
  copyMediaPipe(root);
  copyPdfWorker(root);
  await run(nodePath(root), nextArguments(root, 'build'), {
    cwd: root,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' },
  });
  if (!existsSync(join(root, 'web', 'out', 'index.html'))) {
    throw new SetupError("the panel's build left no web/out/index.html");
  }
  compressScripts(join(root, 'web', 'out', '_next', 'static'));
  writeStamp(stamp, hash);
}

/** Scripts and styles once more beside themselves, a third as large: the server sends what is asked for. */
function compressScripts(folder) {
  for (const name of readdirSync(folder, { recursive: true })) {
    if (!/\.(js|css)$/.test(name)) continue;
    const path = join(folder, name);
    const bytes = readFileSync(path);
    writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9, memLevel: 9 }));
    writeFileSync(`${path}.br`, brotliCompressSync(bytes, BROTLI));
  }
}

/** Type declarations that Next.js writes for the panel; `tsc` needs them on a clean checkout. */
export async function ensurePanelTypes(root) {
  if (!existsSync(join(root, 'web', 'tsconfig.json'))) return;
  if (existsSync(join(root, 'web', 'next-env.d.ts'))) return;
  await run(nodePath(root), nextArguments(root, 'typegen'), {
    cwd: root,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
  });
}

function copyMediaPipe(root) {
  const folder = join(root, 'web', 'public', 'mediapipe');
  mkdirSync(folder, { recursive: true });
  for (const file of MEDIAPIPE) {
    const source = join(root, 'node_modules', '@mediapipe', 'tasks-vision', file);
    copyFileSync(source, join(folder, basename(file)));
  }
}

function copyPdfWorker(root) {
  const folder = join(root, 'web', 'public', 'pdfjs');
  mkdirSync(folder, { recursive: true });
  const source = join(root, 'node_modules', 'pdfjs-dist', 'build', PDF_WORKER);
  copyFileSync(source, join(folder, PDF_WORKER));
}

function nextArguments(root, command) {
  return [join(root, 'node_modules', 'next', 'dist', 'bin', 'next'), command, 'web'];
}
