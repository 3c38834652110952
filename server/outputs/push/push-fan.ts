/**
 * Hands one encoded stream to any number of push targets, which come and go while it runs. Feeder
 * thread; owned by the feeder session.
 */
import type { SessionPush, TargetId } from '../../protocol/target.ts';
import type { PushOrder } from '../../session/wires.ts';
import { RtmpPush, type RtmpPushOptions } from '../rtmp-push.ts';
import { PushRelay } from './push-relay.ts';
import { shownAddress } from './rtmp-address.ts';

type Running = { readonly order: PushOrder; readonly push: RtmpPush };

export class PushFan {
  readonly #options: Omit<RtmpPushOptions, 'openDoor'>;
  readonly #running = new Map<TargetId, Running>();
  readonly #leaving = new Set<Promise<void>>();
  #avcC: Uint8Array | undefined;

  constructor(options: Omit<RtmpPushOptions, 'openDoor'>) {
    this.#options = options;
  }

  get state(): SessionPush[] {
    return [...this.#running.values()].map(({ order, push }) => ({
      target: order.target,
      name: order.name,
      url: shownAddress(order.address),
      ...push.state,
    }));
  }

  /** Starts what is new, ends what is gone, leaves the others alone. */
  set(orders: readonly PushOrder[]): void {
    const wanted = new Set(orders.map(({ target }) => target));
    for (const [target, { push }] of this.#running) {
      if (wanted.has(target)) continue;
      this.#running.delete(target);
      this.#leave(push);
    }
    for (const order of orders) if (!this.#running.has(order.target)) this.#start(order);
  }

  setConfig(avcC: Uint8Array): void {
    this.#avcC = avcC.slice();
    for (const { push } of this.#running.values()) push.setConfig(this.#avcC);
  }

  video(timeUs: number, keyframe: boolean, accessUnit: Uint8Array): void {
    for (const { push } of this.#running.values()) push.video(timeUs, keyframe, accessUnit);
  }

  sound(timeUs: number, pcm: Uint8Array): void {
    for (const { push } of this.#running.values()) push.sound(timeUs, pcm);
  }

  /** Resolves when no process and no connection is left. */
  async close(): Promise<void> {
    this.set([]);
    await Promise.all(this.#leaving);
  }

  #start(order: PushOrder): void {
    const openDoor = (): Promise<PushRelay> => PushRelay.open(order);
    const push = new RtmpPush({ ...this.#options, openDoor });
    this.#running.set(order.target, { order, push });
    if (this.#avcC) push.setConfig(this.#avcC);
  }

  #leave(push: RtmpPush): void {
    const gone = push.close().finally(() => this.#leaving.delete(gone));
    this.#leaving.add(gone);
  }
}
