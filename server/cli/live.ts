/**
 * `posecast live`: a session driven by sound files in real time. ffmpeg plays a voice and music as
 * Opus into the session's loopback ports, so from there on they are what a panel would send.
 */
import { randomUUID } from 'node:crypto';
import type { Config } from '../config.ts';
import { AppError } from '../core/errors.ts';
import { FfmpegProcess } from '../outputs/ffmpeg-process.ts';
import { opusFromFileCommand } from '../outputs/ingest-command.ts';
import { probe } from '../outputs/probe.ts';
import type {
  AudioRole,
  SessionSnapshot,
  SessionPush,
  SessionStats,
  Target,
  Template,
  TemplateId,
} from '../protocol/index.ts';
import type { LoopbackInput } from '../rtc/loopback.ts';
import { Api } from './api.ts';
import { fetchRecordings, recordingFile, startRecordings } from './live-recordings.ts';
import { openPoseFile } from './pose-file.ts';

export type LiveOptions = {
  /** The voice. */
  readonly audio?: string;
  /** Plays over and over beneath the voice. */
  readonly music?: string;
  /** The avatar dances to the music. */
  readonly dance: boolean;
  readonly avatar: string;
  /** A motion file: BVH, OpenPose or MediaPipe JSON, a zip of them, or a template. */
  readonly pose?: string;
  /** Addresses to push to, with their keys, or `@` and the name of a target that is kept. */
  readonly push?: readonly string[];
  /** Files to record to: .mp4, or the avatar alone with transparency, .mov or .webm. */
  readonly record?: readonly string[];
  /** Voice and music as tracks of their own in what is recorded. */
  readonly tracks?: boolean;
  readonly seconds?: number;
  readonly width: number;
  readonly height: number;
  readonly json: boolean;
};

const REPORT_MS = 5000;
/** What was said last is still on its way when the file ends. */
const TAIL_MS = 500;

export async function live(config: Config, options: LiveOptions): Promise<void> {
  const { audio, music } = options;
  if (audio === undefined && music === undefined) {
    throw new AppError('bad_request', 'Give a voice (--audio), music (--music), or both');
  }
  const files = (options.record ?? []).map(recordingFile);
  for (const path of [audio, music]) if (path !== undefined) await probe(path);
  const motion = options.pose === undefined ? undefined : await openPoseFile(options.pose);
  await using scope = new AsyncDisposableStack();
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  process.once('SIGINT', abort).once('SIGTERM', abort);

  const api = await Api.open(config);
  scope.defer(() => api.close());
  const { avatar, width, height } = options;
  const tier = motion || options.dance ? 'full' : 'basic';
  const request = { avatar, width, height, tier };
  const session = await api.call<SessionSnapshot>('POST', '/sessions', request);
  scope.defer(() => endSession(api, session));
  for (const target of options.push ?? []) await startPush(api, session, target);
  const recordings = await startRecordings(api, session, {
    files,
    tracks: options.tracks === true,
  });
  const sender = { api, session, scope, ffmpeg: config.ffmpeg, seconds: options.seconds };
  const played = music === undefined ? undefined : await send('music', music, sender);
  const player = audio === undefined ? played! : await send('voice', audio, sender);
  if (options.dance) await api.call('PUT', `/sessions/${session.id}/dance`, { on: true });
  if (motion) await playMotion(api, session, motion, scope);

  const say = reporter(options.json);
  say('live', {
    sessionId: session.id,
    watchUrl: api.base + session.watchPath,
    rtmpUrl: session.rtmpUrl,
    ownServer: api.own,
  });
  const reports = setInterval(() => void report(api, session, say), REPORT_MS);
  scope.defer(() => clearInterval(reports));
  await ended(player, options.seconds, stop.signal);
  // A Ctrl-C ends ffmpeg too: that is no fault of the file.
  if (!stop.signal.aborted) await refuseFailure(player, audio ?? music ?? '');
  const last = await api.call<SessionStats>('GET', `/sessions/${session.id}/stats`);
  const recorded = await fetchRecordings(api, session, recordings);
  say('end', recorded.length > 0 ? { ...last, recorded } : last);
}

/** Throws `bad_request` for an address that is none, `not_found` for a name nobody knows. */
async function startPush(api: Api, session: SessionSnapshot, target: string): Promise<void> {
  const pushes = `/sessions/${session.id}/pushes`;
  if (!target.startsWith('@')) {
    await api.call('POST', pushes, { url: target });
    return;
  }
  const kept = await api.call<readonly Target[]>('GET', '/targets');
  const found = kept.find(({ name }) => name === target.slice(1));
  if (!found) throw new AppError('not_found', `No push target is named '${target.slice(1)}'`);
  await api.call('PUT', `${pushes}/${found.id}`);
}

