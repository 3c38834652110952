/**
 * Thread entry: an engine, shared by the sessions on it. It has no event loop to
 * wait in: it sleeps in `Atomics.wait` on the doorbell until a packet or message comes or the
 * next session's frame is due, and serves the earliest deadline first. Owned by session/engine.ts.
 */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { toAppError } from '../core/errors.ts';
import { raiseThreadPriority } from '../core/priority.ts';
import { nowUs, US_PER_MS } from '../core/time.ts';
import type { SessionId } from '../protocol/ids.ts';
import type { EngineData } from '../session/engine.ts';
import type { EngineSessionOptions, FromEngine, ToEngine } from '../session/wires.ts';
import { LipModel } from '../speech/lip-sync.ts';
import { EngineSession } from './engine-session.ts';
import { ModelShelf } from './model-shelf.ts';

const LONGEST_SLEEP_MS = 100;
const { bell: bellMemory, lipsDir, compute } = workerData as EngineData;
const bell = new Int32Array(bellMemory);
const sessions = new Map<SessionId, EngineSession>();
const shelf = new ModelShelf();

raiseThreadPriority();
const lips = await LipModel.open(lipsDir);
tell({ type: 'ready' });
await serve();
for (const session of sessions.values()) session.close();
await shelf.close();
await lips.close();
parentPort!.close();

async function serve(): Promise<void> {
  for (;;) {
    const rung = Atomics.load(bell, 0);
    Atomics.add(bell, 1, 1);
    for (;;) {
      const envelope = receiveMessageOnPort(parentPort!) as { message: ToEngine } | undefined;
      if (!envelope) break;
      if (envelope.message.type === 'stop') return;
      await obey(envelope.message);
    }
    const sleepMs = await serveSessions();
    if (sleepMs > 0) Atomics.wait(bell, 0, rung, Math.min(sleepMs, LONGEST_SLEEP_MS));
  }
}

async function obey(message: Exclude<ToEngine, { type: 'stop' }>): Promise<void> {
  if (message.type === 'open') {
    await open(message.options);
    return;
  }
  if (message.type === 'motion') {
    sessions.get(message.id)?.command(message.command);
    return;
  }
  if (message.type === 'look') {
    await sessions.get(message.id)?.show(message.change);
    return;
  }
  if (message.type === 'restyle') {
    sessions.get(message.id)?.restyle(message.change);
    return;
  }
  if (message.type === 'tempo') {
    sessions.get(message.id)?.setTempo(message.tempo);
    return;
  }
  sessions.get(message.id)?.close();
  sessions.delete(message.id);
  tell({ type: 'shut', id: message.id });
}

async function open(options: EngineSessionOptions): Promise<void> {
  // Loading a model blocks the thread: the watchdog is told.
  Atomics.store(bell, 2, 1);
  try {
    const house = { lips, shelf, compute, tell };
    sessions.set(options.id, await EngineSession.open(options, house));
    tell({ type: 'opened', id: options.id });
  } catch (error) {
    const { code, message } = toAppError(error);
    tell({ type: 'failed', id: options.id, code, message });
  } finally {
    Atomics.add(bell, 1, 1);
    Atomics.store(bell, 2, 0);
  }
}

/** Lets every session hear, draws the most urgent frame; milliseconds until the next deadline. */
async function serveSessions(): Promise<number> {
  for (const session of sessions.values()) await session.hear();
  const now = nowUs();
  let urgent: EngineSession | undefined;
  let nextUs = Infinity;
  for (const session of sessions.values()) {
    const dueUs = session.dueUs();
    if (dueUs < nextUs) {
      nextUs = dueUs;
      urgent = session;
    }
  }
  if (!urgent || nextUs > now) return (nextUs - now) / US_PER_MS;
  if (urgent.sharesRuns) await tickTogether(now);
  else await urgent.tick();
  return 0;
}

/** Frames that are due and whose networks run on a GPU: what they ask of one network is one run. */
async function tickTogether(now: number): Promise<void> {
  const due = [...sessions.values()].filter(
    (session) => session.sharesRuns && session.dueUs() <= now,
  );
  await Promise.all(due.map((session) => session.tick()));
}

function tell(message: FromEngine): void {
  parentPort!.postMessage(message);
}
