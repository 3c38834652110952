/**
 * Where a push goes, read from a user's URL and stream key, and whether it may go there. Pure but
 * for the name's look-up.
 */
import { lookup } from 'node:dns/promises';
import { BlockList, isIP, isIPv6 } from 'node:net';
import { AppError } from '../../core/errors.ts';

export type RtmpAddress = {
  /** TLS (rtmps). */
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  /** The application, such as `live2` or `a/b`. */
  readonly app: string;
  /** What the target knows the stream by, with its query: a secret. */
  readonly key: string;
};

const PORTS = { 'rtmp:': 1935, 'rtmps:': 443 } as const;
/** What no URL and no key contains; a blank would begin options of librtmp. */
const UNFIT = /[\s\p{Cc}"'\\|<>]/u;

/**
 * `url` as services give it (`rtmps://host[:port]/app`), with the key behind it when `key` is
 * empty. Throws `bad_request`, never with the key in it.
 */
export function parseRtmpAddress(url: string, key: string): RtmpAddress {
  const parsed = URL.canParse(url) && !UNFIT.test(url) ? new URL(url) : undefined;
  if (!parsed || !(parsed.protocol in PORTS) || parsed.hostname === '') {
    throw wrong('The address must be rtmp:// or rtmps://, a host and an application');
  }
  if (parsed.username !== '' || parsed.password !== '' || parsed.hash !== '') {
    throw wrong('The address must have no user name, password or #');
  }
  if (UNFIT.test(key)) throw wrong('The stream key must have no blanks or quotes');
  const protocol = parsed.protocol as keyof typeof PORTS;
  const path = parsed.pathname.replace(/^\/+|\/+$/g, '');
  const { app, rest } = key === '' ? splitKey(path, parsed.search) : { app: path, rest: key };
  if (app === '' || rest === '') {
    throw wrong('The address must name an application, and the stream key must not be empty');
  }
  return {
    secure: protocol === 'rtmps:',
    host: parsed.hostname.replace(/^\[|\]$/g, ''),
    port: parsed.port === '' ? PORTS[protocol] : Number(parsed.port),
    app: key === '' ? app : app + parsed.search,
    key: rest,
  };
}

/** As people know it, without the key: safe to show and to log. */
export function shownAddress({ secure, host, port, app }: RtmpAddress): string {
  const shownHost = isIPv6(host) ? `[${host}]` : host;
  const shownPort = port === PORTS[secure ? 'rtmps:' : 'rtmp:'] ? '' : `:${port}`;
  return `${secure ? 'rtmps' : 'rtmp'}://${shownHost}${shownPort}/${app}`;
}

/** The end of a key, so that its owner knows which one it is. */
export function maskKey(key: string): string {
  return key.length < 8 ? '••••' : `••••${key.slice(-3)}`;
}

/**
 * The IP address to connect to: looked up once and then held to, so that a name can't point
 * somewhere else after it was checked. Throws `forbidden` for addresses inside a private network
 * unless they are allowed, and `bad_request` for a name that is not known.
 */
export async function resolveAddress(
  { host }: Pick<RtmpAddress, 'host'>,
  { allowPrivate }: { readonly allowPrivate: boolean },
): Promise<string> {
  const found = isIP(host) ? [{ address: host }] : await look(host);
  const allowed = found.find(({ address }) => allowPrivate || !isPrivate(address));
  if (allowed) return allowed.address;
  throw new AppError(
    'forbidden',
    `${host} lies in a private network; set POSECAST_PUSH_PRIVATE=on to allow pushing there`,
  );
}

async function look(host: string): Promise<readonly { readonly address: string }[]> {
  try {
    return await lookup(host, { all: true, order: 'verbatim' });
  } catch (error) {
    throw new AppError('bad_request', `There is no address for ${host}`, error);
  }
}

/** Loopback, private, link-local, carrier-grade NAT, documentation, multicast and the like. */
export function isPrivate(address: string): boolean {
  return PRIVATE.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

const PRIVATE = privateNetworks();

function privateNetworks(): BlockList {
  const list = new BlockList();
  const v4 = ['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16'];
  v4.push('172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.168.0.0/16', '198.18.0.0/15');
  v4.push('198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/3');
  // BlockList judges IPv4-mapped IPv6 addresses by the IPv4 rules.
  const v6 = ['::/127', '64:ff9b::/96', '100::/64', '2001:db8::/32', '2002::/16', 'fc00::/7'];
  v6.push('fe80::/10', 'ff00::/8');
  for (const [family, ranges] of [['ipv4', v4] as const, ['ipv6', v6] as const]) {
    for (const range of ranges) {
      const [network = '', bits = ''] = range.split('/');
      list.addSubnet(network, Number(bits), family);
    }
  }
  return list;
}

function splitKey(path: string, query: string): { readonly app: string; readonly rest: string } {
  const at = path.lastIndexOf('/');
  return at < 0
    ? { app: path, rest: '' }
    : { app: path.slice(0, at), rest: path.slice(at + 1) + query };
}

function wrong(message: string): AppError {
  return new AppError('bad_request', message);
}
