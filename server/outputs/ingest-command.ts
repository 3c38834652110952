/** ffmpeg's arguments for what comes in, as RTP to loopback ports: senders by RTMP, and sound files. Pure. */
import type { AudioRole } from '../protocol/session.ts';
import { encoderSettings } from './encoder-command.ts';
import {
  build,
  FILE_INPUT,
  fileUrl,
  LITTLE_PROBING,
  QUIET,
  RTMP_INPUT,
  rtmpUrl,
} from './ffmpeg.ts';

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
