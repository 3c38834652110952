// Loaded into every test file's process: a file whose tests are over must end by itself. One that
// doesn't is told what keeps it and ended, instead of holding up the whole run for ever.

import { writeSync } from 'node:fs';

/** Threads and processes that were asked to end may need this long on a busy machine. */
const PATIENCE_MS = 15_000;
const STDERR = 2;

if (process.env.NODE_TEST_CONTEXT) {
  const { after } = await import('node:test');
  after(() => setTimeout(endLoudly, PATIENCE_MS).unref());
}

/** Only reached when something still holds the event loop. */
function endLoudly() {
  const kept = process.getActiveResourcesInfo().join(', ') || 'nothing known';
  const handles = process._getActiveHandles().map(describe).join('; ');
  writeSync(
    STDERR,
    `\nLEFT OPEN: ${process.argv[1]} did not end ${PATIENCE_MS / 1000} s after its last test.\n` +
      `  kept by: ${kept}\n  handles: ${handles}\n`,
  );
  process.exit(1);
}

function describe(handle) {
  const name = handle.constructor?.name ?? typeof handle;
  if (handle.spawnargs) return `${name} ${handle.pid} ${handle.spawnargs.slice(0, 3).join(' ')}`;
  if (handle.threadId !== undefined) return `${name} ${handle.threadId}`;
  if (handle.remotePort) return `${name} to port ${handle.remotePort}`;
  return name;
}
