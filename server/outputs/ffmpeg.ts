/**
 * The one door to fluent-ffmpeg, which builds the argument lists; FfmpegProcess runs them. Values
 * go in one argument each, never through a shell, and only the formats and protocols a command
 * needs are opened. Pure but for `probe`.
 */
import { execFile } from 'node:child_process';
import ffmpeg from 'fluent-ffmpeg';
import { z } from 'zod';
import { AppError } from '../core/errors.ts';
import type { AudioRole } from '../protocol/session.ts';
import type { Orientation } from '../render/picture/exif.ts';

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

export type OpusFromFileCommand = {
  readonly path: string;
  readonly rtpPort: number;
  readonly rtcpPort: number;
  readonly payloadType: number;
  readonly ssrc: number;
  readonly role?: AudioRole;
  /** Stops after this long; without it, at the file's end. */
  readonly seconds?: number;
};

export const QUIET = ['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'warning'];

/** Open a stream at once: our Matroska header says all that probing could find out. */
const NO_PROBING = ['-probesize', '32', '-analyzeduration', '0', '-fpsprobesize', '0'];
export const MATROSKA_FROM_STDIN = [...NO_PROBING, '-protocol_whitelist', 'pipe', '-f', 'matroska'];

/** A target that stops reading would otherwise hang the pusher for ever; in microseconds. */
const RTMP_OPTIONS = ['-rw_timeout', '5000000', '-flvflags', 'no_duration_filesize'];

/** Containers opened from files: none that leads to other files, as play lists do. */
export const FILE_INPUT = [
  ...['-protocol_whitelist', 'file,pipe', '-format_whitelist'],
  'wav,w64,aiff,flac,mp3,aac,ogg,mov,mp4,matroska,webm,flv,avi,mpeg,mpegts',
];

const PROBE_TIMEOUT_MS = 15_000;

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

/** In real time by the packet: `-re` paces whole reads, which are 128 ms of a WAV file. */
const PACED = 'aresample=48000,asetnsamples=n=960:p=1,arealtime';

/**
 * A sound file in real time as Opus RTP (20 ms packets) to two loopback ports: a voice in mono, or
 * music in stereo, over and over until it is stopped.
 */
export function opusFromFileCommand(options: OpusFromFileCommand): string[] {
  const music = options.role === 'music';
  return build(
    [...QUIET, ...FILE_INPUT, ...(music ? ['-stream_loop', '-1'] : [])],
    fileUrl(options.path),
    [
      ...(options.seconds === undefined ? [] : ['-t', String(options.seconds)]),
      ...['-map', '0:a:0', '-ac', music ? '2' : '1', '-ar', '48000', '-af', PACED],
      ...['-c:a', 'libopus', '-b:a', music ? '128k' : '64k'],
      ...['-application', music ? 'audio' : 'lowdelay', '-frame_duration', '20'],
      ...['-payload_type', String(options.payloadType), '-ssrc', String(options.ssrc)],
      ...['-f', 'rtp'],
    ],
    `rtp://127.0.0.1:${options.rtpPort}?rtcpport=${options.rtcpPort}&pkt_size=1200`,
  );
}

/** Loopback ports and numbers of one RTP stream. */
export type IngestPort = {
  readonly rtpPort: number;
  readonly rtcpPort: number;
  readonly payloadType: number;
  readonly ssrc: number;
};

export type IngestCommand = IngestPort & {
  /** On our own RTMP server. */
  readonly url: string;
};

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

/** What is sent to us, its sound as Opus RTP (20 ms packets); gaps stay gaps in its timestamps. */
export function ingestSoundCommand(options: IngestCommand): string[] {
  return build(
    [...QUIET, ...LITTLE_PROBING, ...RTMP_INPUT],
    rtmpUrl(options.url),
    [
      ...['-map', '0:a:0', '-ac', '2', '-ar', '48000', '-c:a', 'libopus', '-b:a', '128k'],
      ...['-application', 'lowdelay', '-frame_duration', '20'],
      ...rtpOutput(options),
    ],
    rtpUrl(options),
  );
}

/** Its picture as H.264 RTP: as it is, or for frames that refer to later ones coded anew. */
export function ingestPictureCommand(
  options: IngestCommand & { readonly copy: boolean },
): string[] {
  // What arrives is for looking at and for finding poses: small, and quick to code.
  const anew = [
    ...['-vf', 'scale=w=min(960\\,iw):h=-2', '-c:v', 'libx264', ...encoderSettings('libx264')],
    ...['-preset', 'ultrafast', '-profile:v', 'baseline', '-pix_fmt', 'yuv420p'],
    ...['-b:v', '2000k', '-maxrate', '2000k', '-bufsize', '1000k'],
    ...['-force_key_frames', 'expr:gte(t,n_forced*1)', '-fps_mode', 'passthrough'],
  ];
  // FLV has lengths before its units and the parameter sets apart: both must stand in the stream.
  const whole = ['-c:v', 'copy', '-bsf:v', 'h264_mp4toannexb'];
  return build(
    [...QUIET, ...LITTLE_PROBING, ...RTMP_INPUT],
    rtmpUrl(options.url),
    ['-map', '0:v:0', ...(options.copy ? whole : anew), ...rtpOutput(options)],
    rtpUrl(options),
  );
}

function rtpOutput({ payloadType, ssrc }: IngestPort): string[] {
  return ['-payload_type', String(payloadType), '-ssrc', String(ssrc), '-f', 'rtp'];
}

function rtpUrl({ rtpPort, rtcpPort }: IngestPort): string {
  return `rtp://127.0.0.1:${rtpPort}?rtcpport=${rtcpPort}&pkt_size=1200`;
}

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
