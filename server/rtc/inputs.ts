/**
 * What may be a session's voice, its music or its picture from outside, by where it comes from. The
 * newest is heard; when it goes, the one before it is heard again. Main thread; owned by the room.
 */
import type { types } from 'mediasoup';
import { AppError } from '../core/errors.ts';
import type { InputOrigin } from '../protocol/input.ts';

export type InputsOptions = {
  readonly what: string;
  /** Hands over what the input sends; called again whenever another one takes over. */
  readonly connect: (producer: types.Producer) => Promise<types.Consumer | undefined>;
  /** Another input is heard now, or none. */
  readonly onChanged: (origin: InputOrigin | undefined) => void;
};

type Input = { readonly producer: types.Producer; readonly origin: InputOrigin };

export class Inputs {
  readonly #options: InputsOptions;
  /** The last one is heard. */
  #list: Input[] = [];
  #consumer: types.Consumer | undefined;
  #turn = 0;

  constructor(options: InputsOptions) {
    this.#options = options;
  }

  get producer(): types.Producer | undefined {
    return this.#list.at(-1)?.producer;
  }

  /** From the oldest to the one that is heard. */
  get origins(): readonly InputOrigin[] {
    return this.#list.map((input) => input.origin);
  }

  /** From now on it is heard. Another one of the same origin is ended: its sender started anew. */
  async add(producer: types.Producer, origin: InputOrigin): Promise<void> {
    const replaced = this.#list.filter((input) => input.origin === origin);
    this.#list = this.#list.filter((input) => input.origin !== origin);
    this.#list.push({ producer, origin });
    for (const input of replaced) input.producer.close();
    producer.observer.once('close', () => this.#left(producer));
    await this.#hear();
  }

  /** Lets an input be heard again that a newer one has replaced. Throws `not_found`. */
  async prefer(origin: InputOrigin): Promise<void> {
    const chosen = this.#list.find((input) => input.origin === origin);
    if (!chosen) {
      const there = this.#list.map((input) => input.origin).join(', ') || 'none';
      throw new AppError(
        'not_found',
        `No ${this.#options.what} comes from ${origin}; now: ${there}`,
      );
    }
    if (chosen === this.#list.at(-1)) return;
    this.#list = [...this.#list.filter((input) => input !== chosen), chosen];
    await this.#hear();
  }

  /** Ends the one of this producer, if `mayEnd` says so; any other stays as it is. */
  end(mayEnd: (producer: types.Producer) => boolean): void {
    for (const { producer } of [...this.#list]) if (mayEnd(producer)) producer.close();
  }

  /** The media server was replaced, or the room ends: all are gone. */
  forget(): void {
    this.#turn += 1;
    this.#list = [];
    this.#consumer = undefined;
  }

  #left(producer: types.Producer): void {
    const heard = this.producer === producer;
    this.#list = this.#list.filter((input) => input.producer !== producer);
    // A fault of the next one's connection shows in its own transport.
    if (heard) void this.#hear().catch(() => undefined);
  }

  async #hear(): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    this.#consumer?.close();
    this.#consumer = undefined;
    const chosen = this.#list.at(-1);
    if (!chosen) {
      this.#options.onChanged(undefined);
      return;
    }
    const consumer = await this.#options.connect(chosen.producer);
    if (turn !== this.#turn) {
      consumer?.close();
      return;
    }
    this.#consumer = consumer;
    this.#options.onChanged(chosen.origin);
  }
}
