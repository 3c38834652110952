/**
 * What comes into sessions from outside by WHIP and RTMP, and the viewers who come by WHEP: keys,
 * doors, and who is connected. Main thread; owned by the app.
 */
import { AppError } from '../core/errors.ts';
import type { SessionId } from '../protocol/ids.ts';
import type { IngestDoor, InputOrigin, SessionInputs } from '../protocol/input.ts';
import type { SessionSnapshot } from '../protocol/session.ts';
import { HttpPeers } from '../rtc/whip/http-peers.ts';
import type { Room } from '../rtc/room.ts';
import type { SessionRegistry } from '../session/registry.ts';
import type { IngestKeys } from './ingest-keys.ts';

export type IngestOptions = {
  readonly registry: SessionRegistry;
  readonly keys: IngestKeys;
  /** Server address for senders, without the key. */
  readonly rtmpUrl: string;
};

export class Ingest {
  readonly #options: IngestOptions;
  readonly peers: HttpPeers;

  constructor(options: IngestOptions) {
    this.#options = options;
    this.peers = new HttpPeers((id) => this.#room(id));
  }

  /** Hears how sessions begin and end. */
  follow({ id, state }: SessionSnapshot): void {
    if (state === 'stopping' || state === 'stopped') this.#options.keys.release(id);
    else if (this.#options.registry.has(id)) this.#options.keys.of(id);
  }

  /** Where senders connect. Throws `session_not_found` and `session_closed`. */
  door(id: SessionId): IngestDoor {
    const { registry, keys, rtmpUrl } = this.#options;
    registry.get(id);
    return {
      rtmpUrl,
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
    this.peers.endSenders(id);
    return this.door(id);
  }

  /** Whether this key is the session's. */
  admits(id: SessionId, key: string): boolean {
    return this.#options.keys.holder(key) === id;
  }

  /** Whose key this is. Throws `unauthorized`. */
  sessionOf(key: string): SessionId {
    const id = this.#options.keys.holder(key);
    if (id !== undefined) return id;
    throw new AppError('unauthorized', 'This ingest key belongs to no session that is live');
  }

  /** What is connected. Throws `session_not_found` and `session_closed`. */
  inputs(id: SessionId): SessionInputs {
    const room = this.#room(id);
    const voices = [...room.voices];
    return {
      ...{ voices, voice: voices.at(-1) ?? null },
      video: room.picture,
      senders: this.peers.senders(id),
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
