/**
 * What of an offer we speak: Opus, and H.264 as packetised by everybody (mode 1). Pure.
 * RFC 7587 (Opus), RFC 6184 8.1 (H.264 profiles), RFC 4588 (retransmission)
 */
import type { types } from 'mediasoup';
import type { OfferedCodec, OfferedExtension, OfferedSection } from './offer.ts';

/** A section's codec as we use it, and its retransmission where both sides know one. */
export type Match = {
  readonly kind: 'audio' | 'video';
  readonly codec: OfferedCodec;
  readonly repeat: OfferedCodec | undefined;
};

type RtpCodec = types.RtpCodecParameters;

/** RTCP feedback that the media server can use. */
const FEEDBACK = ['nack', 'nack pli', 'ccm fir', 'goog-remb', 'transport-cc'];

/** The router knows one H.264: constrained baseline, which every other profile's decoder reads. */
const OUR_H264 = {
  'packetization-mode': 1,
  'profile-level-id': '42e01f',
  'level-asymmetry-allowed': 1,
} as const;

/** undefined: nothing of this section can be used. */
export function matchSection(section: OfferedSection): Match | undefined {
  if (section.kind === 'audio') {
    const codec = section.codecs.find(
      ({ name, clockRate, channels }) => name === 'opus' && clockRate === 48_000 && channels === 2,
    );
    return codec && { kind: 'audio', codec, repeat: undefined };
  }
  if (section.kind !== 'video') return undefined;
  const codec = bestH264(section.codecs);
  return codec && { kind: 'video', codec, repeat: repeatOf(section, codec) };
}

/** Constrained baseline before baseline before main before high; mode 1 only. */
function bestH264(codecs: readonly OfferedCodec[]): OfferedCodec | undefined {
  const ranks = [/^42[ec]0/, /^42/, /^4d/, /^64/];
  const usable = codecs.filter(
    ({ name, parameters }) => name === 'h264' && parameters['packetization-mode'] === '1',
  );
  for (const rank of ranks) {
    const found = usable.find(({ parameters }) => rank.test(profileOf(parameters)));
    if (found) return found;
  }
  return undefined;
}

/** RFC 6184: without the parameter it is baseline, level 1. */
function profileOf(parameters: Readonly<Record<string, string>>): string {
  return parameters['profile-level-id']?.toLowerCase() ?? '420010';
}

function repeatOf(section: OfferedSection, codec: OfferedCodec): OfferedCodec | undefined {
  return section.codecs.find(
    ({ name, parameters }) => name === 'rtx' && Number(parameters['apt']) === codec.payloadType,
  );
}

/** Feedback that both sides know. */
export function sharedFeedback(codec: OfferedCodec): string[] {
  return codec.feedback.filter((each) => FEEDBACK.includes(each));
}

/** Extensions that the media server takes for this kind of media, under the offerer's numbers. */
export function sharedExtensions(
  section: OfferedSection,
  capabilities: types.RouterRtpCapabilities,
): OfferedExtension[] {
  const known = (capabilities.headerExtensions ?? [])
    .filter(({ kind, direction }) => kind === section.kind && direction !== 'sendonly')
    .map(({ uri }) => uri as string);
  return section.extensions.filter(({ uri }) => known.includes(uri));
}

/** What a sender's section will carry, for the media server to take. */
export function sendParameters(
  section: OfferedSection,
  match: Match,
  capabilities: types.RouterRtpCapabilities,
): types.RtpParameters {
  const [ssrc] = section.ssrcs;
  const repeatSsrc = ssrc === undefined ? undefined : section.repeats.get(ssrc);
  return {
    ...(section.mid === '' ? {} : { mid: section.mid }),
    codecs: [
      mediaCodec(match),
      ...(match.repeat && repeatSsrc !== undefined ? [repeatCodec(match.repeat)] : []),
    ],
    headerExtensions: sharedExtensions(section, capabilities).map(({ id, uri }) => ({
      ...{ id, uri: uri as types.RtpHeaderExtensionUri, encrypt: false },
      parameters: {},
    })),
    encodings: [
      {
        ...(ssrc === undefined ? {} : { ssrc }),
        ...(match.repeat && repeatSsrc !== undefined ? { rtx: { ssrc: repeatSsrc } } : {}),
      },
    ],
    rtcp: { ...(section.cname ? { cname: section.cname } : {}), reducedSize: true },
  };
}

/** What a viewer's section can take, for the media server to send. */
export function receiveCapabilities(match: Match): types.RtpCapabilities {
  const { payloadType, ...codec } = mediaCodec(match);
  return {
    codecs: [
      { ...codec, kind: match.kind, preferredPayloadType: payloadType },
    ] as types.RtpCodecCapability[],
    headerExtensions: [],
  };
}

function mediaCodec({ kind, codec }: Match): RtpCodec {
  const rtcpFeedback = sharedFeedback(codec).map((each) => {
    const [type = '', parameter] = each.split(' ');
    return parameter === undefined ? { type } : { type, parameter };
  });
  const { payloadType, clockRate } = codec;
  if (kind === 'video') {
    const parameters = { ...OUR_H264 };
    return { mimeType: 'video/H264', payloadType, clockRate, parameters, rtcpFeedback };
  }
  const parameters = { useinbandfec: Number(codec.parameters['useinbandfec'] ?? 0) };
  return { mimeType: 'audio/opus', payloadType, clockRate, channels: 2, parameters, rtcpFeedback };
}

function repeatCodec({ payloadType, clockRate, parameters }: OfferedCodec): RtpCodec {
  const apt = Number(parameters['apt']);
  return { mimeType: 'video/rtx', payloadType, clockRate, parameters: { apt }, rtcpFeedback: [] };
}
