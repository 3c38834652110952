/**
 * Steers the stream that is live from another device: no microphone, no picture, only its motion and
 * slides. Follows whichever session is live; when that ends, the next one. Owned by the deck's page.
 */
import type { SessionId, SessionSnapshot } from '../../server/protocol/index.ts';
import { Store } from './store.ts';
import type { Studio } from './studio.ts';

export class Remote {
  /** null while nobody is live. */
  readonly snapshot = new Store<SessionSnapshot | null>(null);
  readonly #studio: Studio;
  #offs: readonly (() => void)[] = [];
  #sessionId: SessionId | null = null;

  constructor(studio: Studio) {
    this.#studio = studio;
  }

  open(): void {
    const { client, catalog } = this.#studio;
    this.#offs = [
      catalog.subscribe(() => this.#choose()),
      client.on('session:state', (next) => {
        if (next.id === this.#sessionId) this.#changed(next);
      }),
      // The server has forgotten what a lost connection followed.
      client.connection.subscribe(() => client.connection.get() !== 'online' && this.#leave()),
    ];
    this.#choose();
  }

  close(): void {
    for (const off of this.#offs) off();
    this.#leave();
  }

  #choose(): void {
    const live = this.#studio.catalog
      .get()
      .sessions.filter(({ state }) => state === 'live' || state === 'degraded');
    if (live.some(({ id }) => id === this.#sessionId)) return;
    const [newest] = live.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
    if (newest) void this.#follow(newest.id);
    else this.#leave();
  }

  async #follow(sessionId: SessionId): Promise<void> {
    const { client, motion, scenes } = this.#studio;
    this.#sessionId = sessionId;
    motion.attach(sessionId);
    scenes.attach(sessionId);
    try {
      this.#changed(await client.request('session:follow', { sessionId }));
    } catch {
      // It has ended meanwhile; the next list says who is live.
      this.#leave();
    }
  }

  #changed(next: SessionSnapshot): void {
    if (next.state === 'stopped' || next.state === 'stopping') this.#leave();
    else this.snapshot.set(next);
  }

  #leave(): void {
    if (this.#sessionId === null) return;
    this.#sessionId = null;
    this.#studio.motion.attach(null);
    this.#studio.scenes.attach(null);
    this.snapshot.set(null);
  }
}
