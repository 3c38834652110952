/**
 * Which session VMC drives: one at a time, chosen by whoever asked last; the choice ends with the
 * session. Main thread; owned by the app.
 */
import { AppError } from '../core/errors.ts';
import type { SessionId } from '../protocol/ids.ts';
import type { SessionRegistry } from './registry.ts';
import type { VmcIn } from './vmc-in.ts';

export class VmcSwitch {
  readonly #input: VmcIn | undefined;
  readonly #registry: SessionRegistry;
  #chosen: SessionId | undefined;

  /** `input` is undefined where no port is set. */
  constructor(input: VmcIn | undefined, registry: SessionRegistry) {
    this.#input = input;
    this.#registry = registry;
  }

  /** Refused datagrams and messages so far. */
  get bad(): number {
    return this.#input?.bad ?? 0;
  }

  /** Throws `conflict` where VMC is off, and what the registry throws. */
  on(id: SessionId): void {
    if (!this.#input) {
      throw new AppError(
        'conflict',
        'This server takes no VMC: set POSECAST_VMC_PORT (39539 is usual) and start it again',
      );
    }
    const session = this.#registry.get(id);
    this.#chosen = id;
    this.#input.target = {
      accept: (packet, source, arrivalUs) => {
        // The session may have ended since; then nobody is driven.
        if (this.#registry.has(id)) session.pipeline.poses.accept(packet, source, arrivalUs);
        else this.off(id);
      },
    };
  }

  /** Nothing happens when another session is the chosen one. */
  off(id: SessionId): void {
    if (this.#chosen !== id || !this.#input) return;
    this.#chosen = undefined;
    this.#input.target = undefined;
  }
}
