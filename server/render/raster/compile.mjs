/**
 * Makes the modules of wasm/*.ts with the AssemblyScript compiler:
 *   node server/render/raster/compile.mjs [FOLDER]
 * The results are in the repository, so that a start compiles nothing; a test compares the two.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const here = import.meta.dirname;
const compiler = createRequire(import.meta.url).resolve('assemblyscript/bin/asc.js');
const folder = process.argv[2] ?? here;

for (const name of ['raster', 'i420', 'scene', 'mesh', 'enlarge', 'bend', 'film']) {
  const { status } = spawnSync(
    process.execPath,
    [
      compiler,
      ...[`wasm/${name}.ts`, '--outFile', join(folder, `${name}.wasm`)],
      ...['-O3', '--converge', '--noAssert', '--uncheckedBehavior', 'always'],
      ...['--enable', 'simd', '--runtime', 'stub'],
    ],
    { cwd: here, stdio: 'inherit' },
  );
  if (status !== 0) process.exit(status ?? 1);
}
