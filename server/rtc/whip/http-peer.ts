/**
 * One sender (WHIP) or viewer (WHEP) that speaks WebRTC over plain HTTP: its transport, and what
 * PATCH and DELETE do to it. It ends with its transport, which ends when the other side hangs up, is
 * not heard for half a minute, or the room goes. Main thread; owned by HttpPeers.
 * RFC 9725 (WHIP), draft-ietf-wish-whep (WHEP)
 */
import { randomBytes } from 'node:crypto';
import type { types } from 'mediasoup';
import { AppError } from '../../core/errors.ts';
import { parseFragment, writeFragment } from '../sdp/fragment.ts';
import type { IceCredentials } from '../sdp/offer.ts';

/** Whoever has an answer connects at once; ICE gives up after about this long, too. */
const CONNECT_MS = 30_000;

export type HttpPeerOptions = {
  readonly transport: types.WebRtcTransport;
  /** The client's credentials: a fragment with others asks for an ICE restart. */
  readonly ice: IceCredentials;
  readonly onConnected: () => void;
  readonly onClosed: () => void;
};

/** What a PATCH is answered with; without a fragment there is nothing to say. */
export type Patched = { readonly fragment: string | undefined };

export class HttpPeer {
  /** Part of its address; who knows it may end it, so it can't be guessed. */
  readonly id = randomBytes(16).toString('base64url');
  readonly #options: HttpPeerOptions;
  readonly #transport: types.WebRtcTransport;
  readonly #timer: NodeJS.Timeout;
  #ice: IceCredentials;
  #etag = newEtag();
  #connected = false;

  constructor(options: HttpPeerOptions) {
    const { transport } = options;
    this.#options = options;
    this.#transport = transport;
    this.#ice = options.ice;
    this.#timer = setTimeout(() => this.close(), CONNECT_MS);
    transport.on('dtlsstatechange', (state) => {
      if (state === 'connected') this.#connect();
      if (state === 'failed' || state === 'closed') this.close();
    });
    transport.on('icestatechange', (state) => {
      if (state === 'disconnected' || state === 'closed') this.close();
    });
    transport.observer.once('close', () => {
      clearTimeout(this.#timer);
      options.onClosed();
    });
  }

  get connected(): boolean {
    return this.#connected;
  }

  /** Names the ICE session: another one after a restart. */
  get etag(): string {
    return this.#etag;
  }

  /**
   * Takes a fragment. Throws `bad_request`, `precondition_required` and `precondition_failed`.
   * RFC 9725 4.3.2, 4.3.3
   */
  async patch(text: string, ifMatch: string | undefined): Promise<Patched> {
    const { ice } = parseFragment(text);
    if (ifMatch === undefined) {
      throw new AppError(
        'precondition_required',
        'Send If-Match: the ETag of the last answer for candidates, or "*" for an ICE restart',
      );
    }
    const restarts = ice !== undefined && ice.ufrag !== this.#ice.ufrag;
    const any = ifMatch.trim() === '*' || ifMatch.trim() === '"*"';
    if (!any && ifMatch.trim() !== this.#etag) {
      throw new AppError('precondition_failed', 'This ETag is of an earlier ICE session');
    }
    if (!restarts) return { fragment: undefined };
    if (!any) {
      throw new AppError('precondition_failed', 'An ICE restart is asked for with If-Match: "*"');
    }
    const parameters = await this.#transport.restartIce();
    this.#ice = ice;
    this.#etag = newEtag();
    return { fragment: writeFragment(parameters, this.#transport.iceCandidates) };
  }

  close(): void {
    if (!this.#transport.closed) this.#transport.close();
  }

  #connect(): void {
    if (this.#connected) return;
    this.#connected = true;
    clearTimeout(this.#timer);
    this.#options.onConnected();
  }
}

function newEtag(): string {
  return `"${randomBytes(9).toString('base64url')}"`;
}
