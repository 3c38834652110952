/** The ffmpeg lines around slates: from outside into one kind of file, and from it into frames. Pure. */
import type { PictureHead } from '../../render/picture/picture-size.ts';
import { build, FILE_INPUT, fileUrl, QUIET } from '../ffmpeg.ts';
import { AS_STORED, upright } from '../picture-command.ts';

/** What a slate is made from: a picture of a kind, or a video of any that we read. */
export type SlateSource = Pick<PictureHead, 'format' | 'orientation'> | 'video';

const MOST_SECONDS = 20;
const MOST_SIDE = 1920;

/** Any picture or video as a short silent video with even sides. */
export function makeSlateCommand(source: SlateSource, from: string, to: string): string[] {
  const fit = `scale=w='min(${MOST_SIDE},iw)':h='min(${MOST_SIDE},ih)'`;
  const shape = `${fit}:force_original_aspect_ratio=decrease:force_divisible_by=2`;
  const turn = source === 'video' ? [] : upright(source.orientation);
  const filters = [...turn, shape, 'fps=25', 'format=yuv420p'].join(',');
  const input =
    source === 'video'
      ? FILE_INPUT
      : [...AS_STORED, '-protocol_whitelist', 'file', '-f', `${source.format}_pipe`];
  return build(
    [...QUIET, ...input],
    fileUrl(from),
    [
      ...['-map', '0:v:0', '-an', '-t', String(MOST_SECONDS), '-vf', filters],
      ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '16', '-map_metadata', '-1'],
      ...['-movflags', '+faststart', '-f', 'mp4', '-y'],
    ],
    fileUrl(to),
  );
}

/** A slate over and over as raw I420 frames that fill the picture, as fast as they are taken. */
export function playSlateCommand(
  path: string,
  size: { readonly width: number; readonly height: number; readonly fps: number },
): string[] {
  const { width, height, fps } = size;
  const fill = `scale=${width}:${height}:force_original_aspect_ratio=increase`;
  const colours = 'out_color_matrix=bt709:out_range=tv';
  return build(
    [...QUIET, '-stream_loop', '-1', '-threads', '1', '-protocol_whitelist', 'file', '-f', 'mov'],
    fileUrl(path),
    [
      ...['-map', '0:v:0', '-vf', `${fill}:${colours},crop=${width}:${height},fps=${fps}`],
      ...['-f', 'rawvideo', '-pix_fmt', 'yuv420p'],
    ],
    'pipe:1',
  );
}
