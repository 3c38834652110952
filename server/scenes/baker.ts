/**
 * Owns the thread that bakes looks: it is started with the first one, and anew after it died. Main
 * thread; owned by the app, or by a render.
 */
import { AppError } from '../core/errors.ts';
import { Thread } from '../core/thread.ts';
import type { Baked, BakeOrder } from './bake.ts';
import type { FromBaker, ToBaker } from './bake-thread.ts';

const ENTRY = new URL('bake-thread.ts', import.meta.url);
const STOP_MS = 2000;

type Waiting = PromiseWithResolvers<FromBaker>;

export class Baker {
  readonly #waiting = new Map<number, Waiting>();
  #thread: Thread<ToBaker, FromBaker> | undefined;
  #asked = 0;
  #closed = false;

  /** Throws `bad_request` for a LUT that is none. */
  async bake(order: BakeOrder): Promise<Baked> {
    const answer = await this.#ask((id) => ({ type: 'bake', id, order }));
    if (answer.type === 'baked') return answer.baked;
    throw new AppError('internal', 'The scene was not answered with a look');
  }

  /** What a LUT's file is. Throws `bad_request` with line and reason. */
  async aboutLut(path: string): Promise<string> {
    return this.#text((id) => ({ type: 'about', id, path }));
  }

  /** A LUT as `side`³ colours, red fastest, three bytes each, in base64. */
  async coloursOf(path: string, side: number): Promise<string> {
    return this.#text((id) => ({ type: 'colours', id, path, side }));
  }

  /** Writes a LUT as a plain cube of 33 with its strength in it. */
  async writeCube(files: { from: string; to: string; strength: number }): Promise<void> {
    await this.#text((id) => ({ type: 'cube', id, ...files }));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#thread?.close({ type: 'stop' }, STOP_MS);
    this.#fail(new AppError('session_closed', 'The server is shutting down'));
  }

  async #text(message: (id: number) => ToBaker): Promise<string> {
    const answer = await this.#ask(message);
    return answer.type === 'done' ? answer.text : '';
  }

  async #ask(message: (id: number) => ToBaker): Promise<FromBaker> {
    if (this.#closed) throw new AppError('session_closed', 'The server is shutting down');
    this.#thread ??= this.#open();
    this.#asked += 1;
    const waiting: Waiting = Promise.withResolvers();
    this.#waiting.set(this.#asked, waiting);
    this.#thread.post(message(this.#asked));
    const answer = await waiting.promise;
    if (answer.type === 'failed') throw new AppError(answer.code, answer.message);
    return answer;
  }

  #open(): Thread<ToBaker, FromBaker> {
    return new Thread<ToBaker, FromBaker>({
      ...{ entry: ENTRY, name: 'posecast-bake' },
      onMessage: (message) => {
        this.#waiting.get(message.id)?.resolve(message);
        this.#waiting.delete(message.id);
      },
      onDeath: (reason) => {
        this.#thread = undefined;
        this.#fail(new AppError('internal', 'The thread that makes scenes died', reason));
      },
    });
  }

  #fail(error: AppError): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
