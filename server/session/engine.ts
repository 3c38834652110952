/**
 * Owns one engine thread and its watchdog: sessions are opened on it, and opened again by
 * themselves after it died or hung. Main thread; owned by the engine pool.
 */
import { AppError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import { ring } from '../core/slot-ring.ts';
import { Thread } from '../core/thread.ts';
import type { Compute } from '../inference/providers.ts';
import type { HandTempo } from '../motion/dance/tempo.ts';
import type { DiffusionChange } from '../protocol/diffusion.ts';
import type { SessionId } from '../protocol/ids.ts';
import type {
  EngineSessionOptions,
  FromEngine,
  LookChange,
  MotionCommand,
  ToEngine,
} from './wires.ts';

const WATCH_MS = 500;
const HANG_MS = 2000;
/** While a session is opened, the thread may load gigabytes and compile them for its device. */
const OPENING_HANG_MS = 300_000;
const LONGEST_RESTART_MS = 10_000;
const FIRST_RESTART_MS = 200;
/** A thread that lived this long was well: the next death starts the waits anew. */
const STEADY_MS = 30_000;
const STOP_GRACE_MS = 2000;

/** What the engine tells one session. */
export interface EngineClient {
  readonly engineOptions: EngineSessionOptions;
  onEngine(message: FromEngine): void;
  /** The thread died: it is being replaced and the session opened again. */
  onEngineLost(reason: string): void;
}

export type EngineData = {
  readonly bell: SharedArrayBuffer;
  readonly lipsDir: string;
  /** What the avatars' networks run on. */
  readonly compute: Compute;
};

export type EngineOptions = {
  readonly log: Logger;
  readonly lipsDir: string;
  readonly compute: Compute;
};

export class Engine {
  readonly #log: Logger;
  readonly #options: EngineOptions;
  readonly #clients = new Map<SessionId, EngineClient>();
  readonly #watch: NodeJS.Timeout;
  /** int32[0]: doorbell, rung with every message and packet. [1]: heartbeat. [2]: 1 while it opens a session. */
  readonly bell = new Int32Array(new SharedArrayBuffer(12));
  #thread: Thread<ToEngine, FromEngine>;
  #ready = false;
  #lastBeat = 0;
  #beatAt = Date.now();
  #closing = false;
  #timer: NodeJS.Timeout | undefined;
  #deaths = 0;
  #spawnedAt = 0;
  readonly #firstReady = Promise.withResolvers<void>();

  private constructor(options: EngineOptions) {
    this.#log = options.log;
    this.#options = options;
    this.#thread = this.#spawn();
    this.#watch = setInterval(() => this.#check(), WATCH_MS);
  }

  /** Starts the thread and waits until it can draw. Throws `engine_failed`. */
  static async open(options: EngineOptions): Promise<Engine> {
    const engine = new Engine(options);
    try {
      await engine.#firstReady.promise;
    } catch (error) {
      await engine.close();
      throw error;
    }
    return engine;
  }

  get sessions(): number {
    return this.#clients.size;
  }

  open(client: EngineClient): void {
    this.#clients.set(client.engineOptions.id, client);
    if (this.#ready) this.#post({ type: 'open', options: client.engineOptions });
  }

  shut(id: SessionId): void {
    this.#clients.delete(id);
    this.#post({ type: 'shut', id });
  }

  /** Lost when the engine is being replaced: the session sends again what goes on without end. */
  command(id: SessionId, command: MotionCommand): void {
    if (this.#ready) this.#post({ type: 'motion', id, command });
  }

  /** Lost when the engine is being replaced: who set it sets it again. */
  setTempo(id: SessionId, tempo: HandTempo | undefined): void {
    if (this.#ready) this.#post({ type: 'tempo', id, tempo });
  }

  /** Lost when the engine is being replaced: it is opened with the newest look then. */
  setLook(id: SessionId, change: LookChange): void {
    if (this.#ready) this.#post({ type: 'look', id, change });
  }

  /** Lost when the engine is being replaced: the session sends it again. */
  restyle(id: SessionId, change: DiffusionChange): void {
    if (this.#ready) this.#post({ type: 'restyle', id, change });
  }

  /** For tests of recovery: ends the thread as a crash would. */
  async kill(): Promise<void> {
    await this.#thread.kill();
  }

  async close(): Promise<void> {
    this.#closing = true;
    clearInterval(this.#watch);
    clearTimeout(this.#timer);
    const gone = this.#thread.close({ type: 'stop' }, STOP_GRACE_MS);
    ring(this.bell);
    await gone;
  }

  #spawn(): Thread<ToEngine, FromEngine> {
    this.#ready = false;
    Atomics.store(this.bell, 2, 0);
    this.#beatAt = Date.now();
    this.#spawnedAt = Date.now();
    const data: EngineData = {
      bell: this.bell.buffer,
      lipsDir: this.#options.lipsDir,
      compute: this.#options.compute,
    };
    return new Thread({
      entry: new URL('../inference/engine-thread.ts', import.meta.url),
      name: 'engine',
      data,
      onMessage: (message) => this.#receive(message),
      onDeath: (reason) => this.#replace(reason),
    });
  }

  #receive(message: FromEngine): void {
    if (message.type !== 'ready') {
      this.#clients.get(message.id)?.onEngine(message);
      return;
    }
    this.#ready = true;
    this.#firstReady.resolve();
    for (const client of this.#clients.values()) {
      this.#post({ type: 'open', options: client.engineOptions });
    }
  }

  #post(message: ToEngine): void {
    this.#thread.post(message);
    ring(this.bell);
  }

  #check(): void {
    const beat = Atomics.load(this.bell, 1);
    const now = Date.now();
    if (beat !== this.#lastBeat || !this.#ready) {
      this.#lastBeat = beat;
      if (this.#ready) this.#beatAt = now;
      return;
    }
    const opening = Atomics.load(this.bell, 2) === 1;
    if (now - this.#beatAt < (opening ? OPENING_HANG_MS : HANG_MS)) return;
    this.#beatAt = now;
    this.#log.error('engine thread hangs; replacing it');
    void this.#thread.kill();
  }

  #replace(reason: Error): void {
    if (this.#closing) return;
    this.#log.error({ err: reason }, 'engine thread ended; replacing it');
    this.#ready = false;
    for (const client of this.#clients.values()) client.onEngineLost(reason.message);
    this.#firstReady.reject(
      new AppError('engine_failed', `The engine does not start: ${reason.message}`, reason),
    );
    if (Date.now() - this.#spawnedAt > STEADY_MS) this.#deaths = 0;
    const waitMs = Math.min(LONGEST_RESTART_MS, FIRST_RESTART_MS * 2 ** this.#deaths);
    this.#deaths += 1;
    this.#timer = setTimeout(() => {
      this.#thread = this.#spawn();
    }, waitMs);
  }
}
