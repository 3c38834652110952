/**
 * Makes raster.wasm from wasm/raster.ts with the AssemblyScript compiler:
 *   node server/render/raster/compile.mjs [OUT.wasm]
 * The result is in the repository, so that a start compiles nothing; a test compares the two.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const here = import.meta.dirname;
const compiler = createRequire(import.meta.url).resolve('assemblyscript/bin/asc.js');
const out = process.argv[2] ?? join(here, 'raster.wasm');
const { status } = spawnSync(
  process.execPath,
  [
    compiler,
    'wasm/raster.ts',
    '--outFile',
    out,
    ...['-O3', '--converge', '--noAssert', '--uncheckedBehavior', 'always'],
    ...['--enable', 'simd', '--runtime', 'stub'],
  ],
  { cwd: here, stdio: 'inherit' },
);
process.exitCode = status ?? 1;
