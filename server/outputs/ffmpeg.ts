/**
 * The one door to fluent-ffmpeg, which builds the argument lists; FfmpegProcess runs them. Values
 * go in one argument each, never through a shell, and only the formats and protocols a command
 * needs are opened. The commands themselves stand by their purpose beside this file. Pure.
 */
import ffmpeg from 'fluent-ffmpeg';
import { AppError } from '../core/errors.ts';

export const QUIET = ['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'warning'];

/** Open a stream at once: our Matroska header says all that probing could find out. */
const NO_PROBING = ['-probesize', '32', '-analyzeduration', '0', '-fpsprobesize', '0'];

export const MATROSKA_FROM_STDIN = [...NO_PROBING, '-protocol_whitelist', 'pipe', '-f', 'matroska'];

/** Containers opened from files: none that leads to other files, as play lists do. */
export const FILE_INPUT = [
  ...['-protocol_whitelist', 'file,pipe', '-format_whitelist'],
  'wav,w64,aiff,flac,mp3,aac,ogg,mov,mp4,matroska,webm,flv,avi,mpeg,mpegts',
];

/** Begin with the first packets: what is found out later is not needed. */
export const LITTLE_PROBING = [
  '-analyzeduration',
  '200000',
  '-probesize',
  '500000',
  '-fpsprobesize',
  '0',
];

export const RTMP_INPUT = [
  ...['-protocol_whitelist', 'rtmp,tcp', '-rw_timeout', '15000000', '-f', 'live_flv'],
];

/** Lists go in spread: fluent-ffmpeg splits the strings of a list at their blanks. */
export function build(
  inputOptions: readonly string[],
  input: string,
  outputOptions: readonly string[],
  output: string,
): string[] {
  const command = ffmpeg(input).inputOptions(...inputOptions);
  return command
    .outputOptions(...outputOptions)
    .output(output)
    ._getArguments();
}

export function rtmpUrl(url: string): string {
  // A blank would start librtmp options; control characters never belong in a URL.
  if (!/^rtmps?:\/\/[^\s\p{Cc}]+$/u.test(url)) {
    throw new AppError('bad_request', 'The target is no rtmp:// or rtmps:// URL without blanks');
  }
  return url;
}

/** With the protocol said, no file name can be taken for an option or for another protocol. */
export function fileUrl(path: string): string {
  return `file:${path}`;
}
