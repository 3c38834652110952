/**
 * Writes the answer to an offer: ICE lite, one transport, the offerer's own payload types. Pure.
 * RFC 8829 5.3, RFC 8445 (ICE lite), RFC 8842 (who begins DTLS)
 */
import type { types } from 'mediasoup';
import { sharedFeedback, type Match } from './match.ts';
import type { Offer, OfferedExtension, OfferedSection, Setup } from './offer.ts';

/** How a section is answered; one that is missing here is refused. */
export type AnsweredSection = {
  readonly match: Match;
  readonly extensions: readonly OfferedExtension[];
  /** `recvonly`: we hear; `sendonly`: we send this. */
  readonly direction: 'recvonly' | 'sendonly';
  readonly sent?: { readonly ssrc: number; readonly cname: string; readonly stream: string };
};

export type AnswerTransport = {
  readonly ice: types.IceParameters;
  readonly candidates: readonly types.IceCandidate[];
  readonly dtls: types.DtlsParameters;
};

export type AnswerOptions = {
  readonly offer: Offer;
  /** By the index of the offer's section. */
  readonly sections: ReadonlyMap<number, AnsweredSection>;
  readonly transport: AnswerTransport;
  /** A number that names the session in the `o=` line. */
  readonly sessionNumber: number;
};

/** The other side begins DTLS, unless it insists on waiting. */
export function answeredSetup(offered: Setup): 'passive' | 'active' {
  return offered === 'passive' ? 'active' : 'passive';
}

export function writeAnswer(options: AnswerOptions): string {
  const { offer, sections, sessionNumber } = options;
  const accepted = offer.sections.filter((_, index) => sections.has(index));
  const bundled = accepted.map(({ mid }) => mid).filter((mid) => mid !== '');
  const lines = [
    'v=0',
    `o=posecast ${sessionNumber} 1 IN IP4 0.0.0.0`,
    's=-',
    't=0 0',
    'a=ice-lite',
    ...(offer.bundle.length > 0 ? [`a=group:BUNDLE ${bundled.join(' ')}`] : []),
    'a=msid-semantic: WMS *',
    ...offer.sections.flatMap((section, index) => {
      const answered = sections.get(index);
      return answered ? writeSection(section, answered, options) : refuse(section);
    }),
  ];
  return `${lines.join('\r\n')}\r\n`;
}

/** RFC 3264 6: a refused section stays in its place with port 0. */
function refuse({ kind, protocol, formats, mid }: OfferedSection): string[] {
  return [
    `m=${kind} 0 ${protocol} ${formats}`,
    'c=IN IP4 0.0.0.0',
    ...(mid === '' ? [] : [`a=mid:${mid}`]),
    'a=inactive',
  ];
}

function writeSection(
  section: OfferedSection,
  answered: AnsweredSection,
  { offer, transport }: AnswerOptions,
): string[] {
  const { codec, repeat } = answered.match;
  // Whoever hears no retransmission is not promised one.
  const repeats =
    answered.direction === 'recvonly' && section.repeats.size > 0 ? repeat : undefined;
  const types = [codec, ...(repeats ? [repeats] : [])].map(({ payloadType }) => payloadType);
  return [
    `m=${section.kind} 9 ${section.protocol} ${types.join(' ')}`,
    'c=IN IP4 0.0.0.0',
    'a=rtcp:9 IN IP4 0.0.0.0',
    ...(section.mid === '' ? [] : [`a=mid:${section.mid}`]),
    ...transportLines(transport, answeredSetup(offer.setup)),
    ...answered.extensions.map(({ id, uri }) => `a=extmap:${id} ${uri}`),
    `a=${answered.direction}`,
    ...(answered.sent
      ? [`a=msid:${answered.sent.stream} ${answered.sent.stream}-${section.kind}`]
      : []),
    'a=rtcp-mux',
    'a=rtcp-rsize',
    ...codecLines(answered),
    ...(repeats
      ? [
          `a=rtpmap:${repeats.payloadType} rtx/${repeats.clockRate}`,
          `a=fmtp:${repeats.payloadType} apt=${codec.payloadType}`,
        ]
      : []),
    ...(answered.sent ? [`a=ssrc:${answered.sent.ssrc} cname:${answered.sent.cname}`] : []),
  ];
}

function transportLines({ ice, candidates, dtls }: AnswerTransport, setup: string): string[] {
  return [
    ...iceLines(ice),
    // One is enough, and this one everybody knows. RFC 8122 5
    ...dtls.fingerprints
      .filter(({ algorithm }) => algorithm === 'sha-256')
      .map(({ algorithm, value }) => `a=fingerprint:${algorithm} ${value}`),
    `a=setup:${setup}`,
    ...candidates.map(candidateLine),
    'a=end-of-candidates',
  ];
}

export function iceLines({ usernameFragment, password }: types.IceParameters): string[] {
  return [`a=ice-ufrag:${usernameFragment}`, `a=ice-pwd:${password}`];
}

/** RFC 8839 5.1, with RFC 6544's tcptype. */
export function candidateLine(candidate: types.IceCandidate): string {
  const { foundation, protocol, priority, address, port, type, tcpType } = candidate;
  const tcp = tcpType ? ` tcptype ${tcpType}` : '';
  return `a=candidate:${foundation} 1 ${protocol} ${priority} ${address} ${port} typ ${type}${tcp}`;
}

function codecLines({ match, direction }: AnsweredSection): string[] {
  const { codec, kind } = match;
  const { payloadType, clockRate } = codec;
  const name = kind === 'audio' ? 'opus/48000/2' : `H264/${clockRate}`;
  const parameters = kind === 'audio' ? opusParameters(direction) : h264Parameters(match);
  return [
    `a=rtpmap:${payloadType} ${name}`,
    `a=fmtp:${payloadType} ${parameters}`,
    ...sharedFeedback(codec)
      // What we send carries no marks to estimate its way's width by.
      .filter((each) => direction === 'recvonly' || !/^(?:goog-remb|transport-cc)$/.test(each))
      .map((each) => `a=rtcp-fb:${payloadType} ${each}`),
    ...(kind === 'audio' ? ['a=ptime:20'] : []),
  ];
}

/** RFC 7587 7: stereo and in-band error correction are welcome; silence is sent as it is. */
function opusParameters(direction: AnsweredSection['direction']): string {
  return direction === 'recvonly'
    ? 'minptime=10;useinbandfec=1;stereo=1;usedtx=0'
    : 'minptime=10;useinbandfec=1;stereo=1;sprop-stereo=1';
}

/** The profile stays the offerer's: a decoder of any profile reads constrained baseline. */
function h264Parameters({ codec }: Match): string {
  const profile = codec.parameters['profile-level-id'] ?? '42e01f';
  return `level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=${profile}`;
}
