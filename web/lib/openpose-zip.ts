/** A template as a zip of OpenPose JSON, one file a picture: what import reads again. Pure. */
import { strToU8, zipSync } from 'fflate';
import type { Template } from '../../server/protocol/index.ts';
import {
  openPosePictures,
  type OpenPoseOptions,
} from '../../server/motion/convert/openpose-export.ts';

export function openPoseZip(template: Template, options: OpenPoseOptions): Blob {
  const files: Record<string, Uint8Array> = {};
  for (const { name, file } of openPosePictures(template, options)) {
    files[name] = strToU8(JSON.stringify(file));
  }
  return new Blob([zipSync(files)], { type: 'application/zip' });
}

/** Hands a file to the browser's downloads. */
export function download(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Long enough for the browser to have begun.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
