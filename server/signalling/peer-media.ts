/**
 * The media of one socket: the transports it opened, what it sends and what it is sent. They close
 * with it, and an id alone gives no right to another's. Main thread; owned by its Peer.
 */
import { AppError } from '../core/errors.ts';
import type {
  ConsumerId,
  DataProducerId,
  ProducerId,
  REQUESTS,
  Responses,
  SessionId,
  TransportId,
} from '../protocol/index.ts';
import type { z } from 'zod';
import type { Room } from '../rtc/room.ts';
import type { RtcTypes } from '../rtc/room-types.ts';
import type { SessionRegistry } from '../session/registry.ts';
import type { Handlers } from './handlers.ts';

export type MediaRequest = Extract<keyof Handlers, `rtc:${string}`>;

type ConsumeRequest = z.output<(typeof REQUESTS)['rtc:consume']>;

const MAX_TRANSPORTS_PER_PEER = 8;

export class PeerMedia {
  readonly #registry: SessionRegistry;
  readonly #requireAdmin: () => void;
  readonly #rooms = new Map<string, Room>();
  readonly #consumers = new Map<string, Room>();

  constructor(registry: SessionRegistry, requireAdmin: () => void) {
    this.#registry = registry;
    this.#requireAdmin = requireAdmin;
  }

  readonly handlers: Pick<Handlers, MediaRequest> = {
    'rtc:capabilities': ({ sessionId }) => plain(this.#roomOf(sessionId).capabilities),
    'rtc:transport': ({ sessionId, direction }) => this.#openTransport(sessionId, direction),
    'rtc:connect': async ({ transportId, dtlsParameters }) => {
      const room = this.#room(transportId);
      await room.connect(transportId, dtlsParameters as RtcTypes['dtlsParameters']);
      return null;
    },
    'rtc:produce': async ({ transportId, role, rtpParameters }) => {
      this.#requireAdmin();
      const producer = await this.#room(transportId).produce(
        transportId,
        role,
        rtpParameters as RtcTypes['rtpParameters'],
      );
      return { producerId: producer.id as ProducerId };
    },
    'rtc:unproduce': ({ transportId, producerId }) => {
      this.#room(transportId).unproduce(transportId, producerId);
      return null;
    },
    'rtc:produceData': async ({ transportId, sctpStreamParameters }) => {
      this.#requireAdmin();
      const room = this.#room(transportId);
      const producer = await room.producePoses(transportId, sctpStreamParameters);
      return { dataProducerId: producer.id as DataProducerId };
    },
    'rtc:consume': (request) => this.#consume(request),
    'rtc:resume': async ({ consumerId }) => {
      const room = this.#consumers.get(consumerId);
      if (!room) throw new AppError('not_found', `There is no consumer '${consumerId}' here`);
      await room.consumer(consumerId).resume();
      return null;
    },
    'rtc:close': ({ transportId }) => {
      this.#room(transportId).transport(transportId).close();
      this.#rooms.delete(transportId);
      return null;
    },
  };

  /** Whatever it opened is closed. */
  close(): void {
    for (const [transportId, room] of this.#rooms) room.closeTransport(transportId);
    this.#rooms.clear();
    this.#consumers.clear();
  }

  async #openTransport(
    sessionId: SessionId,
    direction: 'send' | 'recv',
  ): Promise<Responses['rtc:transport']> {
    if (direction === 'send') this.#requireAdmin();
    const room = this.#roomOf(sessionId);
    this.#forgetClosed();
    if (this.#rooms.size >= MAX_TRANSPORTS_PER_PEER) {
      throw new AppError(
        'too_many',
        `One connection may have ${MAX_TRANSPORTS_PER_PEER} transports; close one first`,
      );
    }
    const transport = await room.openTransport(direction);
    this.#rooms.set(transport.id, room);
    return {
      id: transport.id as TransportId,
      iceParameters: plain(transport.iceParameters),
      iceCandidates: transport.iceCandidates.map(plain),
      dtlsParameters: plain(transport.dtlsParameters),
      ...(transport.sctpParameters && { sctpParameters: plain(transport.sctpParameters) }),
    };
  }

  async #consume(request: ConsumeRequest): Promise<Responses['rtc:consume']> {
    const { transportId, kind, source } = request;
    if (source === 'microphone' || source === 'ingest') this.#requireAdmin();
    const room = this.#room(transportId);
    const rtpCapabilities = request.rtpCapabilities as RtcTypes['rtpCapabilities'];
    const consumer = await room.consume({ transportId, kind, source, rtpCapabilities });
    this.#consumers.set(consumer.id, room);
    consumer.observer.once('close', () => this.#consumers.delete(consumer.id));
    return {
      id: consumer.id as ConsumerId,
      producerId: consumer.producerId as ProducerId,
      kind,
      rtpParameters: plain(consumer.rtpParameters),
    };
  }

  #roomOf(sessionId: SessionId): Room {
    return this.#registry.get(sessionId).pipeline.room;
  }

  /** Only what this peer opened: an id alone gives no right to another's transport. */
  #room(transportId: string): Room {
    const room = this.#rooms.get(transportId);
    if (!room) throw new AppError('not_found', `There is no transport '${transportId}' here`);
    return room;
  }

  #forgetClosed(): void {
    for (const [transportId, room] of this.#rooms) {
      if (!room.hasTransport(transportId)) this.#rooms.delete(transportId);
    }
  }
}

function plain(value: object): Record<string, unknown> {
  return value as Record<string, unknown>;
}
