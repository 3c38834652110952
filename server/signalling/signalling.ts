/**
 * The socket.io door: checks the handshake, parses every request with its schema, answers each
 * with a Reply, and pushes state, statistics and levels to who follows a session. Main thread;
 * owned by the app.
 */
import type { Server as HttpServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import { AppError, toAppError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import {
  HandshakeAuth,
  MAX_MESSAGE_BYTES,
  REQUESTS,
  type ClientToServerEvents,
  type Reply,
  type RequestName,
  type ServerToClientEvents,
  type SessionId,
} from '../protocol/index.ts';
import { isKnownHost, isSameOrigin } from '../http/origin.ts';
import { Peer, poseWatchersOf, type House } from './handlers.ts';
import { TokenBucket } from '../core/token-bucket.ts';

export type SignallingOptions = {
  readonly isAdmin: (token: string | undefined) => boolean;
  readonly host: string;
  readonly loopbackOnly: boolean;
  readonly log: Logger;
};

type Io = Server<ClientToServerEvents, ServerToClientEvents>;
type IoSocket = Socket<ClientToServerEvents, ServerToClientEvents>;

/** Requests per second one socket may make, and how many at once. */
const RATE_PER_SECOND = 20;
const BURST = 80;

export class Signalling {
  readonly #options: SignallingOptions;
  readonly #io: Io;

  /** Ready to push at once; requests are answered after `attach`. */
  constructor(options: SignallingOptions) {
    this.#options = options;
    this.#io = new Server({
      serveClient: false,
      maxHttpBufferSize: MAX_MESSAGE_BYTES,
      pingInterval: 5000,
      pingTimeout: 5000,
      allowRequest: (request, decide) => {
        // CORS alone does not stop a WebSocket.
        const { origin, host } = request.headers;
        decide(null, isKnownHost(host, options) && isSameOrigin(origin, host));
      },
    });
    this.#io.use((socket, next) => {
      const token = tokenOf(socket);
      if (token === undefined || options.isAdmin(token)) {
        next();
        return;
      }
      const data = { code: 'unauthorized', message: 'The admin token is wrong' };
      next(Object.assign(new Error(data.message), { data }));
    });
  }

  /** Opens the door on the HTTP server. */
  attach(http: HttpServer, house: House): void {
    this.#io.on('connection', (socket) => this.#welcome(socket, house));
    this.#io.attach(http);
  }

  readonly push = {
    state: (...event: Parameters<ServerToClientEvents['session:state']>): void => {
      this.#io.to(event[0].id).emit('session:state', ...event);
    },
    stats: (...event: Parameters<ServerToClientEvents['session:stats']>): void => {
      this.#io.to(event[0].sessionId).emit('session:stats', ...event);
    },
    pushes: (...event: Parameters<ServerToClientEvents['session:pushes']>): void => {
      this.#io.to(commandersOf(event[0].sessionId)).emit('session:pushes', ...event);
    },
    recordings: (...event: Parameters<ServerToClientEvents['session:recordings']>): void => {
      this.#io.to(commandersOf(event[0].sessionId)).emit('session:recordings', ...event);
    },
    inputs: (...event: Parameters<ServerToClientEvents['session:inputs']>): void => {
      this.#io.to(commandersOf(event[0].sessionId)).emit('session:inputs', ...event);
    },
    level: (...event: Parameters<ServerToClientEvents['session:level']>): void => {
      this.#io.to(event[0].sessionId).volatile.emit('session:level', ...event);
    },
    motion: (...event: Parameters<ServerToClientEvents['motion:state']>): void => {
      this.#io.to(event[0].sessionId).emit('motion:state', ...event);
    },
    pose: (...event: Parameters<ServerToClientEvents['motion:pose']>): void => {
      this.#io.to(poseWatchersOf(event[0].sessionId)).volatile.emit('motion:pose', ...event);
    },
    fired: (...event: Parameters<ServerToClientEvents['trigger:fired']>): void => {
      this.#io.to(event[0].sessionId).emit('trigger:fired', ...event);
    },
    caption: (...event: Parameters<ServerToClientEvents['session:caption']>): void => {
      this.#io.to(event[0].sessionId).emit('session:caption', ...event);
    },
    captions: (...event: Parameters<ServerToClientEvents['captions:state']>): void => {
      this.#io.to(event[0].sessionId).emit('captions:state', ...event);
    },
    scenes: (): void => {
      this.#io.to(COMMANDERS).emit('scenes:changed');
    },
    rebuilt: (sessionId: SessionId): void => {
      this.#io.to(sessionId).emit('rtc:restarted', { sessionId });
    },
  };

  async close(): Promise<void> {
    this.#io.disconnectSockets(true);
    await this.#io.close();
  }

  #welcome(socket: IoSocket, house: House): void {
    const admin = this.#options.isAdmin(tokenOf(socket));
    if (admin) void socket.join(COMMANDERS);
    const peer = new Peer(house, {
      admin,
      join: (room) => void socket.join(admin ? [room, commandersOf(room)] : room),
      leave: (room) => {
        void socket.leave(room);
        void socket.leave(commandersOf(room));
      },
    });
    const bucket = new TokenBucket(RATE_PER_SECOND, BURST);
    socket.onAny((name: unknown, request: unknown, reply: unknown) => {
      void this.#answer({ peer, bucket, name, request, reply });
    });
    socket.on('disconnect', () => peer.close());
  }

  async #answer(call: Call): Promise<void> {
    const { reply } = call;
    // Without an acknowledgement there is nobody to tell, and no event of ours comes without.
    if (typeof reply !== 'function') return;
    const send = reply as (answer: Reply<unknown>) => void;
    try {
      send({ ok: true, data: await this.#handle(call) });
    } catch (error) {
      const failure = toAppError(error);
      if (failure.code === 'internal') {
        this.#options.log.error({ err: error, request: call.name }, 'request failed');
      }
      send({ ok: false, error: { code: failure.code, message: failure.message } });
    }
  }

  async #handle({ peer, bucket, name, request }: Call): Promise<unknown> {
    if (!bucket.take(performance.now())) {
      throw new AppError('too_many', `More than ${RATE_PER_SECOND} requests a second; slow down`);
    }
    if (!isRequestName(name)) {
      const known = Object.keys(REQUESTS).join(', ');
      throw new AppError('bad_request', `'${String(name)}' is no request; known are ${known}`);
    }
    const parsed = REQUESTS[name].safeParse(request);
    if (!parsed.success) {
      const problems = parsed.error.issues.map((i) => `${i.path.join('.') || name}: ${i.message}`);
      throw new AppError('bad_request', `${name}: ${problems.join('; ')}`);
    }
    const handler = peer.handlers[name] as (value: unknown) => unknown;
    return handler(parsed.data);
  }
}

/** Everybody who may command; no session's id has a slash. */
const COMMANDERS = '/commanders';

/** The followers of a session who may command it. */
function commandersOf(sessionId: string): string {
  return `${sessionId}/commanders`;
}

type Call = {
  readonly peer: Peer;
  readonly bucket: TokenBucket;
  readonly name: unknown;
  readonly request: unknown;
  readonly reply: unknown;
};

function tokenOf(socket: IoSocket): string | undefined {
  const auth = HandshakeAuth.safeParse(socket.handshake.auth);
  return auth.success ? auth.data.token : undefined;
}

function isRequestName(name: unknown): name is RequestName {
  return typeof name === 'string' && Object.hasOwn(REQUESTS, name);
}
