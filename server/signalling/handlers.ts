/**
 * What each socket.io request does.
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
} from '../protocol/index.ts';
import { playEmotion } from '../motion/emotion/packs.ts';
import type { Captions } from '../captions/captions.ts';
import type { TemplateLibrary } from '../motion/template-library.ts';
import type { TextMotion } from '../motion/text/text-motion.ts';
import type { SessionTriggers } from '../motion/trigger/session-triggers.ts';
import type { TriggerLibrary } from '../motion/trigger/trigger-library.ts';
import type { Ingest } from '../ingest/ingest.ts';
import type { SessionRegistry } from '../session/registry.ts';
import type { TargetLibrary } from '../targets/target-library.ts';
import type { VmcSwitch } from '../session/vmc-switch.ts';
import type { TakeLibrary } from '../studio/take/take-library.ts';
import type { z } from 'zod';
import { airHandlers, type AirRequest } from './air-handlers.ts';
import { ingestHandlers, type IngestRequest } from './ingest-handlers.ts';
import { PeerMedia, type MediaRequest } from './peer-media.ts';

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

export class Peer {
  readonly handlers: Handlers;
  readonly #house: House;
  readonly #socket: PeerSocket;
  readonly #media: PeerMedia;
  /** Sessions whose pose is watched here, and what ends that. */
  readonly #watched = new Map<SessionId, () => void>();

  constructor(house: House, socket: PeerSocket) {
    this.#house = house;
    this.#socket = socket;
    const requireAdmin = (): void => this.#requireAdmin();
    this.#media = new PeerMedia(house.registry, requireAdmin);
    this.handlers = {
      ...this.#own,
      ...ingestHandlers(house.ingest, requireAdmin),
      ...airHandlers(house, requireAdmin),
      ...this.#media.handlers,
    };
  }

  readonly #own: Omit<Handlers, IngestRequest | AirRequest | MediaRequest> = {
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
    'avatar:restyle': ({ sessionId, change }) => {
      this.#requireAdmin();
      this.#house.registry.get(sessionId).restyle(change);
      return null;
    },
    'motion:say': ({ sessionId, ...request }) => {
      this.#requireAdmin();
      return this.#house.textMotion.say(this.#house.registry.get(sessionId), request);
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
    'captions:status': ({ sessionId }) => {
      this.#requireAdmin();
      return this.#house.captions.status(this.#house.registry.get(sessionId).id);
    },
    'captions:switch': ({ sessionId, on }) => {
      this.#requireAdmin();
      return this.#house.captions.switch(this.#house.registry.get(sessionId), on);
    },
  };

  /** The socket is gone: so is everything it opened. */
  close(): void {
    this.#media.close();
    for (const leave of this.#watched.values()) leave();
    this.#watched.clear();
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
