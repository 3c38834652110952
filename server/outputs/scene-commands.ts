/** ffmpeg's arguments for what scenes show: pictures at the size they are shown, videos in a loop. Pure. */
import type { PictureHead } from '../render/picture/picture-size.ts';
import {
  build,
  FILE_INPUT,
  fileUrl,
  LITTLE_PROBING,
  QUIET,
  RTMP_INPUT,
  rtmpUrl,
} from './ffmpeg.ts';
import { AS_STORED, upright } from './picture-command.ts';

/** How a picture fills a place. */
export type PictureFit = {
  readonly width: number;
  readonly height: number;
  /** `stretch`: the place has the picture's shape already. */
  readonly fit: 'cover' | 'contain' | 'stretch';
  /** Radius in shares of the height. */
  readonly blur: number;
  readonly opacity: number;
};

/** A picture that was uploaded, upright, as PNG with alpha and no side longer than `mostSide`. */
export function keepImageCommand(
  { format, orientation }: Pick<PictureHead, 'format' | 'orientation'>,
  files: { readonly from: string; readonly to: string },
  mostSide: number,
): string[] {
  const fit = `scale=w='min(iw,${mostSide})':h='min(ih,${mostSide})':force_original_aspect_ratio=decrease`;
  return build(
    [...QUIET, '-protocol_whitelist', 'file', '-err_detect', 'explode', '-xerror', ...AS_STORED, '-f', `${format}_pipe`], // prettier-ignore
    fileUrl(files.from),
    [
      ...['-frames:v', '1', '-vf', [...upright(orientation), fit, 'format=rgba'].join(',')],
      ...['-c:v', 'png', '-f', 'image2pipe', '-y'],
    ],
    fileUrl(files.to),
  );
}

/** A small PNG of a picture, or of a video's first second, for lists. */
export function thumbnailCommand(
  kind: 'image' | 'video',
  files: { readonly from: string; readonly to: string },
  side: number,
): string[] {
  const fit = `scale=w='min(iw,${side})':h='min(ih,${side})':force_original_aspect_ratio=decrease`;
  const input = kind === 'image' ? PNG_INPUT : FILE_INPUT;
  return build(
    [...QUIET, ...input],
    fileUrl(files.from),
    [
      ...['-frames:v', '1', '-an', '-vf', `${fit},format=rgba`],
      ...['-c:v', 'png', '-f', 'image2pipe', '-y'],
    ],
    fileUrl(files.to),
  );
}

const PNG_INPUT = ['-protocol_whitelist', 'file', '-f', 'png_pipe'];

/** A kept picture as premultiplied RGBA of exactly this size on stdout. */
export function imageCommand(path: string, place: PictureFit): string[] {
  const filters = [
    'format=rgba',
    ...fitFilters(place),
    ...(place.opacity < 1 ? [`colorchannelmixer=aa=${place.opacity.toFixed(3)}`] : []),
    'format=gbrap',
    'premultiply=inplace=1',
    'format=rgba',
  ];
  return build(
    [...QUIET, ...PNG_INPUT],
    fileUrl(path),
    ['-frames:v', '1', '-vf', filters.join(','), '-f', 'rawvideo', '-pix_fmt', 'rgba'],
    'pipe:1',
  );
}

/** What a scene makes of a video: I420 of this size (BT.709, limited range). */
export type VideoShape = {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly fit: 'cover' | 'contain';
  readonly blur: number;
  /** `#rrggbb`, beside a video that doesn't fill the picture. */
  readonly colour: string;
  /** A .cube file with a cube in it alone; undefined: as it is. */
  readonly lut: string | undefined;
};

export type VideoLoop = VideoShape & {
  readonly path: string;
  /** `live`: as fast as it plays; `offline`: as fast as it is read. */
  readonly pace: 'live' | 'offline';
};

/** A video over and over as I420 pictures (BT.709, limited range) on stdout. */
export function videoLoopCommand(loop: VideoLoop): string[] {
  const pace = loop.pace === 'live' ? ['-re'] : [];
  return build(
    [...QUIET, ...FILE_INPUT, ...pace, '-stream_loop', '-1'],
    fileUrl(loop.path),
    ['-an', '-sn', '-dn', '-vf', videoFilters(loop), '-f', 'rawvideo', '-pix_fmt', 'yuv420p'],
    'pipe:1',
  );
}

/** What is published to our own RTMP server, as it comes. */
export type VideoStream = VideoShape & { readonly url: string };

/** The same of a stream, from its next key frame on. */
export function videoStreamCommand({ url, ...shape }: VideoStream): string[] {
  return build(
    [...QUIET, ...LITTLE_PROBING, ...RTMP_INPUT],
    rtmpUrl(url),
    ['-an', '-sn', '-dn', '-vf', videoFilters(shape), '-f', 'rawvideo', '-pix_fmt', 'yuv420p'],
    'pipe:1',
  );
}

/** What a sender sends, as RTP that is described by an SDP text on stdin. */
export type VideoRtp = VideoShape & { readonly sdp: string };

/** The same of RTP. Packets that are late are waited for a tenth of a second. */
export function videoRtpCommand({ sdp: _, ...shape }: VideoRtp): string[] {
  return build(
    [
      ...[...QUIET, '-protocol_whitelist', 'pipe,udp,rtp', '-max_delay', '100000'],
      ...['-analyzeduration', '5000000', '-probesize', '2000000', '-fpsprobesize', '0'],
      ...['-f', 'sdp'],
    ],
    'pipe:0',
    ['-an', '-sn', '-dn', '-vf', videoFilters(shape), '-f', 'rawvideo', '-pix_fmt', 'yuv420p'],
    'pipe:1',
  );
}

/** What makes a video's pictures the scene's. */
function videoFilters({ fps, lut, ...place }: VideoShape): string {
  return [
    `fps=${fps}`,
    ...fitFilters({ ...place, opacity: 1 }, place.colour),
    ...(lut === undefined ? [] : [`lut3d=file=${escaped(lut)}:interp=tetrahedral`]),
    'scale=out_color_matrix=bt709:out_range=tv',
    'format=yuv420p',
  ].join(',');
}

function fitFilters({ width, height, fit, blur }: PictureFit, colour = '#00000000'): string[] {
  const size = `w=${width}:h=${height}`;
  const scaled = {
    cover: [`scale=${size}:force_original_aspect_ratio=increase`, `crop=${width}:${height}`],
    contain: [
      `scale=${size}:force_original_aspect_ratio=decrease`,
      `pad=${width}:${height}:(ow-iw)/2:(oh-ih)/2:color=${colour.replace('#', '0x')}`,
    ],
    stretch: [`scale=${size}`],
  }[fit];
  const sigma = blur * height;
  return [
    ...scaled,
    'setsar=1',
    ...(sigma >= 0.5 ? [`gblur=sigma=${sigma.toFixed(2)}:steps=2`] : []),
  ];
}

/** A file's name within a filter, within a filter graph: each takes a level of escapes away. */
function escaped(path: string): string {
  return path.replace(/[\\':]/g, '\\$&').replace(/[\\'[\],;]/g, '\\$&');
}
