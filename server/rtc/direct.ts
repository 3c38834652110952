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
  /** Voice and music in one, for viewers with room for one sound. */
  readonly mix: types.Producer;
  /** Colour and matte of the avatars, for pages that lay them over a picture of their own. */
  readonly overlay: types.Producer;
};

export type DirectOptions = {
  readonly cname: string;
  readonly video: OutStream;
  readonly audio: OutStream;
  readonly music: OutStream;
  readonly mix: OutStream;
  readonly overlay: OutStream;
  readonly events: {
    readonly onKeyframeRequest: () => void;
    readonly onOverlayKeyframeRequest: () => void;
  };
};

export async function openDirect(router: types.Router, options: DirectOptions): Promise<Direct> {
  const transport = await router.createDirectTransport();
  transport.on('rtcp', (packet: Buffer) => {
    const { events, video, overlay } = options;
    if (hasKeyframeRequest(packet, video.ssrc)) events.onKeyframeRequest();
    if (hasKeyframeRequest(packet, overlay.ssrc)) events.onOverlayKeyframeRequest();
  });
  const rtcp = { cname: options.cname, reducedSize: true };
  const h264 = (stream: OutStream) =>
    transport.produce({
      kind: 'video',
      rtpParameters: {
        codecs: [
          {
            mimeType: 'video/H264',
            payloadType: stream.payloadType,
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
        encodings: [{ ssrc: stream.ssrc }],
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
  const video = await h264(options.video);
  const audio = await opus(options.audio);
  const music = await opus(options.music);
  const mix = await opus(options.mix);
  const overlay = await h264(options.overlay);
  return { transport, video, audio, music, mix, overlay };
}
