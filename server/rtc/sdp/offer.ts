/**
 * Reads a WebRTC offer (SDP) into what the answer needs. Pure; throws `bad_request` in sentences,
 * since a person debugging an encoder reads them.
 * RFC 8866 (SDP), RFC 8829 (JSEP), RFC 9143 (bundle)
 */
import { AppError } from '../../core/errors.ts';

export const DIRECTIONS = ['sendrecv', 'sendonly', 'recvonly', 'inactive'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** One payload type of a section, in the offerer's order of preference. */
export type OfferedCodec = {
  readonly payloadType: number;
  /** Lower case, e.g. `opus`. */
  readonly name: string;
  readonly clockRate: number;
  readonly channels: number;
  /** Format parameters by their lower-case names. */
  readonly parameters: Readonly<Record<string, string>>;
  /** RTCP feedback such as `nack` and `nack pli`. */
  readonly feedback: readonly string[];
};

export type OfferedExtension = { readonly id: number; readonly uri: string };

export type IceCredentials = { readonly ufrag: string; readonly pwd: string };
export type Fingerprint = { readonly algorithm: string; readonly value: string };
export const SETUPS = ['actpass', 'active', 'passive'] as const;
export type Setup = (typeof SETUPS)[number];

export type OfferedSection = {
  /** `audio`, `video`, `application`, or what else somebody offers. */
  readonly kind: string;
  readonly protocol: string;
  /** The formats as they stood, for an answer that refuses the section. */
  readonly formats: string;
  readonly mid: string;
  readonly direction: Direction;
  readonly codecs: readonly OfferedCodec[];
  readonly extensions: readonly OfferedExtension[];
  readonly ssrcs: readonly number[];
  /** Retransmission SSRC by the SSRC it repeats. */
  readonly repeats: ReadonlyMap<number, number>;
  readonly cname: string;
  readonly rtcpMux: boolean;
};

export type Offer = {
  readonly sections: readonly OfferedSection[];
  /** Names of the sections that share one transport. */
  readonly bundle: readonly string[];
  readonly ice: IceCredentials;
  readonly fingerprint: Fingerprint;
  readonly setup: Setup;
};

/** More than any client offers; each costs memory and time. */
const MOST_LINES = 4000;
const MOST_SECTIONS = 16;

type Lines = readonly string[];

/** Throws `bad_request` for what is no offer that WebRTC could begin with. */
export function parseOffer(sdp: string): Offer {
  const lines = sdp.split(/\r\n|\r|\n/).filter((line) => line !== '');
  if (lines[0] !== 'v=0') throw malformed('it does not begin with "v=0"');
  if (lines.length > MOST_LINES) throw malformed(`it has more than ${MOST_LINES} lines`);
  const bad = lines.find((line) => !/^[a-z]=/.test(line));
  if (bad !== undefined) throw malformed(`"${bad.slice(0, 60)}" is no SDP line`);
  const [session, ...media] = split(lines);
  if (media.length === 0) throw malformed('it offers no media (no line "m=")');
  if (media.length > MOST_SECTIONS) throw malformed(`it has more than ${MOST_SECTIONS} media`);
  const bundle = bundleOf(session!);
  const sections = media.map(parseSection);
  requireBundle(sections, bundle);
  // What a bundle shares stands in its first section, or for all at the top.
  const shared: Lines = [...media[0]!, ...session!];
  return {
    ...{ sections, bundle },
    ice: requireIce(shared),
    fingerprint: requireFingerprint(shared),
    setup: setupOf(shared),
  };
}

function malformed(why: string): AppError {
  return new AppError('bad_request', `The SDP offer can't be used: ${why}`);
}

/** The session's lines, then each section's, which begin at its `m=`. */
function split(lines: Lines): string[][] {
  const parts: string[][] = [[]];
  for (const line of lines) {
    if (line.startsWith('m=')) parts.push([]);
    parts.at(-1)!.push(line);
  }
  return parts;
}

/** Values of an attribute, in order; a flag's value is empty. */
function attributes(lines: Lines, name: string): string[] {
  const found: string[] = [];
  for (const line of lines) {
    if (line === `a=${name}`) found.push('');
    else if (line.startsWith(`a=${name}:`)) found.push(line.slice(name.length + 3).trim());
  }
  return found;
}

function bundleOf(session: Lines): string[] {
  const group = attributes(session, 'group').find((value) => /^BUNDLE\b/i.test(value));
  return group?.split(/\s+/).slice(1) ?? [];
}

/** RFC 9725 4.3.1: one transport for all that is sent. */
function requireBundle(sections: readonly OfferedSection[], bundle: readonly string[]): void {
  if (sections.length === 1) return;
  const apart = sections.find(({ mid }) => !bundle.includes(mid));
  if (!apart) return;
  throw malformed(
    `all media must be in one bundle (a=group:BUNDLE …), and "${apart.mid}" is not in it`,
  );
}

function parseSection(lines: Lines): OfferedSection {
  const [kind = '', , protocol = '', ...formats] = lines[0]!.slice(2).split(/\s+/);
  if (formats.length === 0) throw malformed(`"${lines[0]!.slice(0, 60)}" names no formats`);
  const direction = DIRECTIONS.find((name) => lines.includes(`a=${name}`)) ?? 'sendrecv';
  const ssrcs = attributes(lines, 'ssrc').map((value) => value.split(/\s+/));
  return {
    ...{ kind, protocol, direction, formats: formats.join(' ') },
    mid: attributes(lines, 'mid')[0] ?? '',
    codecs: codecsOf(lines, formats),
    extensions: attributes(lines, 'extmap').flatMap(parseExtension),
    ssrcs: [...new Set(ssrcs.map(([id]) => uint32(id)))],
    repeats: repeatsOf(lines),
    cname: cnameOf(ssrcs),
    rtcpMux: lines.includes('a=rtcp-mux'),
  };
}

function codecsOf(lines: Lines, formats: readonly string[]): OfferedCodec[] {
  const maps = new Map(attributes(lines, 'rtpmap').map(firstWord));
  const parameters = new Map(attributes(lines, 'fmtp').map(firstWord));
  const feedback = attributes(lines, 'rtcp-fb').map(firstWord);
  return formats.flatMap((format) => {
    const [name, rate, channels] = (maps.get(format) ?? '').split('/');
    const payloadType = Number(format);
    // A static payload type (PCMU) may stand without a map: nothing we speak.
    if (!name || !Number.isInteger(payloadType) || payloadType > 127) return [];
    return [
      {
        payloadType,
        name: name.toLowerCase(),
        clockRate: Number(rate),
        channels: channels === undefined ? 1 : Number(channels),
        parameters: parseParameters(parameters.get(format) ?? ''),
        feedback: feedback.filter(([of]) => of === format || of === '*').map(([, what]) => what),
      },
    ];
  });
}

/** "96 opus/48000/2" as ["96", "opus/48000/2"]. */
function firstWord(value: string): [string, string] {
  const [word = '', ...rest] = value.split(/\s+/);
  return [word, rest.join(' ')];
}

function parseParameters(text: string): Record<string, string> {
  const pairs = text.split(';').map((pair) => pair.trim().split('='));
  return Object.fromEntries(
    pairs.flatMap(([name, value = '']) => (name ? [[name.toLowerCase(), value.trim()]] : [])),
  );
}

function parseExtension(value: string): OfferedExtension[] {
  const [place = '', uri] = value.split(/\s+/);
  const id = Number(place.split('/')[0]);
  return uri && Number.isInteger(id) && id >= 1 && id <= 255 ? [{ id, uri }] : [];
}

function uint32(text: string | undefined): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value < 2 ** 32) return value;
  throw malformed(`"${(text ?? '').slice(0, 20)}" is no SSRC`);
}

