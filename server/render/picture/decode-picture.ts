/**
 * Pictures from outside (PNG, JPEG, WebP), upright, by an ffmpeg of their own: a broken or hostile file can
 * end that process and nothing else. Main thread or a command; not for what must not wait.
 */
import { AppError } from '../../core/errors.ts';
import { FfmpegProcess } from '../../outputs/ffmpeg-process.ts';
import { pictureCommand } from '../../outputs/picture-command.ts';
import { readPictureHead } from './picture-size.ts';
import type { Still } from './still.ts';

const MOST_SIDE = 8192;
const MOST_PIXELS = 40e6;
const MOST_MS = 20_000;

/** Throws `unreadable_media` for what is no picture, is broken, or has more than 40 megapixels. */
export async function decodePicture(
  bytes: Uint8Array,
  options: { readonly name: string; readonly ffmpeg: string },
): Promise<Still> {
  const { name, ffmpeg } = options;
  const head = readPictureHead(bytes);
  if (!head) throw unreadable(`${name} is no PNG, JPEG or WebP picture`);
  const { format, width, height, orientation } = head;
  const fits = width > 0 && height > 0 && Math.max(width, height) <= MOST_SIDE;
  if (!fits || width * height > MOST_PIXELS) {
    const most = `${MOST_SIDE} pixels a side and ${MOST_PIXELS / 1e6} megapixels`;
    throw unreadable(`${name} has ${width} x ${height} pixels; at most ${most} are taken`);
  }
  await using process = await FfmpegProcess.open(pictureCommand(format, orientation), ffmpeg);
  const timer = setTimeout(() => void process.close(), MOST_MS);
  process.stdin.end(bytes);
  const rgba = new Uint8Array(width * height * 4);
  let filled = 0;
  for await (const chunk of process.stdout as AsyncIterable<Buffer>) {
    rgba.set(chunk.subarray(0, rgba.length - filled), filled);
    filled = Math.min(rgba.length, filled + chunk.length);
  }
  clearTimeout(timer);
  if (filled < rgba.length) {
    throw unreadable(`${name} is broken: ${process.stderrTail.at(-1) ?? 'it ends too early'}`);
  }
  return { width, height, rgba };
}

function unreadable(message: string): AppError {
  return new AppError('unreadable_media', message);
}
