/**
 * What a WHIP sender films, as pictures behind a scene: from the media server by RTP on loopback to
 * an ffmpeg of its own. Main thread; owned by the session's scenes.
 */
import type { VideoShape } from '../outputs/scene-commands.ts';
import type { LoopbackOut } from '../rtc/loopback-out.ts';
import { FfmpegFeed, type VideoFeed } from '../scenes/video-feed.ts';

/** A decoder begins with a key frame, which senders make only when they are asked. */
const ASK_EVERY_MS = 600;

export type SenderFeedOptions = {
  readonly out: LoopbackOut;
  readonly shape: VideoShape;
  readonly ffmpeg: string;
  readonly onProblem: (why: string) => void;
};

export function openSenderFeed({ out, shape, ffmpeg, onProblem }: SenderFeedOptions): VideoFeed {
  let shown = false;
  const feed = new FfmpegFeed({ ...shape, sdp: out.sdp }, ffmpeg, (why) => {
    shown = why === '';
    onProblem(why);
  });
  const asking = setInterval(() => shown || out.requestKeyFrame(), ASK_EVERY_MS);
  return {
    ring: feed.ring,
    first: feed.first,
    close: async () => {
      clearInterval(asking);
      await feed.close();
      out.close();
    },
  };
}
