/** The RTP streams that a session sends: their numbers are drawn once and kept through every rebuild. */
import { randomInt } from 'node:crypto';

const VIDEO_PAYLOAD_TYPE = 102;
const AUDIO_PAYLOAD_TYPE = 111;
export type OutStreams = ReturnType<typeof createStreams>;

export function createStreams() {
  const stream = (payloadType: number) => ({
    ssrc: randomInt(1, 2 ** 32),
    payloadType,
    rtpBase: randomInt(2 ** 31),
  });
  return {
    video: stream(VIDEO_PAYLOAD_TYPE),
    audio: stream(AUDIO_PAYLOAD_TYPE),
    music: stream(AUDIO_PAYLOAD_TYPE),
    mix: stream(AUDIO_PAYLOAD_TYPE),
    overlay: stream(VIDEO_PAYLOAD_TYPE),
  };
}
