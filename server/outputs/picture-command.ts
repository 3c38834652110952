/** ffmpeg's arguments for pictures and footage that come from files. Pure. */
import type { Orientation } from '../render/picture/exif.ts';
import { build, FILE_INPUT, fileUrl, QUIET } from './ffmpeg.ts';

/** A person's footage as a pack keeps it: H.264 without sound, at most 720 lines, even sides. */
export function clipVideoCommand(options: {
  readonly path: string;
  readonly target: string;
  readonly fps: number;
  readonly frames: number;
  /** Covered from its middle; without it, the footage's own. */
  readonly size?: { readonly width: number; readonly height: number };
}): string[] {
  const { path, target, fps, frames, size } = options;
  const fit = size
    ? `scale=${size.width}:${size.height}:force_original_aspect_ratio=increase,crop=${size.width}:${size.height}`
    : "scale=w='trunc(iw*min(1,720/ih)/2)*2':h='trunc(min(720,ih)/2)*2'";
  return build(
    [...QUIET, ...FILE_INPUT],
    fileUrl(path),
    [
      ...['-map', '0:v:0', '-an', '-vf', `fps=${fps},${fit},format=yuv420p`],
      ...['-frames:v', String(frames), '-c:v', 'libx264', '-preset', 'medium', '-crf', '16'],
      ...['-movflags', '+faststart', '-f', 'mp4', '-y'],
    ],
    fileUrl(target),
  );
}

/** Footage of `clipVideoCommand` one after the other; `list`: a file of `file NAME` lines beside them. */
export function joinClipsCommand(list: string, target: string): string[] {
  return build(
    [
      ...QUIET,
      '-f',
      'concat',
      '-protocol_whitelist',
      'file',
      '-format_whitelist',
      'concat,mov,mp4',
    ],
    fileUrl(list),
    ['-map', '0:v:0', '-c', 'copy', '-movflags', '+faststart', '-f', 'mp4', '-y'],
    fileUrl(target),
  );
}

/** A pack's footage as raw frames that cover a size from its middle: full-range I420 or RGBA. */
export function clipFramesCommand(options: {
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly frames: number;
  readonly pixels?: 'rgba';
}): string[] {
  const { path, width, height, fps, frames, pixels = 'yuvj420p' } = options;
  const size = `${width}:${height}`;
  const filters = [
    `fps=${fps}`,
    `scale=${size}:force_original_aspect_ratio=increase:flags=bicubic:out_color_matrix=bt601:out_range=full`,
    `crop=${size}`,
    `format=${pixels}`,
  ];
  return build(
    [...QUIET, ...FILE_INPUT],
    fileUrl(path),
    ['-map', '0:v:0', '-vf', filters.join(','), '-frames:v', String(frames), '-f', 'rawvideo'],
    'pipe:1',
  );
}

/** The first picture of a video as PNG. */
export function firstPictureCommand(path: string): string[] {
  const settings = ['-map', '0:v:0', '-frames:v', '1', '-c:v', 'png', '-pix_fmt', 'rgb24'];
  return build(
    [...QUIET, ...FILE_INPUT],
    fileUrl(path),
    [...settings, '-f', 'image2pipe'],
    'pipe:1',
  );
}

/** Versions of ffmpeg differ in whether they turn pictures by themselves: so none does. */
export const AS_STORED = ['-noautorotate'];

/** What turns a picture's pixels upright. https://ffmpeg.org/ffmpeg-filters.html#transpose-1 */
export function upright(orientation: Orientation): string[] {
  const turns = {
    ...{ 1: [], 2: ['hflip'], 3: ['hflip', 'vflip'], 4: ['vflip'] },
    ...{ 5: ['transpose=0'], 6: ['transpose=1'], 7: ['transpose=3'], 8: ['transpose=2'] },
  } as const satisfies Record<Orientation, readonly string[]>;
  return [...turns[orientation]];
}

/** A picture from stdin as RGBA of its upright size on stdout; broken data is an error, not a grey area. */
export function pictureCommand(
  format: 'png' | 'jpeg' | 'webp',
  orientation: Orientation,
): string[] {
  const input = [...QUIET, '-protocol_whitelist', 'pipe', '-err_detect', 'explode', ...AS_STORED];
  const turned = ['-vf', [...upright(orientation), 'format=rgba'].join(',')];
  const settings = ['-frames:v', '1', ...turned, '-f', 'rawvideo', '-pix_fmt', 'rgba'];
  return build([...input, '-xerror', '-f', `${format}_pipe`], 'pipe:0', settings, 'pipe:1');
}
