/** Width and height of a video of ours. */
import { AppError } from '../core/errors.ts';
import { FfmpegProcess } from '../outputs/ffmpeg-process.ts';
import { firstPictureCommand } from '../outputs/picture-command.ts';
import { readPng } from '../render/picture/png.ts';

/** Throws `unreadable_media`. */
export async function readPictureSize(
  path: string,
  ffmpeg: string,
): Promise<{ readonly width: number; readonly height: number }> {
  await using process = await FfmpegProcess.open(firstPictureCommand(path), ffmpeg);
  process.stdin.end();
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdout as AsyncIterable<Buffer>) chunks.push(chunk);
  try {
    const { width, height } = readPng(Buffer.concat(chunks), path);
    return { width, height };
  } catch (cause) {
    throw new AppError('unreadable_media', `${path} has no picture that can be decoded`, cause);
  }
}
