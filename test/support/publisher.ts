/** Publishers by RTMP as OBS is one: ffmpeg sending H.264 and AAC in real time. */
import { FfmpegProcess } from '../../server/outputs/ffmpeg-process.ts';

export type Publishing = {
  /** Server, application and key. */
  readonly url: string;
  /** A file whose sound is sent, over and over. */
  readonly voice: string;
  /** A file whose picture is sent, over and over; `test`: a test picture; `none`: no picture. */
  readonly picture?: string;
  /** Frames that refer to later ones, as encoders make them by default. */
  readonly betweenFrames?: number;
  /** Further words on the sound. */
  readonly sound?: readonly string[];
};

export async function publish(options: Publishing): Promise<FfmpegProcess> {
  const { url, voice, picture = 'test', betweenFrames = 0, sound = [] } = options;
  const source =
    picture === 'test'
      ? ['-re', '-f', 'lavfi', '-i', 'testsrc=size=640x360:rate=25']
      : ['-re', '-stream_loop', '-1', '-i', picture];
  const video = ['-c:v', 'libx264', '-preset', 'superfast', '-pix_fmt', 'yuv420p', '-g', '50'];
  const shown = [...source, '-map', '0:a:0', '-map', '1:v:0', ...video, '-bf', `${betweenFrames}`];
  const publisher = await FfmpegProcess.open([
    ...['-loglevel', 'error', '-nostdin', '-re', '-stream_loop', '-1', '-i', voice],
    ...(picture === 'none' ? [] : shown),
    ...['-c:a', 'aac', '-b:a', '128k', ...sound, '-f', 'flv', url],
  ]);
  publisher.stdout.resume();
  return publisher;
}
