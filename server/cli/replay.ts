/**
 * `posecast replay TAKE`: drives the live engine from a recorded take, in a session of its own on a
 * running server or on one in this process.
 */
import { randomUUID } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../config.ts';
import { TakeFile } from '../studio/take/take-file.ts';
import type { SessionSnapshot, SessionStats, TakeDetail } from '../protocol/index.ts';
import { Api } from './api.ts';

export type ReplayFlags = {
  readonly take: string;
  /** In place of the take's own. */
  readonly avatar?: string;
  readonly json?: boolean;
};

/** What was said last is still on its way when the take ends. */
const TAIL_MS = 500;

export async function replayCommandLine(config: Config, flags: ReplayFlags): Promise<void> {
  const { head } = await TakeFile.open(flags.take);
  await using scope = new AsyncDisposableStack();
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  process.once('SIGINT', abort).once('SIGTERM', abort);
  const api = await Api.open(config);
  scope.defer(() => api.close());

  const request = flags.avatar === undefined ? head.session : alone(head.session, flags.avatar);
  const session = await api.call<SessionSnapshot>('POST', '/sessions', request);
  scope.defer(() => forget(api, `/sessions/${session.id}`));
  const name = `replay-${randomUUID()}`;
  await api.upload(`/takes/${name}/file`, await openAsBlob(flags.take));
  scope.defer(() => forget(api, `/takes/${name}`));
  const detail = await api.call<TakeDetail>('POST', `/sessions/${session.id}/replay`, {
    take: name,
  });
  say(flags, 'live', {
    watchUrl: api.base + session.watchPath,
    rtmpUrl: session.rtmpUrl,
    ...detail,
  });
  // Stopped by a signal: the session ends all the same, in order.
  await delay(detail.seconds * 1000 + TAIL_MS, undefined, { signal: stop.signal }).catch(
    () => undefined,
  );
  say(flags, 'end', await api.call<SessionStats>('GET', `/sessions/${session.id}/stats`));
}

function alone(request: TakeDetail['session'], avatar: string): object {
  const { cast: _, ...rest } = request;
  return { ...rest, avatar };
}

async function forget(api: Api, path: string): Promise<void> {
  // The server may be gone, and what it had with it.
  await api.call('DELETE', path).catch(() => undefined);
}

function say({ json }: ReplayFlags, event: 'live' | 'end', details: object): void {
  const line = json ? JSON.stringify({ event, ...details }) : sentence(event, details);
  process.stdout.write(`${line}\n`);
}

function sentence(event: 'live' | 'end', details: object): string {
  if (event === 'live') {
    const { watchUrl, rtmpUrl, seconds, damage } = details as TakeDetail & Record<string, string>;
    const cut = damage === '' ? '' : `\n  ${damage}`;
    return `Live for ${seconds.toFixed(1)} s.${cut}\n  watch  ${watchUrl}\n  RTMP   ${rtmpUrl}`;
  }
  const { frames, lateFrames, packetsReceived, poses } = details as SessionStats;
  return `Ended: ${frames} frames, ${lateFrames} late, ${packetsReceived} packets, ${poses} poses`;
}
