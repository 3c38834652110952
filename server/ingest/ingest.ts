/**
 * What comes into sessions from outside by WHIP and RTMP, and the viewers who come by WHEP: keys,
 * doors, and who is connected. Main thread; owned by the app.
 */
import { AppError } from '../core/errors.ts';
import type { SessionId } from '../protocol/ids.ts';
import type { IngestDoor, InputOrigin, SessionInputs } from '../protocol/input.ts';
import type { Logger } from '../core/log.ts';
import type { IngestReport } from '../outputs/rtmp-messages.ts';
import type { RtmpServer } from '../outputs/rtmp-server.ts';
import type { SessionSnapshot } from '../protocol/session.ts';
import { HttpPeers } from '../rtc/whip/http-peers.ts';
import type { Room } from '../rtc/room.ts';
import type { SentPicture } from '../rtc/room-types.ts';
import type { SessionRegistry } from '../session/registry.ts';
import { keyHash, type IngestKeys } from './ingest-keys.ts';
import { FfmpegFeed, INGEST_SOURCE, type VideoSources } from '../scenes/video-feed.ts';
import { RtmpSender } from './rtmp-sender.ts';
import { openSenderFeed } from './sender-feed.ts';

export type IngestOptions = {
  readonly registry: SessionRegistry;
  readonly keys: IngestKeys;
  readonly rtmp: Pick<RtmpServer, 'ingestUrl' | 'feedUrl' | 'setIngestKeys'>;
  /** Where scenes find the senders' pictures. */
  readonly sources: Pick<VideoSources, 'offer'>;
  readonly ffmpeg: string;
  readonly log: Logger;
};

export class Ingest {
  readonly #options: IngestOptions;
  readonly peers: HttpPeers;
  /** Who publishes by RTMP. */
  readonly #senders = new Map<SessionId, RtmpSender>();
  readonly #ending = new Set<Promise<void>>();

  constructor(options: IngestOptions) {
    this.#options = options;
    this.peers = new HttpPeers({
      roomOf: (id) => this.#room(id),
      onPicture: (id, picture) => this.#offerSent(id, picture),
    });
  }

  /** Hears how sessions begin and end. */
  follow({ id, state }: SessionSnapshot): void {
    const { registry, keys } = this.#options;
    const ends = state === 'stopping' || state === 'stopped';
    if (ends) this.#end(id);
    if (ends) keys.release(id);
    else if (registry.has(id)) keys.of(id);
    this.#tellKeys();
  }

  /** Hears of the RTMP server how publications go. */
  report(report: IngestReport): void {
    const { keys, registry, rtmp, ffmpeg, log } = this.#options;
    const id = keys.holderOf(report.hash);
    const known = id && this.#senders.get(id);
    if (id && known?.feed === report.feed) {
      if (report.live) known.update(report);
      else this.#end(id);
      return;
    }
    if (!id || !report.live || !registry.has(id)) return;
    this.#end(id);
    const sender = new RtmpSender(report, {
      ...{ room: this.#room(id), ffmpeg, log: log.child({ session: id }) },
      feedUrl: (kind) => rtmp.feedUrl(kind, report.feed),
      offerPicture: () => this.#offerPicture(id, report.feed),
    });
    this.#senders.set(id, sender);
    sender.update(report);
  }

  /** Resolves when no process is left. */
  async close(): Promise<void> {
    for (const id of [...this.#senders.keys()]) this.#end(id);
    await Promise.all(this.#ending);
  }

  /** Scenes of the session may show it; returns what takes it off. */
  #offerPicture(session: SessionId, feed: string): () => void {
    const { sources, rtmp, ffmpeg } = this.#options;
    const url = rtmp.feedUrl('picture', feed);
    return sources.offer({
      ...{ name: INGEST_SOURCE, session },
      open: (shape, onProblem) =>
        Promise.resolve(new FfmpegFeed({ ...shape, url }, ffmpeg, onProblem)),
    });
  }

  /** The same of what comes by WHIP. */
  #offerSent(session: SessionId, picture: SentPicture): () => void {
    const { sources, ffmpeg } = this.#options;
    return sources.offer({
      ...{ name: INGEST_SOURCE, session },
      open: async (shape, onProblem) => {
        const out = await this.#room(session).openLoopbackOut(picture);
        return openSenderFeed({ out, shape, ffmpeg, onProblem });
      },
    });
  }

  #end(id: SessionId): void {
    const sender = this.#senders.get(id);
    if (!sender) return;
    this.#senders.delete(id);
    const ending = sender.close().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  #tellKeys(): void {
    this.#options.rtmp.setIngestKeys(this.#options.keys.hashes);
  }

  /** Where senders connect. Throws `session_not_found` and `session_closed`. */
  door(id: SessionId): IngestDoor {
    const { registry, keys, rtmp } = this.#options;
    registry.get(id);
    return {
      rtmpUrl: rtmp.ingestUrl,
      whipPath: `/whip/${id}`,
      whipKeyPath: '/whip',
      whepPath: `/whep/${id}`,
      key: keys.of(id),
    };
  }

  /** Another key; who came in with the one before is ended. */
  renew(id: SessionId): IngestDoor {
    this.#options.registry.get(id);
    this.#options.keys.renew(id);
    this.#tellKeys();
    this.#end(id);
    this.peers.endSenders(id);
    return this.door(id);
  }

  /** Whether this key is the session's. */
  admits(id: SessionId, key: string): boolean {
    return this.#options.keys.holderOf(keyHash(key)) === id;
  }

  /** Whose key this is. Throws `unauthorized`. */
  sessionOf(key: string): SessionId {
    const id = this.#options.keys.holderOf(keyHash(key));
    if (id !== undefined) return id;
    throw new AppError('unauthorized', 'This ingest key belongs to no session that is live');
  }

  /** What is connected. Throws `session_not_found` and `session_closed`. */
  inputs(id: SessionId): SessionInputs {
    const room = this.#room(id);
    const voices = [...room.voices];
    const rtmp = this.#senders.get(id);
    return {
      ...{ voices, voice: voices.at(-1) ?? null },
      video: room.picture,
      senders: [...(rtmp ? [rtmp.state] : []), ...this.peers.senders(id)],
    };
  }

  /** Lets a voice be heard again that a newer one has replaced. Throws `not_found`. */
  preferVoice(id: SessionId, origin: InputOrigin): Promise<void> {
    return this.#room(id).preferVoice(origin);
  }

  #room(id: SessionId): Room {
    return this.#options.registry.get(id).pipeline.room;
  }
}