function repeatsOf(lines: Lines): Map<number, number> {
  const groups = attributes(lines, 'ssrc-group').map((value) => value.split(/\s+/));
  return new Map(
    groups
      .filter(([semantics]) => semantics === 'FID')
      .map(([, first, second]) => [uint32(first), uint32(second)]),
  );
}

function cnameOf(ssrcs: readonly (readonly string[])[]): string {
  for (const [, ...words] of ssrcs) {
    const attribute = words.join(' ');
    if (attribute.startsWith('cname:')) return attribute.slice('cname:'.length).slice(0, 128);
  }
  return '';
}

function requireIce(lines: Lines): IceCredentials {
  const [ufrag] = attributes(lines, 'ice-ufrag');
  const [pwd] = attributes(lines, 'ice-pwd');
  if (!ufrag || !pwd) throw malformed('it has no ICE credentials (a=ice-ufrag, a=ice-pwd)');
  return { ufrag, pwd };
}

function requireFingerprint(lines: Lines): Fingerprint {
  const [found] = attributes(lines, 'fingerprint');
  const [algorithm, value] = (found ?? '').split(/\s+/);
  if (!algorithm || !value) throw malformed('it has no DTLS fingerprint (a=fingerprint)');
  return { algorithm: algorithm.toLowerCase(), value: value.toUpperCase() };
}

/** RFC 8842: an offer says actpass; one that names a role is taken at its word. */
function setupOf(lines: Lines): Setup {
  const [found = 'actpass'] = attributes(lines, 'setup');
  const setup = SETUPS.find((each) => each === found);
  if (setup) return setup;
  throw malformed(`a=setup:${found.slice(0, 20)} is none of ${SETUPS.join(', ')}`);
}
