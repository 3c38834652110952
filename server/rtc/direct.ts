/**
 * The avatar's way out and the microphone's way in: a mediasoup DirectTransport with the producers
 * of picture, voice and music. They carry one CNAME, so that browsers lip-sync them.
 */
import type { types } from 'mediasoup';
import { hasKeyframeRequest } from '../speech/rtp.ts';

export type OutStream = { readonly ssrc: number; readonly payloadType: number };

export type Direct = {
  readonly transport: types.DirectTransport;
  readonly video: types.Producer;
  readonly audio: types.Producer;
  readonly music: types.Producer;
};

export type DirectOptions = {
  readonly cname: string;
  readonly video: OutStream;
  readonly audio: OutStream;
  readonly music: OutStream;
  readonly events: { readonly onKeyframeRequest: () => void };
};

export async function openDirect(router: types.Router, options: DirectOptions): Promise<Direct> {
  const transport = await router.createDirectTransport();
  transport.on('rtcp', (packet: Buffer) => {
    if (hasKeyframeRequest(packet)) options.events.onKeyframeRequest();
  });
  const rtcp = { cname: options.cname, reducedSize: true };
  const video = await transport.produce({
    kind: 'video',
    rtpParameters: {
      codecs: [
        {
          mimeType: 'video/H264',
          payloadType: options.video.payloadType,
          clockRate: 90_000,
          parameters: {
            'packetization-mode': 1,
            'profile-level-id': '42e01f',
            'level-asymmetry-allowed': 1,
          },
          // Without `nack pli` no key-frame request would reach us.
          rtcpFeedback: [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }],
        },
      ],
      encodings: [{ ssrc: options.video.ssrc }],
      rtcp,
    },
  });
  const opus = (stream: OutStream) =>
    transport.produce({
      kind: 'audio',
      rtpParameters: {
        codecs: [
          {
            mimeType: 'audio/opus',
            payloadType: stream.payloadType,
            clockRate: 48_000,
            channels: 2,
            // Browsers refuse two sounds of one payload type whose parameters differ: the voice is
            // called stereo for the music's sake.
            parameters: { useinbandfec: 1, 'sprop-stereo': 1 },
          },
        ],
        encodings: [{ ssrc: stream.ssrc }],
        rtcp,
      },
    });
  const audio = await opus(options.audio);
  const music = await opus(options.music);
  return { transport, video, audio, music };
}
