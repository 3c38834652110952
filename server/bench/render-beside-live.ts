/** A live session while a batch renders in the background: how many of its frames are late. */
import { openAsBlob } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config.ts';
import { FfmpegProcess } from '../outputs/ffmpeg-process.ts';
import { opusFromFileCommand } from '../outputs/ingest-command.ts';
import type { Job, SessionSnapshot, SessionStats, Sound } from '../protocol/index.ts';
import type { LoopbackInput } from '../rtc/loopback.ts';
import { OwnServer } from './own-server.ts';

export type BesideLive = {
  readonly liveLateFramesWhileBatching: number;
  readonly liveFramesWhileBatching: number;
  /** The same session as long without the batch: what else the machine does. */
  readonly liveLateFramesAlone: number;
};

const SETTLE_MS = 2000;
const JOBS = 4;

/** `audio`: at least as long as two measurements of `seconds`. */
export async function benchBesideLive(
  config: Config,
  audio: string,
  seconds: number,
): Promise<BesideLive> {
  await using server = await OwnServer.open(config);
  const { api } = server;
  const session = await api.call<SessionSnapshot>('POST', '/sessions', {});
  const input = await api.call<LoopbackInput>('POST', `/sessions/${session.id}/loopback-input`);
  await using player = await FfmpegProcess.open(
    opusFromFileCommand({
      ...{ path: audio, rtpPort: input.port, rtcpPort: input.rtcpPort },
      ...{ payloadType: input.payloadType, ssrc: input.ssrc },
    }),
    config.ffmpeg,
  );
  player.stdout.resume();
  const late = async (): Promise<{ frames: number; late: number }> => {
    const path = `/sessions/${session.id}/stats`;
    const before = await api.call<SessionStats>('GET', path);
    await sleep(seconds * 1000);
    const { frames, lateFrames } = await api.call<SessionStats>('GET', path);
    return { frames: frames - before.frames, late: lateFrames - before.lateFrames };
  };
  await sleep(SETTLE_MS);
  const alone = await late();
  const sound = await api.upload<Sound>('/studio/sounds?name=bench', await openAsBlob(audio));
  const order = { sounds: Array<string>(JOBS).fill(sound.id), avatars: ['mira'] };
  await api.call<Job[]>('POST', '/studio/jobs', order);
  await sleep(SETTLE_MS);
  const batching = await late();
  return {
    liveLateFramesWhileBatching: batching.late,
    liveFramesWhileBatching: batching.frames,
    liveLateFramesAlone: alone.late,
  };
}
