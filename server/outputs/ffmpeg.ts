/**
 * The one door to fluent-ffmpeg, which builds the argument lists; FfmpegProcess runs them. Values
 * go in one argument each, never through a shell, and only the formats and protocols a command
 * needs are opened. Pure but for `probe`.
 */
import { execFile } from 'node:child_process';
import ffmpeg from 'fluent-ffmpeg';
import { z } from 'zod';
import { AppError } from '../core/errors.ts';

export type EncoderName = 'libx264' | 'h264_nvenc';

export type EncoderCommand = {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly bitrateKbps: number;
  readonly encoder: EncoderName;
};

export type MuxTarget =
  | { readonly kind: 'rtmp'; readonly url: string }
  | { readonly kind: 'file'; readonly path: string };

export type MuxCommand = { readonly target: MuxTarget; readonly audioBitrateKbps: number };

export type OpusFromFileCommand = {
  readonly path: string;
  readonly rtpPort: number;
  readonly rtcpPort: number;
  readonly payloadType: number;
  readonly ssrc: number;
  /** Stops after this long; without it, at the file's end. */
  readonly seconds?: number;
};

const QUIET = ['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'warning'];

/** Open a stream at once: our Matroska header says all that probing could find out. */
const NO_PROBING = ['-probesize', '32', '-analyzeduration', '0', '-fpsprobesize', '0'];
const MATROSKA_FROM_STDIN = [...NO_PROBING, '-protocol_whitelist', 'pipe', '-f', 'matroska'];

/** A target that stops reading would otherwise hang the pusher for ever; in microseconds. */
const RTMP_OPTIONS = ['-rw_timeout', '5000000', '-flvflags', 'no_duration_filesize'];

/** Containers opened from files: none that leads to other files, as play lists do. */
const FILE_INPUT = [
  ...['-protocol_whitelist', 'file,pipe', '-format_whitelist'],
  'wav,w64,aiff,flac,mp3,aac,ogg,mov,mp4,matroska,webm,flv,avi,mpeg,mpegts',
];

const PROBE_TIMEOUT_MS = 15_000;

/** Sound waiting longer for its picture, or the other way round, goes out without it. */
const MAX_INTERLEAVE_MICROSECONDS = 500_000;

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
      ...(target.kind === 'rtmp' ? RTMP_OPTIONS : ['-y']),
    ],
    target.kind === 'rtmp' ? rtmpUrl(target.url) : fileUrl(target.path),
  );
}

/** In real time by the packet: `-re` paces whole reads, which are 128 ms of a WAV file. */
const PACED = 'aresample=48000,asetnsamples=n=960:p=1,arealtime';

/** A sound file in real time as Opus RTP (mono, 20 ms packets) to two loopback ports. */
export function opusFromFileCommand(options: OpusFromFileCommand): string[] {
  return build(
    [...QUIET, ...FILE_INPUT],
    fileUrl(options.path),
    [
      ...(options.seconds === undefined ? [] : ['-t', String(options.seconds)]),
      ...['-map', '0:a:0', '-ac', '1', '-ar', '48000', '-af', PACED],
      ...['-c:a', 'libopus', '-b:a', '64k', '-application', 'lowdelay', '-frame_duration', '20'],
      ...['-payload_type', String(options.payloadType), '-ssrc', String(options.ssrc)],
      ...['-f', 'rtp'],
    ],
    `rtp://127.0.0.1:${options.rtpPort}?rtcpport=${options.rtcpPort}&pkt_size=1200`,
  );
}

const ProbeReport = z.object({
  format: z.object({ format_name: z.string(), duration: z.coerce.number().optional() }),
  streams: z.array(
    z.object({
      codec_type: z.string(),
      codec_name: z.string().optional(),
      width: z.number().optional(),
      height: z.number().optional(),
      sample_rate: z.coerce.number().optional(),
      channels: z.number().optional(),
      duration: z.coerce.number().optional(),
      start_time: z.coerce.number().optional(),
      color_space: z.string().optional(),
      color_range: z.string().optional(),
    }),
  ),
});

/** What ffprobe says of a file, in its own words; times in seconds. */
export type ProbeReport = z.infer<typeof ProbeReport>;

/** Looks into a media file. Throws `unreadable_media` with the path and the reason. */
export async function probe(path: string, command = 'ffprobe'): Promise<ProbeReport> {
  const args = ['-v', 'error', ...FILE_INPUT, '-print_format', 'json'];
  const output = await new Promise<string>((resolve, reject) => {
    const limits = { timeout: PROBE_TIMEOUT_MS, killSignal: 'SIGKILL', maxBuffer: 4e6 } as const;
    const target = ['-show_format', '-show_streams', fileUrl(path)];
    execFile(command, [...args, ...target], limits, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(probeError(path, command, error, stderr));
    });
  });
  const report = ProbeReport.safeParse(JSON.parse(output));
  if (!report.success) throw unreadable(path, 'ffprobe found no streams in it', report.error);
  return report.data;
}

function probeError(
  path: string,
  command: string,
  error: NodeJS.ErrnoException | (Error & { readonly killed?: boolean }),
  stderr: string,
): AppError {
  if ('code' in error && error.code === 'ENOENT') {
    return new AppError('missing_dependency', `Cannot start "${command}": install ffmpeg`, error);
  }
  if ('killed' in error && error.killed) {
    return unreadable(path, `it could not be read within ${PROBE_TIMEOUT_MS / 1000} s`, error);
  }
  const lines = stderr.trim().split('\n').slice(-2);
  const reason = lines.map((line) => line.replace(/^\[.* @ .*\] |^file:.*: /, '')).join('; ');
  return unreadable(path, reason === '' ? error.message : reason, error);
}

function unreadable(path: string, reason: string, cause: unknown): AppError {
  return new AppError('unreadable_media', `Cannot read "${path}" as media: ${reason}`, cause);
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
function encoderSettings(encoder: EncoderName): string[] {
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

/** Lists go in spread: fluent-ffmpeg splits the strings of a list at their blanks. */
function build(
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

function rtmpUrl(url: string): string {
  // A blank would start librtmp options; control characters never belong in a URL.
  if (!/^rtmps?:\/\/[^\s\p{Cc}]+$/u.test(url)) {
    throw new AppError('bad_request', 'The target is no rtmp:// or rtmps:// URL without blanks');
  }
  return url;
}

/** With the protocol said, no file name can be taken for an option or for another protocol. */
function fileUrl(path: string): string {
  return `file:${path}`;
}
