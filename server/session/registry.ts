/**
 * All sessions of this node: admission, look-up, and an orderly end. Main thread; owned by the
 * app, which tells it whom to notify.
 */
import { randomBytes } from 'node:crypto';
import { AppError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import {
  CastMember,
  type SessionId,
  type SessionRequest,
  type SessionSnapshot,
  type SessionStats,
} from '../protocol/index.ts';
import type { EnginePool } from './engine-pool.ts';
import { Session } from './session.ts';
import type { SessionEvents, SessionOptions } from './session-options.ts';
import type { PushOrder } from './wires.ts';

export type RegistryOptions = {
  readonly maxSessions: number;
  readonly log: Logger;
  readonly events: Omit<SessionEvents, 'onAbandoned'>;
  /** Resolves the pack's folder. Throws `avatar_not_found` or `bad_pack`. */
  readonly findPack: (name: string) => Promise<string>;
  /** Where every session is pushed to from its beginning. */
  readonly automaticPushes: () => readonly PushOrder[];
  /** What every session needs from the house. */
  readonly house: Pick<
    SessionOptions,
    | 'compiled'
    | 'danceSteps'
    | 'slatePath'
    | 'media'
    | 'feeder'
    | 'encoder'
    | 'ffmpeg'
    | 'graceMs'
    | 'rtmp'
    | 'scenes'
    | 'usage'
  > & { readonly engines: EnginePool; readonly publishUrl: (key: string) => string };
};

export class SessionRegistry {
  readonly #options: RegistryOptions;
  readonly #sessions = new Map<SessionId, Session>();
  readonly #ended = new Set<SessionId>();
  #opening = 0;
  #closed = false;

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#sessions.size;
  }

  has(id: SessionId): boolean {
    return this.#sessions.has(id);
  }

  get snapshots(): SessionSnapshot[] {
    return [...this.#sessions.values()].map((session) => session.snapshot);
  }

  get statistics(): SessionStats[] {
    return [...this.#sessions.values()].map((session) => session.statistics);
  }

  /** Throws `session_not_found`, or `session_closed` for one that was here. */
  get(id: SessionId): Session {
    const session = this.#sessions.get(id);
    if (session) return session;
    if (this.#ended.has(id)) throw new AppError('session_closed', `Session '${id}' has ended`);
    throw new AppError('session_not_found', `There is no session '${id}'`);
  }

  async create(asked: SessionRequest): Promise<Session> {
    this.#admit();
    this.#opening += 1;
    try {
      const request = this.#sized(asked);
      const session = await this.#open(request, await this.#cast(request));
      this.#sessions.set(session.id, session);
      if (request.scene) await session.scenes.show({ scene: request.scene, fadeMs: 0 });
      session.pushes.start(...this.#options.automaticPushes());
      session.announce();
      return session;
    } finally {
      this.#opening -= 1;
    }
  }

  async stop(id: SessionId): Promise<void> {
    const session = this.get(id);
    this.#sessions.delete(id);
    this.#remember(id);
    await session.close();
    this.#options.log.info({ session: id }, 'session ended');
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled([...this.#sessions.keys()].map((id) => this.stop(id)));
  }

  #admit(): void {
    const { maxSessions } = this.#options;
    if (this.#closed) throw new AppError('conflict', 'The server is shutting down');
    if (this.#sessions.size + this.#opening >= maxSessions) {
      throw new AppError(
        'over_capacity',
        `All ${maxSessions} sessions of this server are in use; stop one, or raise POSECAST_MAX_SESSIONS`,
      );
    }
  }

  /** A scene brings its canvas along. Throws `not_found`. */
  #sized(request: SessionRequest): SessionRequest {
    if (request.scene === undefined) return request;
    const { canvas, colour } = this.#options.house.scenes.find(request.scene);
    return { ...request, ...canvas, background: colour };
  }

  /** Who is in the picture, with their packs. */
  #cast(request: SessionRequest): Promise<SessionOptions['cast']> {
    const cast = request.cast ?? [CastMember.parse({ avatar: request.avatar })];
    return Promise.all(
      cast.map(async (member) => ({
        ...member,
        packDir: await this.#options.findPack(member.avatar),
      })),
    );
  }

  #open(request: SessionRequest, cast: SessionOptions['cast']): Promise<Session> {
    const id = randomBytes(6).toString('base64url').replace(/^-/, 'p') as SessionId;
    const { house, events } = this.#options;
    const log = this.#options.log.child({ session: id });
    log.info(
      { avatar: request.avatar, width: request.width, height: request.height },
      'session starts',
    );
    return Session.open({
      ...house,
      engine: house.engines.least(),
      id,
      cast,
      request,
      log,
      rtmpUrl: house.publishUrl(id),
      sessionEvents: { ...events, onAbandoned: (abandoned) => this.#abandon(abandoned) },
    });
  }

  #abandon(id: SessionId): void {
    if (!this.#sessions.has(id)) return;
    this.#options.log.info({ session: id }, 'nobody drives or watches the session any more');
    this.stop(id).catch((error: unknown) => {
      this.#options.log.error({ err: error, session: id }, 'session did not end cleanly');
    });
  }

  /** So that a late visitor hears "has ended" and not "never was"; bounded. */
  #remember(id: SessionId): void {
    this.#ended.add(id);
    if (this.#ended.size > 1000) this.#ended.delete(this.#ended.values().next().value!);
  }
}
