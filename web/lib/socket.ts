/**
 * The one connection to the server: typed requests that reject with a RequestError, typed pushes,
 * and the state of the connection as a store. Reconnects by itself for as long as the page lives.
 */
import { io, type Socket } from 'socket.io-client';
import type {
  ClientToServerEvents,
  RequestName,
  Reply,
  Responses,
  ServerToClientEvents,
} from '../../server/protocol/index.ts';
import { RequestError } from './request-error.ts';
import { forget, remember } from './storage.ts';
import { Store } from './store.ts';

export type Connection = 'connecting' | 'online' | 'offline' | 'unauthorized';

/** Longest wait for an answer; building a session loads its pack, which can take seconds. */
const REPLY_TIMEOUT_MS = 15_000;

type Payload<Name extends RequestName> = Parameters<ClientToServerEvents[Name]>[0];
type Listener<Name extends keyof ServerToClientEvents> = ServerToClientEvents[Name];

/** socket.io's typed emit can't follow a name that is itself generic; this is what it does. */
type Emit = (name: string, payload: unknown) => Promise<Reply<unknown>>;

export class Client {
  readonly connection = new Store<Connection>('connecting');
  readonly #socket: Socket<ServerToClientEvents, ClientToServerEvents>;

  /** Viewers need no token, and a stale one would shut them out: they bring none. */
  constructor(token: () => string | null) {
    this.#socket = io({
      transports: ['websocket', 'polling'],
      autoConnect: false,
      reconnectionDelay: 300,
      reconnectionDelayMax: 3000,
      auth: (send) => {
        const kept = token();
        send(kept ? { token: kept } : {});
      },
    });
    this.#socket.on('connect', () => this.connection.set('online'));
    this.#socket.on('disconnect', (reason) => {
      if (reason === 'io client disconnect') return;
      this.connection.set('offline');
      // The server closing a socket on purpose is the one case socket.io doesn't retry.
      if (reason === 'io server disconnect') this.#socket.connect();
    });
    this.#socket.on('connect_error', (error) => {
      const refused = (error as Error & { data?: { code?: string } }).data?.code;
      this.connection.set(refused === 'unauthorized' ? 'unauthorized' : 'offline');
    });
  }

  open(): void {
    this.#socket.connect();
  }

  close(): void {
    this.#socket.disconnect();
  }

  /** Stores the admin token (empty forgets it) and connects anew with it. */
  authorize(token: string): void {
    if (token) remember('token', token);
    else forget('token');
    this.connection.set('connecting');
    this.#socket.disconnect().connect();
  }

  /** Called where a request shows that the stored token is missing or wrong. */
  needToken(): void {
    this.connection.set('unauthorized');
  }

  async request<Name extends RequestName>(
    name: Name,
    payload: Payload<Name>,
  ): Promise<Responses[Name]> {
    if (!this.#socket.connected) throw new RequestError('offline', 'The server is out of reach.');
    const socket = this.#socket.timeout(REPLY_TIMEOUT_MS);
    const emit = socket.emitWithAck.bind(socket) as unknown as Emit;
    const reply = await emit(name, payload).catch((cause: unknown) => {
      throw new RequestError('timeout', `The server did not answer "${name}" in time.`, { cause });
    });
    if (reply.ok) return reply.data as Responses[Name];
    throw new RequestError(reply.error.code, reply.error.message);
  }

  /** Returns the function that takes the listener off again. */
  on<Name extends keyof ServerToClientEvents>(name: Name, listener: Listener<Name>): () => void {
    const socket = this.#socket as unknown as {
      on(name: string, listener: unknown): void;
      off(name: string, listener: unknown): void;
    };
    socket.on(name, listener);
    return () => socket.off(name, listener);
  }
}
