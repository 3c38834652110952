/** ffmpeg's arguments for what goes out: the encoder, and pictures and sound together into FLV. Pure. */
import { build, fileUrl, MATROSKA_FROM_STDIN, QUIET, rtmpUrl } from './ffmpeg.ts';

export type EncoderName = 'libx264' | 'h264_nvenc';

export type EncoderCommand = {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly bitrateKbps: number;
  readonly encoder: EncoderName;
};

export type MuxTarget =
  | {
      readonly kind: 'rtmp';
      readonly url: string;
      /** Application, stream and the address the target knows itself by, where not in `url`. */
      readonly app?: string;
      readonly stream?: string;
      readonly shownUrl?: string;
    }
  | { readonly kind: 'file'; readonly path: string };

export type MuxCommand = { readonly target: MuxTarget; readonly audioBitrateKbps: number };

/** A target that stops reading would otherwise hang the pusher for ever; in microseconds. */
const RTMP_OPTIONS = ['-rw_timeout', '5000000', '-flvflags', 'no_duration_filesize'];

/** Sound waiting longer for its picture, or the other way round, goes out without it. */
export const MAX_INTERLEAVE_MICROSECONDS = 500_000;

/**
 * Raw I420 in Matroska on stdin, H.264 in FLV on stdout: one frame out for each frame in, no
 * frame held back. A frame whose timestamp is off the frame grid (by one 100 us tick) becomes a
 * key frame: the one way to ask the ffmpeg program for one. ffmpeg counts the grid from the first
 * frame, a key frame anyway, which must therefore be on it. Timestamps come out as they went in,
 * to FLV's millisecond.
 */
export function encoderCommand(options: EncoderCommand): string[] {
  const gridTicks = Math.round(10_000 / options.fps);
  return build(
    [...QUIET, '-copyts', ...MATROSKA_FROM_STDIN],
    'pipe:0',
    [
      ...['-an', '-c:v', options.encoder, ...encoderSettings(options.encoder)],
      ...['-profile:v', 'baseline', '-level', h264Level(options), '-pix_fmt', 'yuv420p'],
      ...['-color_primaries', 'bt709', '-color_trc', 'bt709'],
      ...['-colorspace', 'bt709', '-color_range', 'tv'],
      ...['-b:v', `${options.bitrateKbps}k`, '-maxrate', `${options.bitrateKbps}k`],
      ...['-bufsize', `${Math.round(options.bitrateKbps / 2)}k`],
      ...['-g', String(options.fps), '-keyint_min', String(options.fps), '-forced-idr', '1'],
      ...['-fps_mode', 'passthrough', '-enc_time_base', '1/10000'],
      ...['-force_key_frames', `expr:gt(mod(round(t*10000),${gridTicks}),0)`],
      ...['-f', 'flv', '-flvflags', 'no_duration_filesize', '-flush_packets', '1'],
    ],
    'pipe:1',
  );
}

/** H.264 and PCM in Matroska on stdin, copied and AAC-encoded into FLV at the target. */
export function muxCommand({ target, audioBitrateKbps }: MuxCommand): string[] {
  return build(
    [...QUIET, ...MATROSKA_FROM_STDIN],
    'pipe:0',
    [
      ...['-map', '0:v:0', '-map', '0:a:0', '-c:v', 'copy'],
      ...['-c:a', 'aac', '-b:a', `${audioBitrateKbps}k`],
      ...['-max_interleave_delta', String(MAX_INTERLEAVE_MICROSECONDS)],
      ...['-f', 'flv', '-flush_packets', '1'],
      ...(target.kind === 'rtmp' ? [...RTMP_OPTIONS, ...rtmpNames(target)] : ['-y']),
    ],
    target.kind === 'rtmp' ? rtmpUrl(target.url) : fileUrl(target.path),
  );
}

function rtmpNames({ app, stream, shownUrl }: Extract<MuxTarget, { kind: 'rtmp' }>): string[] {
  const named = [
    ['-rtmp_app', app],
    ['-rtmp_playpath', stream],
    ['-rtmp_tcurl', shownUrl],
  ] as const;
  return named.flatMap(([option, value]) => (value === undefined ? [] : [option, value]));
}

/** The lowest H.264 level (Table A-1) of those WebRTC peers know that the picture fits. */
export function h264Level(size: Pick<EncoderCommand, 'width' | 'height' | 'fps'>): string {
  const macroblocks = Math.ceil(size.width / 16) * Math.ceil(size.height / 16);
  const rate = macroblocks * size.fps;
  if (macroblocks <= 3600 && rate <= 108_000) return '3.1';
  if (macroblocks <= 8192 && rate <= 245_760) return '4.0';
  return '5.1';
}

/**
 * On 512 x 512 talking heads superfast costs 1.2 ms of CPU a frame more than ultrafast and gives
 * 0.6 dB more at 800 kb/s; veryfast costs 3 ms more for another 0.15 dB. Two slices halve the
 * time to the first byte at no loss of quality.
 */
export function encoderSettings(encoder: EncoderName): string[] {
  switch (encoder) {
    case 'libx264':
      return [
        ...['-preset', 'superfast', '-tune', 'zerolatency', '-threads', '2'],
        ...['-sc_threshold', '0', '-bf', '0'],
      ];
    case 'h264_nvenc':
      return [
        ...['-preset', 'p3', '-tune', 'ull', '-zerolatency', '1', '-delay', '0'],
        ...['-rc', 'cbr', '-rc-lookahead', '0', '-bf', '0'],
      ];
    default:
      return encoder satisfies never;
  }
}
