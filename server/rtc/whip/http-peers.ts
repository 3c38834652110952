/**
 * Senders and viewers of all sessions that came by HTTP, by their ids. Main thread; owned by the app.
 */
import type { types } from 'mediasoup';
import { AppError } from '../../core/errors.ts';
import type { SessionInput } from '../../protocol/input.ts';
import type { SessionId } from '../../protocol/ids.ts';
import type { Room } from '../room.ts';
import type { Sent } from '../room-types.ts';
import { parseOffer } from '../sdp/offer.ts';
import { HttpPeer } from './http-peer.ts';
import { negotiateSender, negotiateViewer } from './negotiation.ts';
import { SenderMeter } from './sender-meter.ts';

/** Peers of a session that have an answer and haven't connected yet. */
const MOST_WAITING = 32;

export type PeerRole = 'sender' | 'viewer';

/** What a POST is answered with. */
export type Created = { readonly id: string; readonly etag: string; readonly answer: string };

export type HttpPeersOptions = {
  /** Throws `session_not_found` and `session_closed`. */
  readonly roomOf: (id: SessionId) => Room;
  /** A sender's picture comes in; returns what to do when it has ended. */
  readonly onPicture: (id: SessionId, picture: types.Producer) => () => void;
};

type Entry = {
  readonly peer: HttpPeer;
  readonly sessionId: SessionId;
  readonly role: PeerRole;
  readonly meter: SenderMeter | undefined;
};

export class HttpPeers {
  readonly #entries = new Map<string, Entry>();
  readonly #roomOf: HttpPeersOptions['roomOf'];
  readonly #onPicture: HttpPeersOptions['onPicture'];

  constructor({ roomOf, onPicture }: HttpPeersOptions) {
    this.#roomOf = roomOf;
    this.#onPicture = onPicture;
  }

  /**
   * Answers a sender's offer. Once it is connected, its sound is the session's voice and the sender
   * before it is ended: an encoder that starts anew doesn't fight its own ghost.
   */
  async openSender(sessionId: SessionId, sdp: string): Promise<Created> {
    const room = this.#admit(sessionId);
    const offer = parseOffer(sdp);
    const { transport, sent, answer } = await negotiateSender(room, offer);
    const meter = new SenderMeter(sent);
    const peer = this.#add({ sessionId, role: 'sender', meter }, transport, {
      ice: offer.ice,
      onConnected: () => this.#connected(peer, room, sent),
    });
    return { id: peer.id, etag: peer.etag, answer };
  }

  /** Answers a viewer's offer; it is sent to from when it is connected. */
  async openViewer(sessionId: SessionId, sdp: string): Promise<Created> {
    const room = this.#admit(sessionId);
    const offer = parseOffer(sdp);
    const { transport, consumers, answer } = await negotiateViewer(room, offer);
    const peer = this.#add({ sessionId, role: 'viewer', meter: undefined }, transport, {
      ice: offer.ice,
      // Started earlier, the only key frame for a while would be lost.
      onConnected: () => void Promise.all(consumers.map(resume)),
    });
    return { id: peer.id, etag: peer.etag, answer };
  }

  /** Throws what `roomOf` throws, and `not_found` for one that has ended. */
  get(sessionId: SessionId, role: PeerRole, id: string): HttpPeer {
    this.#roomOf(sessionId);
    const entry = this.#entries.get(id);
    if (entry?.role === role && entry.sessionId === sessionId) return entry.peer;
    throw new AppError('not_found', `This ${role} has left, or was never here`);
  }

  /** Who sends into a session. */
  senders(sessionId: SessionId): SessionInput[] {
    return [...this.#entries.values()].flatMap(({ meter, ...entry }) =>
      meter && entry.sessionId === sessionId ? [meter.state(entry.peer.connected)] : [],
    );
  }

  /** Ends all senders of a session: their key is no longer good. */
  endSenders(sessionId: SessionId): void {
    for (const { peer, role, ...entry } of [...this.#entries.values()]) {
      if (role === 'sender' && entry.sessionId === sessionId) peer.close();
    }
  }

  #admit(sessionId: SessionId): Room {
    const room = this.#roomOf(sessionId);
    const waiting = [...this.#entries.values()].filter(
      (entry) => entry.sessionId === sessionId && !entry.peer.connected,
    );
    if (waiting.length < MOST_WAITING) return room;
    throw new AppError(
      'too_many',
      `${MOST_WAITING} others are connecting to this session; try again in some seconds`,
    );
  }

  #add(
    entry: Omit<Entry, 'peer'>,
    transport: types.WebRtcTransport,
    options: { readonly ice: HttpPeerIce; readonly onConnected: () => void },
  ): HttpPeer {
    const peer = new HttpPeer({
      ...{ transport, ...options },
      onClosed: () => {
        entry.meter?.close();
        this.#entries.delete(peer.id);
      },
    });
    this.#entries.set(peer.id, { ...entry, peer });
    return peer;
  }

  #connected(peer: HttpPeer, room: Room, sent: Sent): void {
    const { sessionId } = this.#entries.get(peer.id)!;
    for (const { peer: other, ...entry } of [...this.#entries.values()]) {
      const elder = entry.role === 'sender' && entry.sessionId === sessionId && other.connected;
      if (elder && other !== peer) other.close();
    }
    // A fault here is the room's end, which the sender's transport shares.
    room.hear('whip', sent).catch(() => peer.close());
    if (sent.video) this.#await(sessionId, sent.video);
  }

  /** Many offer a picture and send none: it is told of with its first packets. */
  #await(sessionId: SessionId, picture: types.Producer): void {
    const comes = (): void => {
      if (picture.closed || !picture.score.some(({ score }) => score > 0)) return;
      picture.off('score', comes);
      picture.observer.once('close', this.#onPicture(sessionId, picture));
    };
    picture.on('score', comes);
    comes();
  }
}

type HttpPeerIce = ConstructorParameters<typeof HttpPeer>[0]['ice'];

/** The viewer may have left meanwhile, and its consumers with it. */
function resume(consumer: types.Consumer): Promise<void> {
  return consumer.resume().catch(() => undefined);
}
