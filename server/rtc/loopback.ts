/**
 * RTP ports on loopback for what programs on this machine send: ffmpeg playing a file or what OBS
 * publishes. comedia: the first sender owns the port, which is why it is bound to loopback only.
 * Main thread; owned by the room.
 */
import { randomInt } from 'node:crypto';
import type { types } from 'mediasoup';

export type LoopbackInput = {
  readonly host: string;
  readonly port: number;
  readonly rtcpPort: number;
  readonly payloadType: number;
  readonly ssrc: number;
  readonly close: () => void;
  readonly closed: () => boolean;
};

const HOST = '127.0.0.1';

/** The port lives as long as its producer: who replaces the one closes the other. */
export async function openLoopbackPort(
  router: types.Router,
  kind: types.MediaKind,
): Promise<{ readonly producer: types.Producer; readonly input: LoopbackInput }> {
  const plain = await router.createPlainTransport({
    listenInfo: { protocol: 'udp', ip: HOST },
    rtcpListenInfo: { protocol: 'udp', ip: HOST },
    rtcpMux: false,
    comedia: true,
  });
  // ffmpeg takes an SSRC as a signed 32-bit number.
  const ssrc = randomInt(1, 2 ** 31);
  const codec = CODECS[kind];
  const rtpParameters = { codecs: [codec], encodings: [{ ssrc }] };
  const producer = await plain.produce({ kind, rtpParameters });
  producer.observer.once('close', () => plain.close());
  const input = {
    host: HOST,
    port: plain.tuple.localPort,
    rtcpPort: plain.rtcpTuple!.localPort,
    payloadType: codec.payloadType,
    ssrc,
    close: () => plain.close(),
    closed: () => plain.closed,
  };
  return { producer, input };
}

/** ffmpeg answers neither NACK nor PLI, so none is asked of it. */
const CODECS: Readonly<Record<types.MediaKind, types.RtpCodecParameters>> = {
  audio: { mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 },
  video: {
    mimeType: 'video/H264',
    payloadType: 102,
    clockRate: 90_000,
    parameters: {
      'packetization-mode': 1,
      'profile-level-id': '42e01f',
      'level-asymmetry-allowed': 1,
    },
    rtcpFeedback: [],
  },
};
