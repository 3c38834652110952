/** Where one session is pushed to, from when until when it is asked for. Owned by the session. */
import { AppError } from '../core/errors.ts';
import type { TargetId } from '../protocol/target.ts';
import type { PushOrder } from './wires.ts';

const MOST_PUSHES = 20;

export class SessionPushes {
  readonly #orders = new Map<TargetId, PushOrder>();
  readonly #tell: (orders: readonly PushOrder[]) => void;

  /** `tell` hears the whole list whenever it changes. */
  constructor(tell: (orders: readonly PushOrder[]) => void) {
    this.#tell = tell;
  }

  /** One that is pushed to already starts anew, with what its owner may have changed. */
  start(...orders: readonly PushOrder[]): void {
    if (orders.length === 0) return;
    for (const order of orders) if (this.#orders.delete(order.target)) this.#tell(this.list);
    if (this.#orders.size + orders.length > MOST_PUSHES) {
      throw new AppError('too_many', `A session pushes to at most ${MOST_PUSHES} targets`);
    }
    for (const order of orders) this.#orders.set(order.target, order);
    this.#tell(this.list);
  }

  /** Throws `not_found` for one that is not pushed to. */
  stop(target: TargetId): void {
    if (!this.#orders.delete(target)) {
      throw new AppError('not_found', `This session does not push to '${target}'`);
    }
    this.#tell(this.list);
  }

  get list(): PushOrder[] {
    return [...this.#orders.values()];
  }
}
