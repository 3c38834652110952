/**
 * Thread entry: one video, picture by picture, into a shared ring. Its ffmpeg is started again after it
 * ended, more and more slowly. Owned by the video feed.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { setTimeout as delay } from 'node:timers/promises';
import { toAppError } from '../core/errors.ts';
import { createMeta, RingWriter, type SharedRing } from '../core/slot-ring.ts';
import { nowUs } from '../core/time.ts';
import { FfmpegProcess } from '../outputs/ffmpeg-process.ts';
import {
  videoLoopCommand,
  videoRtpCommand,
  videoStreamCommand,
  type VideoLoop,
  type VideoRtp,
  type VideoStream,
} from '../outputs/scene-commands.ts';

/** A file in a loop, a stream of our RTMP server, or RTP of a sender. */
export type MovingVideo = VideoLoop | VideoStream | VideoRtp;

export type VideoData = {
  readonly video: MovingVideo;
  readonly ffmpeg: string;
  readonly ring: SharedRing;
};
export type FromVideo =
  { readonly type: 'shown' } | { readonly type: 'failed'; readonly message: string };

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

const { video, ffmpeg, ring } = workerData as VideoData;
const writer = new RingWriter(ring);
const meta = createMeta();
const bytes = (video.width * video.height * 3) / 2;
const stop = new AbortController();

parentPort!.once('message', () => stop.abort());
await run();
parentPort!.close();

async function run(): Promise<void> {
  let pauseMs = FIRST_PAUSE_MS;
  while (!stop.signal.aborted) {
    const { pictures, why } = await play();
    if (stop.signal.aborted) return;
    parentPort!.postMessage({ type: 'failed', message: why } satisfies FromVideo);
    pauseMs = pictures > 0 ? FIRST_PAUSE_MS : Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
    await delay(pauseMs, undefined, { signal: stop.signal }).catch(() => undefined);
  }
}

/** Until it ends or is stopped; how many pictures came, and why no more did. */
async function play(): Promise<{ readonly pictures: number; readonly why: string }> {
  let pictures = 0;
  try {
    await using child = await FfmpegProcess.open(commandOf(video), ffmpeg);
    if ('sdp' in video) child.stdin.end(video.sdp);
    const end = (): void => void child.close();
    stop.signal.addEventListener('abort', end, { once: true });
    let [slot, filled] = [writer.begin(), 0];
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      for (let at = 0; at < chunk.length;) {
        const taken = Math.min(bytes - filled, chunk.length - at);
        slot.set(chunk.subarray(at, at + taken), filled);
        [at, filled] = [at + taken, filled + taken];
        if (filled < bytes) continue;
        writer.commit(Object.assign(meta, { bytes, timeUs: nowUs(), sourceUs: nowUs() }));
        pictures += 1;
        if (pictures === 1) parentPort!.postMessage({ type: 'shown' } satisfies FromVideo);
        [slot, filled] = [writer.begin(), 0];
      }
    }
    stop.signal.removeEventListener('abort', end);
    return { pictures, why: child.stderrTail.at(-1) ?? 'it ended' };
  } catch (error) {
    return { pictures, why: toAppError(error).message };
  }
}

function commandOf(video: MovingVideo): string[] {
  if ('sdp' in video) return videoRtpCommand(video);
  return 'url' in video ? videoStreamCommand(video) : videoLoopCommand(video);
}
