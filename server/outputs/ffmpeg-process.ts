/**
 * A running ffmpeg: its pipes, the end of what it said, and its death. Node main or feeder
 * thread; owned by the stage that opened it, which hands it to its scope.
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../core/errors.ts';
import { givesWay, giveWay } from '../core/priority.ts';

export type FfmpegExit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

const STDERR_LINES = 20;
const STDERR_LINE_CHARACTERS = 500;
const KILL_AFTER_MS = 2000;

export class FfmpegProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #stderr = new LineTail();
  #closed: Promise<FfmpegExit> | undefined;
  /** Resolves when the process is gone; never rejects. */
  readonly exited: Promise<FfmpegExit>;

  /** Starts ffmpeg; throws `missing_dependency` when it cannot be started. */
  static async open(args: readonly string[], command = 'ffmpeg'): Promise<FfmpegProcess> {
    // A process group of its own: a Ctrl-C in the terminal is for the server, which ends its
    // children in order. Should the server vanish, ffmpeg ends with its standard input.
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    // A process that dies breaks its pipe; its exit tells, so the stream's error may be dropped.
    child.stdin.on('error', () => undefined);
    try {
      await once(child, 'spawn');
    } catch (cause) {
      throw new AppError(
        'missing_dependency',
        `Cannot start "${command}": install ffmpeg 5.1 or newer`,
        cause,
      );
    }
    // In a group of its own it does not take over what its parent asked for.
    if (givesWay()) giveWay(child.pid);
    return new FfmpegProcess(child);
  }

  private constructor(child: ChildProcessByStdio<Writable, Readable, Readable>) {
    this.#child = child;
    this.exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => this.#stderr.push(text));
  }

  get pid(): number {
    return this.#child.pid!;
  }

  get stdin(): Writable {
    return this.#child.stdin;
  }

  /** Somebody must read it, or the process stops when the pipe is full. */
  get stdout(): Readable {
    return this.#child.stdout;
  }

  /** Already being read; for waiting until it ends. */
  get stderr(): Readable {
    return this.#child.stderr;
  }

  /** The last lines ffmpeg wrote to stderr. */
  get stderrTail(): readonly string[] {
    return this.#stderr.lines;
  }

  /** Ends the input, lets ffmpeg write what it still has, and closes it when that takes longer. */
  async finish(timeoutMs = 5000): Promise<FfmpegExit> {
    this.#child.stdin.end();
    const timer = new AbortController();
    const timeout = delay(timeoutMs, undefined, { signal: timer.signal }).catch(() => undefined);
    await Promise.race([this.exited, timeout]);
    timer.abort();
    return this.close();
  }

  /** SIGTERM, SIGKILL two seconds later; resolves when the process is gone. */
  close(): Promise<FfmpegExit> {
    this.#closed ??= this.#terminate();
    return this.#closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #terminate(): Promise<FfmpegExit> {
    this.#child.stdin.destroy();
    this.#child.kill('SIGTERM');
    const killer = setTimeout(() => this.#child.kill('SIGKILL'), KILL_AFTER_MS);
    const exit = await this.exited;
    clearTimeout(killer);
    return exit;
  }
}

/** The last lines of a text that comes in pieces, bounded in number and length. */
class LineTail {
  readonly #lines: string[] = [];
  #open = '';

  get lines(): readonly string[] {
    return this.#open === '' ? this.#lines : [...this.#lines, this.#open].slice(-STDERR_LINES);
  }

  push(text: string): void {
    const pieces = (this.#open + text).split(/[\r\n]+/);
    this.#open = pieces.pop()!.slice(0, STDERR_LINE_CHARACTERS);
    for (const piece of pieces) {
      if (piece !== '') this.#lines.push(piece.slice(0, STDERR_LINE_CHARACTERS));
    }
    this.#lines.splice(0, this.#lines.length - STDERR_LINES);
  }
}
