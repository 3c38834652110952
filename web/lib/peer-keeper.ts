/**
 * Keeps one peer open for as long as it is wanted: opens it, and when it fails closes it and tries
 * again with growing waits. Used for the microphone going out and for the picture coming in.
 */
import type { PeerState } from './rtc.ts';
import { RequestError } from './request-error.ts';
import { Store } from './store.ts';

interface Peer {
  readonly state: Store<PeerState>;
  close(): void;
}

const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 4000;

export class PeerKeeper<P extends Peer> {
  readonly peer = new Store<P | null>(null);
  readonly problem = new Store<RequestError | null>(null);
  readonly #open: () => Promise<P>;
  #stop: AbortController | null = null;

  constructor(open: () => Promise<P>) {
    this.#open = open;
  }

  /** Also the way to build everything anew, for example after the media server was replaced. */
  start(): void {
    this.stop();
    this.#stop = new AbortController();
    void this.#keep(this.#stop.signal);
  }

  stop(): void {
    this.#stop?.abort();
    this.#stop = null;
    this.#release();
  }

  async #keep(signal: AbortSignal): Promise<void> {
    let waitMs = FIRST_WAIT_MS;
    while (!signal.aborted) {
      try {
        const peer = await this.#open();
        if (signal.aborted) {
          peer.close();
          return;
        }
        this.peer.set(peer);
        this.problem.set(null);
        await failure(peer, signal);
        if (signal.aborted) return;
        waitMs = FIRST_WAIT_MS;
        this.#release();
      } catch (error) {
        if (signal.aborted) return;
        this.problem.set(asRequestError(error));
      }
      await pause(waitMs, signal);
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
    }
  }

  #release(): void {
    this.peer.get()?.close();
    this.peer.set(null);
  }
}

export function asRequestError(error: unknown): RequestError {
  if (error instanceof RequestError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new RequestError('internal', message, { cause: error });
}

/** Resolves when the peer fails or the signal ends the wait. */
function failure(peer: Peer, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (peer.state.get() !== 'failed' && !signal.aborted) return;
      off();
      resolve();
    };
    const off = peer.state.subscribe(check);
    signal.addEventListener('abort', check, { once: true });
    check();
  });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
