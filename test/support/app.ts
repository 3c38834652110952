/** A real App in this process on free ports, and a voice that drives its sessions. */
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { App } from '../../server/app.ts';
import { microphoneSound, wavBytes } from '../../server/bench/fake-microphone.ts';
import { readConfig, type Config } from '../../server/config.ts';
import { descendants, readProcesses } from '../../server/core/usage.ts';
import { FfmpegProcess } from '../../server/outputs/ffmpeg-process.ts';
import { opusFromFileCommand } from '../../server/outputs/ingest-command.ts';
import { SessionRequest, type AudioRole } from '../../server/protocol/index.ts';
import type { Session } from '../../server/session/session.ts';

/** Longest wait for anything to happen; the machine may be busy. */
const PATIENCE_MS = 60_000;
const POLL_MS = 50;
/** Seconds of voice: longer than any test takes. */
const VOICE_SECONDS = 240;

export class TestApp implements AsyncDisposable {
  readonly app: App;
  readonly config: Config;
  readonly #folder: string;
  readonly #players: FfmpegProcess[] = [];

  private constructor(app: App, config: Config, folder: string) {
    this.app = app;
    this.config = config;
    this.#folder = folder;
  }

  /** `change`: settings that the environment can't reach. */
  static async open(change: Partial<Config> = {}): Promise<TestApp> {
    const folder = await mkdtemp(join(tmpdir(), 'posecast-app-'));
    const config = { ...(await testConfig(join(folder, 'data'))), ...change };
    try {
      return new TestApp(await App.open(config), config, folder);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** A live session with the smallest picture that is still drawn in full. */
  createSession(): Promise<Session> {
    return this.app.registry.create(SessionRequest.parse({ width: 256, height: 256 }));
  }

  /** Speaks into a session until the app is closed; `sound`: mono at 48 kHz. */
  async speak(session: Session, sound = microphoneSound([], VOICE_SECONDS)): Promise<void> {
    await this.#play(session, 'voice', sound);
  }

  /** Plays music (48 kHz, mono) into a session, over and over; returns what ends it. */
  async playMusic(session: Session, sound: Float32Array): Promise<() => Promise<void>> {
    const player = await this.#play(session, 'music', sound);
    return async () => {
      await player.close();
    };
  }

  async #play(session: Session, role: AudioRole, sound: Float32Array): Promise<FfmpegProcess> {
    const path = join(this.#folder, `${role}-${session.id}.wav`);
    await writeFile(path, wavBytes(sound));
    const input = await session.pipeline.room.openLoopbackInput(role);
    const { port: rtpPort, rtcpPort, payloadType, ssrc } = input;
    const player = await FfmpegProcess.open(
      opusFromFileCommand({ path, role, rtpPort, rtcpPort, payloadType, ssrc }),
    );
    player.stdout.resume();
    this.#players.push(player);
    return player;
  }

  /** Closes the app and its voices; resolves when they are gone. */
  async close(): Promise<void> {
    await Promise.all(this.#players.map((player) => player.close()));
    await this.app.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Settings on free ports of loopback, silent. */
export async function testConfig(dataDir: string): Promise<Config> {
  const [port, rtcPort, rtmpPort] = await freePorts(3);
  return readConfig({
    PATH: process.env['PATH'],
    POSECAST_LOG: 'silent',
    POSECAST_PORT: String(port),
    POSECAST_RTC_PORT: String(rtcPort),
    POSECAST_RTMP_PORT: String(rtmpPort),
    POSECAST_DATA: dataDir,
  });
}

/** Waits until `happened` gives something else than undefined or false. */
export async function until<T>(
  what: string,
  happened: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const value = await happened();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`Did not happen in a minute: ${what}`);
    await sleep(POLL_MS);
  }
}

/** Processes below this one whose command line contains `words`. */
export async function childrenWith(words: string): Promise<number[]> {
  const tree = descendants(await readProcesses(), process.pid).slice(1);
  const found: number[] = [];
  for (const pid of tree) {
    // Gone between the listing and the reading: not a child any more. A zombie's is empty.
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (line !== '' && line.replaceAll('\0', ' ').includes(words)) found.push(pid);
  }
  return found;
}

/** Whether a TCP port of loopback can be had. */
export async function portIsFree(port: number): Promise<boolean> {
  const server = createServer();
  const free = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  if (free) await new Promise((resolve) => server.close(resolve));
  return free;
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}
