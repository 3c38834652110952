/**
 * Who may publish and play what on the RTMP server: our own encoder into `live/` (signed), senders
 * into `ingest/` under a session's key, our own readers from `feed/` under names that are made for
 * each publication. Runs in the RTMP server's child process, over node-media-server's objects.
 *
 * The library answers "published" before it asks, and goes on reading from those it refuses: so who
 * is refused is cut off here, and nobody's packets are heard before they were let in.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { NodeMediaBroadcast, NodeMediaPacket, NodeMediaSession } from 'node-media-server';
import type { IngestReport } from './rtmp-messages.ts';

export type RtmpGateOptions = {
  readonly secret: string;
  readonly broadcasts: Map<string, NodeMediaBroadcast>;
  readonly tell: (report: IngestReport) => void;
};

type Publication = {
  readonly hash: string;
  readonly feed: string;
  readonly session: NodeMediaSession;
  readonly broadcast: NodeMediaBroadcast;
  audioPackets: number;
  videoPackets: number;
  audioCodec: number;
  videoCodec: number;
  reordered: boolean;
  /** For the silence: what had come when something came last, and for how many reports nothing has. */
  bytes: number;
  silent: number;
};

const [AUDIO, VIDEO] = [8, 9];
const SIGN_SECONDS = 60;
const REPORT_MS = 1000;
/** The library has no time-out: a connection that died without a word would hold its path for ever. */
const SILENT_REPORTS = 30;

export class RtmpGate {
  readonly #options: RtmpGateOptions;
  readonly #publications = new Map<string, Publication>();
  #hashes = new Set<string>();

  constructor(options: RtmpGateOptions) {
    this.#options = options;
    setInterval(() => {
      for (const publication of this.#publications.values()) {
        this.#report(publication, true);
        this.#endSilent(publication);
      }
    }, REPORT_MS).unref();
  }

  /** The keys that hold from now on; who came in with another one is cut off. */
  setKeys(hashes: readonly string[]): void {
    this.#hashes = new Set(hashes);
    for (const { hash, session } of this.#publications.values()) {
      if (!this.#hashes.has(hash)) cutOff(session);
    }
  }

  /** Before the library asks for a signature. */
  publishing(session: NodeMediaSession): void {
    deafen(session);
    const { streamApp, streamName, streamPath, streamQuery } = session;
    if (streamApp === 'live' && isSigned(streamPath, streamQuery['sign'], this.#options.secret)) {
      listen(session);
      return;
    }
    const hash = createHash('sha256').update(streamName).digest('hex');
    if (streamApp !== 'ingest' || !this.#hashes.has(hash)) {
      cutOff(session);
      return;
    }
    this.#clear(session.broadcast, streamPath);
    session.streamQuery = { ...streamQuery, sign: sign(streamPath, this.#options.secret) };
    this.#follow({
      ...{ hash, session, broadcast: session.broadcast },
      feed: randomBytes(18).toString('base64url'),
      ...{ audioPackets: 0, videoPackets: 0, audioCodec: 0, videoCodec: 0, reordered: false },
      ...{ bytes: 0, silent: 0 },
    });
  }

  /** Before the library sends anything. What is sent in is not for others to watch. */
  playing(session: NodeMediaSession): void {
    deafen(session);
    const { streamApp, streamName, broadcast } = session;
    if (streamApp === 'ingest') cutOff(session);
    if (streamApp !== 'feed' || !streamName.startsWith('sound-')) return;
    // A voice must not begin with what was said before: the library would send it all at once.
    const past = broadcast.rtmpGopCache;
    broadcast.rtmpGopCache = null;
    queueMicrotask(() => (broadcast.rtmpGopCache ??= past));
  }

  #follow(publication: Publication): void {
    const { session, feed, broadcast } = publication;
    const { broadcasts } = this.#options;
    this.#publications.set(session.id, publication);
    const names = FEEDS.map((kind) => `/feed/${kind}-${feed}`);
    for (const name of names) broadcasts.set(name, broadcast);
    session.socket.once('close', () => {
      this.#publications.delete(session.id);
      for (const name of names) broadcasts.delete(name);
      this.#report(publication, false);
    });
    listen(session, (packet) => this.#count(publication, packet));
    this.#report(publication, true);
  }

  #count(publication: Publication, packet: NodeMediaPacket): void {
    if (packet.codec_type === AUDIO) {
      publication.audioPackets += 1;
      publication.audioCodec = packet.codec_id;
      if (publication.audioPackets === 2) this.#report(publication, true);
    }
    if (packet.codec_type === VIDEO) {
      publication.videoPackets += 1;
      publication.videoCodec = packet.codec_id;
      // An offset between decoding and showing means that frames refer to later ones.
      if (packet.pts !== packet.dts) publication.reordered = true;
    }
  }

  #endSilent(publication: Publication): void {
    const { session, bytes } = publication;
    publication.silent = session.inBytes > bytes ? 0 : publication.silent + 1;
    publication.bytes = session.inBytes;
    if (publication.silent >= SILENT_REPORTS) cutOff(session);
  }

  #report(publication: Publication, live: boolean): void {
    const { session, hash, feed } = publication;
    const { audioPackets, videoPackets, audioCodec, videoCodec, reordered } = publication;
    this.#options.tell({
      ...{ type: 'ingest', live, hash, feed, bytes: session.inBytes },
      ...{ audioPackets, videoPackets, audioCodec, videoCodec, reordered },
      width: whole(session.videoWidth),
      height: whole(session.videoHeight),
      framesPerSecond: whole(session.videoFramerate),
    });
  }

  /**
   * The newest publisher replaces the one before, which may only seem to be there; nothing of its
   * stream is played on.
   */
  #clear(broadcast: NodeMediaBroadcast, path: string): void {
    const { publisher } = broadcast;
    if (!publisher) return;
    cutOff(publisher);
    broadcast._finishPublish();
    // That takes a broadcast without players off the list.
    this.#options.broadcasts.set(path, broadcast);
  }
}

/** What each of our readers asks for. */
const FEEDS = ['sound', 'picture'] as const;

/** Nothing that this connection sends is handed to players. */
function deafen(session: NodeMediaSession): void {
  session.rtmp.onPacketCallback = () => undefined;
}

function listen(session: NodeMediaSession, count?: (packet: NodeMediaPacket) => void): void {
  session.rtmp.onPacketCallback = (packet) => {
    count?.(packet);
    session.onPacket(packet);
  };
}

/** The library's own close() leaves the other half of the connection open. */
function cutOff(session: NodeMediaSession): void {
  deafen(session);
  session.socket.destroy();
}

/** As the library checks it. */
function sign(path: string, secret: string, expires = nowSeconds() + SIGN_SECONDS): string {
  const digest = createHash('md5').update(`${path}-${expires}-${secret}`).digest('hex');
  return `${expires}-${digest}`;
}

function isSigned(path: string, given: string | undefined, secret: string): boolean {
  const expires = Number(given?.split('-')[0]);
  return expires > nowSeconds() && given === sign(path, secret, expires);
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** What senders say of themselves may be anything. */
function whole(value: unknown): number {
  return typeof value === 'number' && value > 0 && value < 100_000 ? Math.round(value) : 0;
}
