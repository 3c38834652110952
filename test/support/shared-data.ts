/**
 * Real sample data that is not part of the repository. Tests that need it skip with the reason
 * when it is not there.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const ROOT =
  process.env['POSECAST_SHARED_DATA'] ?? join(import.meta.dirname, '../../../shared/data');

export type SharedFile = { readonly path: string; readonly skip: string | false };

/** A file of the sample data, and what to pass to `test` as `skip`. */
export function sharedFile(name: string): SharedFile {
  const path = join(ROOT, name);
  const missing = `SKIPPED FOR WANT OF DATA: no ${path}; set POSECAST_SHARED_DATA`;
  return { path, skip: existsSync(path) ? false : missing };
}
