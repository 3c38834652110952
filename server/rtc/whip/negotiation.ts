/**
 * An offer by HTTP becomes a transport of the room and an answer: of a sender (WHIP) its voice and
 * picture are taken, to a viewer (WHEP) the avatar's are sent. Main thread.
 */
import { randomInt } from 'node:crypto';
import type { types } from 'mediasoup';
import { AppError } from '../../core/errors.ts';
import type { PipedSource } from '../payload-routers.ts';
import { checked } from '../refusal.ts';
import type { Room } from '../room.ts';
import type { Sent } from '../room-types.ts';
import {
  answeredSetup,
  writeAnswer,
  type AnsweredSection,
  type AnswerTransport,
} from '../sdp/answer.ts';
import {
  matchSection,
  receiveCapabilities,
  sendParameters,
  sharedExtensions,
  type Match,
} from '../sdp/match.ts';
import type { Direction, Offer, OfferedSection } from '../sdp/offer.ts';

export type Negotiated = { readonly transport: types.WebRtcTransport; readonly answer: string };
export type NegotiatedSender = Negotiated & { readonly sent: Sent };
export type NegotiatedViewer = Negotiated & { readonly consumers: readonly types.Consumer[] };

type Chosen = {
  readonly index: number;
  readonly section: OfferedSection;
  readonly match: Match;
};

/** Throws `bad_request` and `not_acceptable`. */
export async function negotiateSender(room: Room, offer: Offer): Promise<NegotiatedSender> {
  const chosen = choose(offer, { wrong: ['recvonly', 'inactive'], sounds: 1 });
  return onTransport(await room.openTransport('recv'), async (transport) => {
    await connect(transport, offer);
    const sent: { audio?: types.Producer; video?: types.Producer } = {};
    const sections = new Map<number, AnsweredSection>();
    for (const { index, section, match } of chosen) {
      const rtpParameters = sendParameters(section, match, room.capabilities);
      sent[match.kind] = await checked(transport.produce({ kind: match.kind, rtpParameters }));
      const extensions = sharedExtensions(section, room.capabilities);
      sections.set(index, { match, extensions, direction: 'recvonly' });
    }
    return {
      ...{ transport, sent: { audio: sent.audio, video: sent.video } },
      answer: write(offer, sections, transport),
    };
  });
}

/** Throws `bad_request`, `not_acceptable`, `over_capacity` and `too_many`. */
export async function negotiateViewer(room: Room, offer: Offer): Promise<NegotiatedViewer> {
  const chosen = choose(offer, { wrong: ['sendonly', 'inactive'], sounds: 2 });
  const typeOf = (kind: Match['kind']) =>
    chosen.find(({ match }) => match.kind === kind)?.match.codec.payloadType;
  const [audio, video] = [typeOf('audio'), typeOf('video')];
  const viewer = await room.openViewer({
    ...(audio === undefined ? {} : { audio }),
    ...(video === undefined ? {} : { video }),
  });
  return onTransport(viewer.transport, async (transport) => {
    await connect(transport, offer);
    const consumers: types.Consumer[] = [];
    const sections = new Map<number, AnsweredSection>();
    const all = chosen.filter(({ match }) => match.kind === 'audio').length;
    // Who has room for one sound hears all in it.
    const soundOf = (number: number): PipedSource =>
      all === 1 ? 'mix' : number === 1 ? 'voice' : 'music';
    let sounds = 0;
    for (const { index, section, match } of chosen) {
      if (match.kind === 'audio') sounds += 1;
      const source = match.kind === 'video' ? 'picture' : soundOf(sounds);
      const consumer = await viewer.consume(source, receiveCapabilities(match), section.mid);
      consumers.push(consumer);
      sections.set(index, answerOf(match, consumer, source === 'music' ? 'music' : 'avatar'));
    }
    return { transport, consumers, answer: write(offer, sections, transport) };
  });
}

function answerOf(match: Match, consumer: types.Consumer, stream: string): AnsweredSection {
  const { encodings = [], rtcp } = consumer.rtpParameters;
  const sent = { ssrc: encodings[0]?.ssrc ?? 0, cname: rtcp?.cname ?? 'posecast', stream };
  return { match, extensions: [], direction: 'sendonly', sent };
}

/** One picture and so many sounds of what is offered, in its order; the rest is refused. */
function choose(
  offer: Offer,
  { wrong, sounds }: { readonly wrong: readonly Direction[]; readonly sounds: number },
): Chosen[] {
  const room = { audio: sounds, video: 1 };
  const chosen: Chosen[] = [];
  for (const [index, section] of offer.sections.entries()) {
    if (wrong.includes(section.direction)) continue;
    const match = matchSection(section);
    if (!match || room[match.kind] === 0 || !section.rtcpMux) continue;
    // Two sounds of one transport share their payload type.
    const first = chosen.find((each) => each.match.kind === match.kind)?.match.codec;
    if (first && first.payloadType !== match.codec.payloadType) continue;
    room[match.kind] -= 1;
    chosen.push({ index, section, match });
  }
  if (chosen.length === 0) throw nothingInCommon(offer, wrong);
  return chosen;
}

function nothingInCommon(offer: Offer, wrong: readonly Direction[]): AppError {
  const offered = offer.sections.map(({ kind, direction, codecs, rtcpMux }) => {
    const names = [...new Set(codecs.map(({ name }) => name))].slice(0, 8).join(', ');
    return `${kind} ${direction}${rtcpMux ? '' : ' without rtcp-mux'} (${names || 'no codec'})`;
  });
  return new AppError(
    'not_acceptable',
    'Nothing of the offer can be used: wanted is Opus (48 kHz) or H.264 with packetization-mode=1, ' +
      `with rtcp-mux, and not ${wrong.join(' or ')}; offered is ${offered.join('; ')}`,
  );
}

function connect(transport: types.WebRtcTransport, offer: Offer): Promise<void> {
  const role = answeredSetup(offer.setup) === 'passive' ? 'client' : 'server';
  const fingerprints = [offer.fingerprint as types.DtlsFingerprint];
  return checked(transport.connect({ dtlsParameters: { role, fingerprints } }));
}

function write(
  offer: Offer,
  sections: ReadonlyMap<number, AnsweredSection>,
  transport: types.WebRtcTransport,
): string {
  const ends: AnswerTransport = {
    ice: transport.iceParameters,
    candidates: transport.iceCandidates,
    dtls: transport.dtlsParameters,
  };
  return writeAnswer({ offer, sections, transport: ends, sessionNumber: randomInt(2 ** 47) });
}

/** What fails takes its transport along. */
async function onTransport<T>(
  transport: types.WebRtcTransport,
  work: (transport: types.WebRtcTransport) => Promise<T>,
): Promise<T> {
  try {
    return await work(transport);
  } catch (error) {
    transport.close();
    throw error;
  }
}
