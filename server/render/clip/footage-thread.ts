/**
 * Thread entry: decodes a pack's footage into shared memory, and ends when all frames are there, when
 * it failed or when it is told to, with its ffmpeg. Owned by the footage.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { toAppError } from '../../core/errors.ts';
import { FfmpegProcess } from '../../outputs/ffmpeg-process.ts';
import { clipFramesCommand } from '../../outputs/picture-command.ts';
import { fail, STATE, type FootageData } from './footage.ts';

const MOST_MS = 60_000;

const data = workerData as FootageData;
const stop = new AbortController();
parentPort!.once('message', () => stop.abort());
await decode().catch((error: unknown) => fail(data, toAppError(error).message));
parentPort!.close();

async function decode(): Promise<void> {
  const { order, planes } = data;
  const bytes = new Uint8Array(planes);
  const frameBytes = bytes.length / order.frames;
  await using process = await FfmpegProcess.open(clipFramesCommand(order));
  const end = (): void => void process.close();
  const timer = setTimeout(end, MOST_MS);
  stop.signal.addEventListener('abort', end);
  process.stdin.end();
  let filled = 0;
  for await (const chunk of process.stdout as AsyncIterable<Buffer>) {
    const taken = chunk.subarray(0, bytes.length - filled);
    bytes.set(taken, filled);
    filled += taken.length;
    tell(Math.floor(filled / frameBytes));
  }
  clearTimeout(timer);
  if (filled === bytes.length || stop.signal.aborted) return;
  const said = process.stderrTail.at(-1) ?? `${Math.floor(filled / frameBytes)} of ${order.frames} frames`; // prettier-ignore
  fail(data, `the footage can't be decoded: ${said}`);
}

function tell(frames: number): void {
  const words = new Int32Array(data.state);
  Atomics.store(words, STATE.frames, frames);
  Atomics.notify(words, STATE.frames);
}
