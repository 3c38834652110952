/** The motion file that `--pose` names, as a template. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { AppError } from '../core/errors.ts';
import { readPoseFile } from '../motion/convert/read-pose-file.ts';
import { MotionDataError } from '../motion/template/motion-data-error.ts';
import type { Template } from '../protocol/template.ts';

/** Throws `bad_request` where there is no file, `bad_template` where there is no motion in it. */
export async function openPoseFile(path: string): Promise<Template> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new AppError('bad_request', `Cannot read the motion file ${path}`, cause);
  }
  try {
    return readPoseFile(bytes, basename(path));
  } catch (error) {
    if (!(error instanceof MotionDataError)) throw error;
    throw new AppError('bad_template', `${path}: ${error.message}`, error);
  }
}
