/**
 * The ffmpeg lines that make recordings. What is being recorded is written in pieces of a second
 * (ISO/IEC 14496-12, 8.8; Matroska clusters), each whole by itself: whatever ends the process or the
 * machine costs the last one. Pure.
 */
import type { RecordingFormat } from '../../protocol/recording.ts';
import { MAX_INTERLEAVE_MICROSECONDS } from '../encoder-command.ts';
import { build, FILE_INPUT, fileUrl, MATROSKA_FROM_STDIN, QUIET } from '../ffmpeg.ts';
import { pictureSettings } from '../render-command.ts';

export type RecordCommand = {
  readonly format: RecordingFormat;
  readonly fps: number;
  readonly path: string;
  /** Names of the sound tracks on stdin, the first is what is heard. */
  readonly sounds: readonly string[];
};

/** In Matroska on stdin: H.264 for mp4, premultiplied RGBA for the others, then 16-bit sound. */
export function recordCommand({ format, fps, path, sounds }: RecordCommand): string[] {
  const names = sounds.flatMap((name, i) => [`-metadata:s:a:${i}`, `title=${name}`]);
  return build(
    [...QUIET, ...MATROSKA_FROM_STDIN],
    'pipe:0',
    [
      ...['-map', '0:v:0', '-map', '0:a', ...names],
      ...FORMATS[format](fps),
      ...['-max_interleave_delta', String(MAX_INTERLEAVE_MICROSECONDS)],
      ...['-flush_packets', '1', '-y'],
    ],
    fileUrl(path),
  );
}

/** Pictures that were left out are filled in: editors want a constant rate. */
const constant = (fps: number): string[] => ['-fps_mode', 'cfr', '-r', String(fps)];

/** `delay_moov`: the head is written once the first sound is known, with where it begins. */
const PIECES = ['-frag_duration', '1000000'];

const FORMATS: Readonly<Record<RecordingFormat, (fps: number) => string[]>> = {
  mp4: () => [
    ...['-c:v', 'copy', '-c:a', 'aac', '-b:a', '160k'],
    ...['-f', 'mp4', '-movflags', 'frag_keyframe+empty_moov+delay_moov+default_base_moof'],
  ],
  mov: (fps) => [
    ...pictureSettings('mov'),
    ...[...constant(fps), '-c:a', 'pcm_s16le'],
    ...['-f', 'mov', '-movflags', 'empty_moov+delay_moov+default_base_moof', ...PIECES],
  ],
  webm: (fps) => [
    ...liveVp9(),
    ...[...constant(fps), '-c:a', 'libopus', '-b:a', '128k'],
    ...['-f', 'webm', '-cluster_time_limit', '1000'],
  ],
};

/** As renders make it, but as fast as it must be. */
function liveVp9(): string[] {
  const settings = pictureSettings('webm');
  const at = settings.indexOf('-deadline');
  return [
    ...settings.slice(0, at),
    '-deadline',
    'realtime',
    '-cpu-used',
    '8',
    '-row-mt',
    '1',
  ].concat(
    ...['-threads', '2', '-crf', '30', '-b:v', '0'],
    settings.slice(settings.indexOf('-row-mt') + 2),
  );
}

/** The same streams with an index, for players that jump about and editors that want one. */
export function indexCommand(format: RecordingFormat, from: string, to: string): string[] {
  return build(
    [...QUIET, ...FILE_INPUT],
    fileUrl(from),
    ['-map', '0', '-c', 'copy', '-movflags', '+faststart', '-f', format, '-y'],
    fileUrl(to),
  );
}
