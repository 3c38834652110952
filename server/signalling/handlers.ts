/**
 * What each socket.io request does. A peer owns the transports it opened; they close with it.
 * Main thread; one Peer per socket, owned by the signalling server.
 */
import { AppError } from '../core/errors.ts';
import type {
  AvatarSummary,
  RequestName,
  REQUESTS,
  Responses,
  ServerInfo,
  SessionId,
  StreamPreset,
  TransportId,
  ConsumerId,
  DataProducerId,
  ProducerId,
} from '../protocol/index.ts';
import { playEmotion } from '../motion/emotion/packs.ts';
import type { Captions } from '../captions/captions.ts';
import type { TemplateLibrary } from '../motion/template-library.ts';
import type { TextMotion } from '../motion/text/text-motion.ts';
import type { SessionTriggers } from '../motion/trigger/session-triggers.ts';
import type { TriggerLibrary } from '../motion/trigger/trigger-library.ts';
import type { Ingest } from '../ingest/ingest.ts';
import type { Room } from '../rtc/room.ts';
import type { RtcTypes } from '../rtc/room-types.ts';
import type { SessionRegistry } from '../session/registry.ts';
import type { TargetLibrary } from '../targets/target-library.ts';
import type { VmcSwitch } from '../session/vmc-switch.ts';
import type { TakeLibrary } from '../studio/take/take-library.ts';
import type { z } from 'zod';
import { ingestHandlers, type IngestRequest } from './ingest-handlers.ts';

/** What the handlers need of the house. */
export type House = {
  readonly registry: SessionRegistry;
  readonly vmc: VmcSwitch;
  readonly info: () => ServerInfo;
  readonly avatars: { list(): Promise<readonly AvatarSummary[]> };
  readonly triggers: TriggerLibrary;
  readonly sessionTriggers: SessionTriggers;
  readonly textMotion: TextMotion;
  readonly targets: TargetLibrary;
  readonly presets: readonly StreamPreset[];
  readonly captions: Captions;
  readonly ingest: Ingest;
  readonly takes: TakeLibrary;
  readonly templates: Pick<TemplateLibrary, 'list'>;
};

/** What the handlers need of the socket. */
export type PeerSocket = {
  readonly admin: boolean;
  join(room: string): void;
  leave(room: string): void;
};

export type Handlers = {
  [Name in RequestName]: (
    request: z.output<(typeof REQUESTS)[Name]>,
  ) => Promise<Responses[Name]> | Responses[Name];
};

type ConsumeRequest = z.output<(typeof REQUESTS)['rtc:consume']>;

const MAX_TRANSPORTS_PER_PEER = 8;

export class Peer {
  readonly handlers: Handlers;
  readonly #house: House;
  readonly #socket: PeerSocket;
  readonly #rooms = new Map<string, Room>();
  readonly #consumers = new Map<string, Room>();
  /** Sessions whose pose is watched here, and what ends that. */
  readonly #watched = new Map<SessionId, () => void>();

