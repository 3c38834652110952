/**
 * Process entry: one background render. Takes what live sessions leave of the machine; told over
 * IPC what to do, and ends with its parent. Owned by the job runner.
 */
import { join } from 'node:path';
import { toAppError, AppError } from '../core/errors.ts';
import { giveWay } from '../core/priority.ts';
import { render } from './render.ts';
import { readyOrder } from './render-order.ts';
import type { FromJob, ToJob } from './job-wires.ts';

const stop = new AbortController();
let paused: PromiseWithResolvers<void> | undefined;

process.on('message', (message: ToJob) => {
  switch (message.type) {
    case 'run':
      void run(message);
      return;
    case 'pause':
      paused ??= Promise.withResolvers();
      return;
    case 'resume':
      resume();
      return;
    case 'cancel':
      cancel();
      return;
    default:
      message satisfies never;
  }
});
// A Ctrl-C in the terminal is for the parent, which cancels in order.
process.on('SIGINT', () => undefined);
process.once('SIGTERM', cancel);
process.once('disconnect', cancel);

async function run({ order, house }: ToJob & { type: 'run' }): Promise<void> {
  if (house.priority === 'background') giveWay();
  try {
    const result = await render(await readyOrder(house, order), {
      ffmpeg: house.ffmpeg,
      compute: house.compute,
      lipsDir: join(house.modelsDir, 'lipsync'),
      signal: stop.signal,
      gate: async () => paused?.promise,
      onProgress: (progress) => tell({ type: 'progress', progress }),
    });
    tell({ type: 'done', result, peakRssMb: process.resourceUsage().maxRSS / 1024 });
  } catch (error) {
    const { code, message } = toAppError(error);
    tell({ type: 'failed', code, message });
  } finally {
    process.removeAllListeners('disconnect');
    if (process.connected) process.disconnect();
  }
}

function resume(): void {
  paused?.resolve();
  paused = undefined;
}

function cancel(): void {
  stop.abort(new AppError('session_closed', 'Cancelled'));
  resume();
}

function tell(message: FromJob): void {
  if (process.connected) process.send!(message);
}
