/** Publishers by RTMP as OBS is one: ffmpeg sending H.264 and AAC in real time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { FfmpegProcess } from '../../server/outputs/ffmpeg-process.ts';

/** Times. */
const COMES_BACK = 3;

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
  const command = [
    ...['-loglevel', 'error', '-nostdin', '-re', '-stream_loop', '-1', '-i', voice],
    ...(picture === 'none' ? [] : shown),
    ...['-c:a', 'aac', '-b:a', '128k', ...sound, '-f', 'flv', url],
  ];
  // As OBS does, it comes back when it is turned away at once, as while its last connection still ends.
  for (let left = COMES_BACK; ; left -= 1) {
    const publisher = await FfmpegProcess.open(command);
    publisher.stdout.resume();
    const turnedAway = publisher.exited.then(() => true);
    if (!(await Promise.race([turnedAway, sleep(1000, false)])) || left === 0) return publisher;
  }
}
