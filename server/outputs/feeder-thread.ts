/**
 * Thread entry: the feeder. It has an event loop, since it talks to ffmpeg's pipes; the engine
 * thread has none to spare. Owned by the feeder pool.
 */
import { parentPort } from 'node:worker_threads';
import type { SessionId } from '../protocol/ids.ts';
import type { FeederSessionOptions, FromFeeder, Recorded, ToFeeder } from '../session/wires.ts';
import { FeederSession } from './feeder-session.ts';

const STATS_MS = 1000;
const sessions = new Map<SessionId, FeederSession>();

const statsTimer = setInterval(() => {
  for (const [id, session] of sessions) tell({ type: 'stats', id, stats: session.stats() });
}, STATS_MS);

parentPort!.on('message', (message: ToFeeder) => {
  switch (message.type) {
    case 'open':
      open(message.options);
      return;
    case 'push':
      sessions.get(message.id)?.setPushes(message.pushes);
      return;
    case 'slate':
      sessions.get(message.id)?.setSlate(message.slate);
      return;
    case 'record':
      sessions.get(message.id)?.setRecordings(message.recordings);
      return;
    case 'shut':
      void shut(message.id);
      return;
    case 'stop':
      void stop();
      return;
    default:
      message satisfies never;
  }
});
tell({ type: 'ready' });

function open(options: FeederSessionOptions): void {
  const { id } = options;
  const onRecorded = (recording: Recorded): void => tell({ type: 'recorded', id, recording });
  sessions.set(id, new FeederSession(options, onRecorded));
}

async function shut(id: SessionId): Promise<void> {
  const session = sessions.get(id);
  sessions.delete(id);
  await session?.close();
  tell({ type: 'shut', id });
}

async function stop(): Promise<void> {
  clearInterval(statsTimer);
  await Promise.all([...sessions.keys()].map(shut));
  parentPort!.close();
}

function tell(message: FromFeeder): void {
  parentPort!.postMessage(message);
}
