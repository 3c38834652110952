/**
 * Dancing offline: as a session's dancer does it (session/dancer.ts), under the render's clock. Steps
 * begin with the beat and end a while after it. Owned by the virtual session.
 */
import type { Ensemble } from '../inference/ensemble.ts';
import type { TempoNow } from '../motion/dance/tempo.ts';
import type { PlayScript } from '../motion/play-script.ts';
import { PATIENCE_MS } from '../session/dancer.ts';

export class DanceFloor {
  readonly #steps: PlayScript;
  readonly #ensemble: Pick<Ensemble, 'play' | 'stop'>;
  #dancing = false;
  #beatAt = -Infinity;

  constructor(steps: PlayScript, ensemble: Pick<Ensemble, 'play' | 'stop'>) {
    this.#steps = steps;
    this.#ensemble = ensemble;
  }

  /** What is heard at the frame that is about to be posed. */
  follow({ source }: TempoNow, seconds: number): void {
    if (source !== null) {
      this.#beatAt = seconds;
      if (!this.#dancing) this.#ensemble.play(this.#steps, seconds);
      this.#dancing = true;
    } else if (this.#dancing && seconds - this.#beatAt > PATIENCE_MS / 1000) {
      this.#ensemble.stop(this.#steps.id);
      this.#dancing = false;
    }
  }
}
