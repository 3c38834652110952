/**
 * The speech recogniser as a supervised child process: started again with growing waits when it
 * dies or hangs, given up after some deaths in a row, gone when we go. It hears one piece at a
 * time; who asks keeps the queue. Main thread; owned by captions.ts.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { AppError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import { backoffMs } from '../outputs/backoff.ts';
import type { ErrorCode } from '../protocol/errors.ts';
import type { Piece } from './piece-cutter.ts';

export type RecogniserSettings = {
  /** Main file of sherpa-onnx-node. */
  readonly packageFile: string;
  readonly encoder: string;
  readonly decoder: string;
  readonly tokenizer: string;
  /** Folder it may write to. */
  readonly workDir: string;
};

export type ToRecogniser =
  | { readonly type: 'open'; readonly settings: RecogniserSettings }
  | { readonly type: 'hear'; readonly piece: Piece };

export type FromRecogniser =
  | { readonly type: 'ready' }
  | { readonly type: 'heard'; readonly text: string }
  | { readonly type: 'refused'; readonly code: ErrorCode; readonly reason: string };

export type RecogniserState =
  | { readonly name: 'starting' | 'ready'; readonly reason: string }
  | { readonly name: 'failed'; readonly reason: string };

export type RecogniserOptions = {
  readonly settings: RecogniserSettings;
  readonly log: Logger;
  /** Told of every change; when it is ready it can be asked. */
  readonly onState: (state: RecogniserState) => void;
  /** The child's entry; another one in tests of its dying. */
  readonly entry?: URL;
};

const KILL_MS = 2000;
/** Longest for one piece of 8 s; on two busy cores it takes half a second. */
const HANG_MS = 30_000;
const MOST_DEATHS = 5;

type Asked = { readonly resolve: (text: string) => void; readonly reject: (e: AppError) => void };

export class Recogniser {
  readonly #options: RecogniserOptions;
  #state: RecogniserState = { name: 'starting', reason: '' };
  #child: ChildProcess | undefined;
  #asked: Asked | undefined;
  #deaths = 0;
  #hang: NodeJS.Timeout | undefined;
  #again: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;

  private constructor(options: RecogniserOptions) {
    this.#options = options;
  }

  /** Starts it at once; `onState` tells when it is ready. */
  static open(options: RecogniserOptions): Recogniser {
    const recogniser = new Recogniser(options);
    recogniser.#start();
    return recogniser;
  }

  get state(): RecogniserState {
    return this.#state;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * What is said in the piece. Throws `conflict` where it is not ready or hears another one, and
   * `missing_dependency` where it died over it.
   */
  hear(piece: Piece): Promise<string> {
    const child = this.#child;
    if (this.#state.name !== 'ready' || this.#asked || !child?.connected) {
      return Promise.reject(new AppError('conflict', 'The recogniser is busy or not there'));
    }
    return new Promise((resolve, reject) => {
      this.#asked = { resolve, reject };
      this.#hang = setTimeout(() => child.kill('SIGKILL'), HANG_MS);
      child.send({ type: 'hear', piece } satisfies ToRecogniser);
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#stop();
    return this.#closing;
  }

  async #stop(): Promise<void> {
    clearTimeout(this.#again);
    this.#fail('Captions were switched off');
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      if (child.connected) child.disconnect();
      const timer = setTimeout(() => child.kill('SIGKILL'), KILL_MS);
      await gone;
      clearTimeout(timer);
    }
  }

  #start(): void {
    const { settings, entry } = this.#options;
    mkdirSync(settings.workDir, { recursive: true });
    const child = fork(entry ?? new URL('./recogniser-child.ts', import.meta.url), {
      // What the library prints may hold what somebody said.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'advanced',
    });
    this.#child = child;
    child.on('message', (message: FromRecogniser) => this.#told(message));
    child.once('exit', (code, signal) => this.#died(signal ?? `code ${code ?? 0}`));
    child.on('error', (error) => {
      // Where it did start, 'exit' tells of its end.
      if (child.pid === undefined) this.#died(error.message);
    });
    child.send({ type: 'open', settings } satisfies ToRecogniser);
  }

  #told(message: FromRecogniser): void {
    switch (message.type) {
      case 'ready':
        this.#set({ name: 'ready', reason: '' });
        break;
      case 'heard': {
        this.#deaths = 0;
        const asked = this.#settle();
        asked?.resolve(message.text);
        break;
      }
      case 'refused':
        if (this.#asked) this.#fail(message.reason);
        // It can't be had at all: another try would end the same.
        else this.#giveUp(message.reason);
        break;
    }
  }

  #died(how: string): void {
    this.#fail(`The recogniser ended (${how})`);
    if (this.#closing || this.#state.name === 'failed') return;
    this.#deaths += 1;
    const reason = `The recogniser ended (${how})`;
    this.#options.log.warn({ how, deaths: this.#deaths }, 'captions recogniser ended');
    if (this.#deaths >= MOST_DEATHS) {
      this.#giveUp(`${reason} ${this.#deaths} times; switch captions off and on to try again`);
      return;
    }
    this.#set({ name: 'starting', reason: `${reason} and is being started again` });
    const waitMs = backoffMs(this.#deaths - 1, Math.random());
    this.#again = setTimeout(() => this.#start(), waitMs);
  }

  #giveUp(reason: string): void {
    this.#set({ name: 'failed', reason });
    if (this.#child?.connected) this.#child.disconnect();
  }

  #fail(reason: string): void {
    this.#settle()?.reject(new AppError('missing_dependency', reason));
  }

  #settle(): Asked | undefined {
    clearTimeout(this.#hang);
    const asked = this.#asked;
    this.#asked = undefined;
    return asked;
  }

  #set(state: RecogniserState): void {
    this.#state = state;
    this.#options.onState(state);
  }
}