  constructor(house: House, socket: PeerSocket) {
    this.#house = house;
    this.#socket = socket;
    const ingest = ingestHandlers(house.ingest, () => this.#requireAdmin());
    this.handlers = { ...this.#own, ...ingest };
  }

  readonly #own: Omit<Handlers, IngestRequest> = {
    'server:info': () => this.#house.info(),
    'avatars:list': () => this.#house.avatars.list(),
    'session:list': () => {
      this.#requireAdmin();
      return this.#house.registry.snapshots;
    },
    'session:create': async (request) => {
      this.#requireAdmin();
      return (await this.#house.registry.create(request)).snapshot;
    },
    'session:follow': ({ sessionId }) => {
      const { snapshot } = this.#house.registry.get(sessionId);
      this.#socket.join(sessionId);
      return snapshot;
    },
    'session:unfollow': ({ sessionId }) => {
      this.#socket.leave(sessionId);
      return null;
    },
    'session:stop': async ({ sessionId }) => {
      this.#requireAdmin();
      await this.#house.registry.stop(sessionId);
      return null;
    },
    'motion:tier': ({ sessionId, tier }) => {
      this.#requireAdmin();
      this.#house.registry.get(sessionId).setTier(tier);
      return null;
    },
    'motion:play': async ({ sessionId, script, priority, when, avatar }) => {
      this.#requireAdmin();
      const session = this.#house.registry.get(sessionId);
      return { script: await session.play(script, priority, { when, avatar }) };
    },
    'motion:emotion': async ({ sessionId, ...request }) => {
      this.#requireAdmin();
      const { registry, templates } = this.#house;
      return { script: await playEmotion(registry.get(sessionId), request, templates.list()) };
    },
    'motion:stop': ({ sessionId, script }) => {
      this.#requireAdmin();
      this.#house.registry.get(sessionId).stopMotion(script);
      return null;
    },
    'motion:tap': ({ sessionId, atMs }) => {
      this.#requireAdmin();
      return this.#house.registry.get(sessionId).tap(atMs);
    },
    'motion:tempo': ({ sessionId, bpm }) => {
      this.#requireAdmin();
      this.#house.registry.get(sessionId).setBpm(bpm);
      return null;
    },
    'motion:dance': ({ sessionId, on }) => {
      this.#requireAdmin();
      this.#house.registry.get(sessionId).dance(on);
      return null;
    },
    'scene:show': async ({ sessionId, ...wanted }) => {
      this.#requireAdmin();
      const { scenes } = this.#house.registry.get(sessionId);
      await scenes.show(wanted);
      return scenes.state;
    },
    'scene:slide': async ({ sessionId, turn }) => {
      this.#requireAdmin();
      const { scenes } = this.#house.registry.get(sessionId);
      await scenes.turn(turn);
      return scenes.state;
    },
    'scene:point': async ({ sessionId, region }) => {
      this.#requireAdmin();
      return { script: await this.#house.registry.get(sessionId).pointAt(region, 'hand') };
    },
    'avatar:restyle': ({ sessionId, change }) => {
      this.#requireAdmin();
      this.#house.registry.get(sessionId).restyle(change);
      return null;
    },
    'motion:say': ({ sessionId, ...request }) => {
      this.#requireAdmin();
      return this.#house.textMotion.say(this.#house.registry.get(sessionId), request);
    },
    'targets:presets': () => this.#house.presets,
    'targets:list': () => {
      this.#requireAdmin();
      return this.#house.targets.list();
    },
    'targets:save': ({ id, target }) => {
      this.#requireAdmin();
      return this.#house.targets.save(target, id);
    },
    'targets:delete': async ({ id }) => {
      this.#requireAdmin();
      await this.#house.targets.delete(id);
      return null;
    },
    'push:start': ({ sessionId, target }) => {
      this.#requireAdmin();
      const { registry, targets } = this.#house;
      registry.get(sessionId).pushes.start(targets.order(target));
      return null;
    },
    'push:stop': ({ sessionId, target }) => {
      this.#requireAdmin();
      this.#house.registry.get(sessionId).pushes.stop(target);
      return null;
    },
    'triggers:list': () => {
      this.#requireAdmin();
      return this.#house.triggers.list();
    },
    'triggers:save': (trigger) => {
      this.#requireAdmin();
      return this.#house.triggers.save(trigger);
    },
    'triggers:arm': ({ id, armed }) => {
      this.#requireAdmin();
      return this.#house.triggers.arm(id, armed);
    },
    'triggers:delete': async ({ id }) => {
      this.#requireAdmin();
      await this.#house.triggers.delete(id);
      return null;
    },
    'chat:say': ({ sessionId, ...message }) => {
      this.#requireAdmin();
      return { fired: this.#house.sessionTriggers.chat(sessionId, message) };
    },
    'motion:event': ({ sessionId, name }) => {
      this.#requireAdmin();
      return { fired: this.#house.sessionTriggers.event(sessionId, name) };
    },
    'motion:hotkey': ({ sessionId, key }) => {
      this.#requireAdmin();
      return { fired: this.#house.sessionTriggers.hotkey(sessionId, key) };
    },
    'motion:vmc': ({ sessionId, on }) => {
      this.#requireAdmin();
      if (on) this.#house.vmc.on(sessionId);
      else this.#house.vmc.off(sessionId);
      return null;
    },
    'motion:watch': ({ sessionId, on }) => {
      this.#requireAdmin();
      this.#watched.get(sessionId)?.();
      this.#watched.delete(sessionId);
      if (on) this.#watched.set(sessionId, this.#house.registry.get(sessionId).watchPose());
      this.#socket[on ? 'join' : 'leave'](poseWatchersOf(sessionId));
      return null;
    },
    'take:start': ({ sessionId }) => {
      this.#requireAdmin();
      return this.#house.takes.start(this.#house.registry.get(sessionId));
    },
    'take:stop': ({ sessionId }) => {
      this.#requireAdmin();
      return this.#house.takes.stop(sessionId);
    },
    'captions:status': ({ sessionId }) => {
      this.#requireAdmin();
      return this.#house.captions.status(this.#house.registry.get(sessionId).id);
    },
    'captions:switch': ({ sessionId, on }) => {
      this.#requireAdmin();
      return this.#house.captions.switch(this.#house.registry.get(sessionId), on);
    },
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

  /** The socket is gone: so is everything it opened. */
  close(): void {
    for (const [transportId, room] of this.#rooms) room.closeTransport(transportId);
    for (const leave of this.#watched.values()) leave();
    this.#watched.clear();
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
    return this.#house.registry.get(sessionId).pipeline.room;
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

  #requireAdmin(): void {
    if (!this.#socket.admin) {
      throw new AppError('unauthorized', 'This needs the admin token shown at the first start');
    }
  }
}

/** The socket.io room of those who watch a session's pose. */
export function poseWatchersOf(sessionId: SessionId): string {
  return `${sessionId}/pose`;
}

function plain(value: object): Record<string, unknown> {
  return value as Record<string, unknown>;
}
