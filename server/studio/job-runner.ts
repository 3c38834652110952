/**
 * One background render in a process of its own, at the lowest priority: a crash or a leak there
 * costs that job alone. Main thread; owned by the queue.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { AppError } from '../core/errors.ts';
import type { RenderProgress, RenderResult } from './render.ts';
import type { RenderOrder } from './render-order.ts';
import type { FromJob, JobHouse, ToJob } from './job-wires.ts';

const ENTRY = fileURLToPath(new URL('job-child.ts', import.meta.url));
const CANCEL_MS = 8000;

export class JobRunner {
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  /** Rejects with what the render failed with. */
  readonly result: Promise<RenderResult & { readonly peakRssMb: number }>;

  constructor(order: RenderOrder, house: JobHouse, onProgress: (progress: RenderProgress) => void) {
    // A process group of its own: priority between groups, and no Ctrl-C meant for the server.
    const stdio = ['ignore', 'ignore', 'ignore', 'ipc'] as const;
    this.#child = fork(ENTRY, { detached: true, stdio: [...stdio], serialization: 'advanced' });
    this.#exited = new Promise((resolve) => this.#child.once('exit', () => resolve()));
    const answer = Promise.withResolvers<RenderResult & { peakRssMb: number }>();
    this.#child.on('message', (message: FromJob) => {
      if (message.type === 'progress') onProgress(message.progress);
      else if (message.type === 'failed')
        answer.reject(new AppError(message.code, message.message));
      else answer.resolve({ ...message.result, peakRssMb: message.peakRssMb });
    });
    this.#child.once('error', (cause) => answer.reject(lost(cause)));
    void this.#exited.then(() => answer.reject(lost()));
    // Told only once the process is gone, so that its files are.
    this.result = answer.promise.finally(() => this.#exited);
    this.result.catch(() => undefined);
    this.#tell({ type: 'run', order, house });
  }

  pause(): void {
    this.#tell({ type: 'pause' });
  }

  resume(): void {
    this.#tell({ type: 'resume' });
  }

  /** Resolves when the process is gone; its partial files went with it, or `result` told first. */
  async cancel(): Promise<void> {
    this.#tell({ type: 'cancel' });
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), CANCEL_MS);
    await this.#exited;
    clearTimeout(timer);
  }

  #tell(message: ToJob): void {
    // One that has ended hears nothing any more.
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }
}

function lost(cause?: Error): AppError {
  return new AppError('internal', 'The process of this render ended without a word', cause);
}