/** The file's motion from now on; the server knows it as a template until we end. */
async function playMotion(
  api: Api,
  session: SessionSnapshot,
  motion: Template,
  scope: AsyncDisposableStack,
): Promise<void> {
  const id = `live-${randomUUID()}` as TemplateId;
  await api.call('POST', '/templates', { ...motion, id });
  scope.defer(async () => {
    await api.call('DELETE', `/templates/${id}`).catch(() => undefined);
  });
  const script = { moments: [[{ template: id }]] };
  await api.call('POST', `/sessions/${session.id}/motion`, { script });
}

type Sender = {
  readonly api: Api;
  readonly session: SessionSnapshot;
  readonly scope: AsyncDisposableStack;
  readonly ffmpeg: string;
  readonly seconds: number | undefined;
};

/** Plays a file into the session, from now on and until the scope ends. */
async function send(role: AudioRole, path: string, sender: Sender): Promise<FfmpegProcess> {
  const { api, session, scope, ffmpeg, seconds } = sender;
  const door = `/sessions/${session.id}/loopback-input?role=${role}`;
  const { port, rtcpPort, payloadType, ssrc } = await api.call<LoopbackInput>('POST', door);
  const command = opusFromFileCommand({
    ...{ path, role, rtpPort: port, rtcpPort, payloadType, ssrc },
    ...(seconds === undefined ? {} : { seconds }),
  });
  const player = scope.use(await FfmpegProcess.open(command, ffmpeg));
  player.stdout.resume();
  return player;
}

/** Resolves at the end of the file, or of the seconds asked for (silence follows a short file). */
async function ended(
  player: FfmpegProcess,
  seconds: number | undefined,
  signal: AbortSignal,
): Promise<void> {
  const stopped = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const over =
    seconds === undefined
      ? player.exited.then(() => pause(TAIL_MS, signal))
      : pause(seconds * 1000, signal);
  await Promise.race([over, stopped]);
}

/** ffmpeg may fail in the middle of a file that looked well. */
async function refuseFailure(player: FfmpegProcess, path: string): Promise<void> {
  const exit = await Promise.race([player.exited, Promise.resolve(undefined)]);
  if (!exit?.code) return;
  const reason = player.stderrTail.at(-1) ?? `ffmpeg ended with code ${exit.code}`;
  throw new AppError('unreadable_media', `Playing ${path} failed: ${reason}`);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
}

async function report(api: Api, session: SessionSnapshot, say: Say): Promise<void> {
  const stats = await api
    .call<SessionStats>('GET', `/sessions/${session.id}/stats`)
    // The session may be ending; the next report or the end itself tells.
    .catch(() => undefined);
  if (!stats) return;
  const pushes = await api
    .call<readonly SessionPush[]>('GET', `/sessions/${session.id}/pushes`)
    .catch(() => []);
  say('stats', pushes.length > 0 ? { ...stats, pushes } : stats);
}

async function endSession(api: Api, session: SessionSnapshot): Promise<void> {
  // The server may be gone, and the session with it: nothing is left to end.
  await api.call('DELETE', `/sessions/${session.id}`).catch(() => undefined);
}

type Say = (event: 'live' | 'stats' | 'end', details: object) => void;

function reporter(json: boolean): Say {
  return (event, details) => {
    if (json) process.stdout.write(`${JSON.stringify({ event, ...details })}\n`);
    else process.stdout.write(`${sentence(event, details)}\n`);
  };
}

function sentence(event: Parameters<Say>[0], details: object): string {
  if (event === 'live') {
    const { watchUrl, rtmpUrl } = details as { watchUrl: string; rtmpUrl: string };
    return `Live.\n  watch  ${watchUrl}\n  RTMP   ${rtmpUrl}`;
  }
  const stats = details as SessionStats;
  const { pictureLatencyMs, frames, lateFrames, cpuCores } = stats;
  const { pushes = [] } = details as { readonly pushes?: readonly SessionPush[] };
  return `${event === 'end' ? 'Ended: ' : ''}${frames} frames, ${lateFrames} late, picture ${pictureLatencyMs.p50} ms after the voice, ${cpuCores} cores${pushes.map(pushSentence).join('')}`;
}

function pushSentence({ url, state, kbps, problem }: SessionPush): string {
  const words = state === 'live' ? `${kbps} kb/s` : `${state}${problem && `: ${problem}`}`;
  return `\n  push   ${url}: ${words}`;
}
