/**
 * Scripts of a session that go on until they are stopped, kept so that they go on when the engine
 * was replaced. What would have ended by itself is lost with the engine: a gesture that comes
 * seconds late is worse than none. Main thread; owned by the session's motion.
 */
import { isEndless, type PlayScript } from '../motion/play-script.ts';
import type { EngineMotion } from './wires.ts';

/** As many as an avatar's player holds; the oldest gives way. */
export const MOST_KEPT = 24;

export type Told = {
  readonly script: PlayScript;
  readonly avatar: number | undefined;
};

type Kept = Told & {
  /** The moment it was in when it was last seen; undefined before. */
  moment: number | undefined;
};

export class EndlessScripts {
  readonly #kept = new Map<number, Kept>();
  #away = false;

  /** A script was sent to the engine. */
  told({ script, avatar }: Told): void {
    if (!isEndless(script)) return;
    // While the engine is away nobody hears of it, so nobody can say that it plays.
    this.#kept.set(script.id, { script, avatar, moment: this.#away ? 0 : undefined });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
  }

  stopped(script: number | undefined): void {
    if (script === undefined) this.#kept.clear();
    else this.#kept.delete(script);
  }

  /** What the engine says it plays: what has played and no longer does has been displaced. */
  heard(playing: EngineMotion['playing']): void {
    for (const [id, kept] of this.#kept) {
      const step = playing.find(({ script }) => script === id);
      if (step) kept.moment = step.moment;
      else if (kept.moment !== undefined) this.#kept.delete(id);
    }
  }

  /** The engine is gone. */
  lost(): void {
    this.#away = true;
  }

  /** The engine is here again: what shall be played once more, from the moment it was in. */
  resumed(): readonly Told[] {
    this.#away = false;
    const going = [...this.#kept.values()].filter(({ moment }) => moment !== undefined);
    this.#kept.clear();
    return going.map(({ script, avatar, moment }) => {
      const moments = script.round ? script.moments : script.moments.slice(moment);
      return { script: { ...script, when: 'now', moments }, avatar };
    });
  }
}
