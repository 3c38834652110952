/**
 * The real OBS (Debian's package) on a screen of its own (Xvfb), with a profile and a scene made for
 * the test: it shows an RTMP stream, plays a voice, and publishes to an RTMP server.
 */
import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';

const KILL_MS = 5000;
const SCREEN = { width: 1280, height: 800 };

/** Why a test with it is skipped; false where it is there. */
export const withoutObs =
  spawnSync('sh', ['-c', 'command -v obs && command -v Xvfb']).status === 0
    ? false
    : 'NO OBS here (apt-get install obs-studio xvfb): in and out are not tested with it';

export type ObsOptions = {
  /** Where it publishes. */
  readonly server: string;
  readonly key: string;
  /** WAV that it plays. */
  readonly voice: string;
  /** RTMP stream that it shows. */
  readonly shows: string;
};

export class Obs implements AsyncDisposable {
  readonly #folder: string;
  readonly #screen: ChildProcess;
  readonly #display: string;
  readonly #obs: ChildProcess;
  #log = '';

  private constructor(folder: string, screen: ChildProcess, display: string) {
    this.#folder = folder;
    this.#screen = screen;
    this.#display = display;
    const environment = { XDG_CONFIG_HOME: folder, HOME: folder, DISPLAY: display };
    this.#obs = spawn('obs', ['--startstreaming', '--multi'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment, LIBGL_ALWAYS_SOFTWARE: '1', QT_QPA_PLATFORM: 'xcb' },
    });
    for (const stream of [this.#obs.stdout, this.#obs.stderr]) {
      stream?.on('data', (text: Buffer) => (this.#log += text.toString()));
    }
  }

  static async open(options: ObsOptions): Promise<Obs> {
    const folder = await mkdtemp(join(tmpdir(), 'posecast-obs-'));
    await writeSettings(join(folder, 'obs-studio'), options);
    const size = `${SCREEN.width}x${SCREEN.height}x24`;
    const words = ['-displayfd', '3', '-screen', '0', size, '-nolisten', 'tcp'];
    const screen = spawn('Xvfb', words, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
    const [number] = (await once(screen.stdio[3] as Readable, 'data')) as [Buffer];
    return new Obs(folder, screen, `:${number.toString().trim()}`);
  }

  /** What it has written so far. */
  get log(): string {
    return this.#log;
  }

  /** Its screen as RGB, or as a PNG file. */
  async screenshot(path?: string): Promise<Buffer> {
    const input = ['-f', 'x11grab', '-video_size', `${SCREEN.width}x${SCREEN.height}`];
    const output = path ? ['-y', path] : ['-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'];
    const words = [
      '-loglevel',
      'error',
      ...input,
      '-i',
      this.#display,
      '-frames:v',
      '1',
      ...output,
    ];
    const { stdout } = await promisify(execFile)('ffmpeg', words, {
      encoding: 'buffer',
      maxBuffer: 2 ** 26,
    });
    return stdout;
  }

  /** Resolves when it and its screen are gone. */
  async close(): Promise<void> {
    await end(this.#obs);
    await end(this.#screen);
    await rm(this.#folder, { recursive: true, force: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const stuck = setTimeout(() => child.kill('SIGKILL'), KILL_MS);
  await gone;
  clearTimeout(stuck);
}

/** A profile and a scene collection in OBS 29's own files. */
async function writeSettings(root: string, options: ObsOptions): Promise<void> {
  const profile = join(root, 'basic', 'profiles', 'Test');
  const scenes = join(root, 'basic', 'scenes');
  await mkdir(profile, { recursive: true });
  await mkdir(scenes, { recursive: true });
  await writeFile(join(root, 'global.ini'), GLOBAL);
  await writeFile(join(profile, 'basic.ini'), PROFILE);
  const { server, key } = options;
  const service = { type: 'rtmp_custom', settings: { server, key, use_auth: false } };
  await writeFile(join(profile, 'service.json'), JSON.stringify(service));
  await writeFile(join(scenes, 'Test.json'), JSON.stringify(collection(options)));
}

const GLOBAL = `[General]
FirstRun=true
LastVersion=486539266
EnableAutoUpdates=false

[Basic]
Profile=Test
ProfileDir=Test
SceneCollection=Test
SceneCollectionFile=Test

[BasicWindow]
SysTrayEnabled=false

[OBSWebSocket]
FirstLoad=false
ServerEnabled=false
`;

const PROFILE = `[General]
Name=Test

[Output]
Mode=Simple

[SimpleOutput]
VBitrate=600
ABitrate=128
StreamEncoder=x264
Preset=ultrafast
UseAdvanced=true

[Video]
BaseCX=640
BaseCY=360
OutputCX=640
OutputCY=360
FPSType=0
FPSCommon=20

[Audio]
SampleRate=48000
ChannelSetup=Stereo
`;

function collection({ voice, shows }: ObsOptions): object {
  const file = { is_local_file: true, local_file: voice, looping: true };
  const stream = { is_local_file: false, input: shows, buffering_mb: 0, reconnect_delay_sec: 1 };
  const media = (name: string, settings: object, muted: boolean): object => ({
    ...{ id: 'ffmpeg_source', name, settings, muted },
    ...{ volume: 1, mixers: 255, enabled: true },
  });
  const item = (name: string, id: number): object => ({
    ...{ name, id, visible: true, pos: { x: 0, y: 0 }, scale: { x: 1.4, y: 1.4 } },
    ...{ bounds_type: 0, bounds: { x: 0, y: 0 } },
  });
  const items = [item('Voice', 1), item('Avatar', 2)];
  return {
    ...{ name: 'Test', current_scene: 'Scene', current_program_scene: 'Scene' },
    scene_order: [{ name: 'Scene' }],
    sources: [
      media('Voice', file, false),
      // Its sound would come back as the voice.
      media('Avatar', stream, true),
      { id: 'scene', name: 'Scene', settings: { id_counter: 2, items }, mixers: 0, enabled: true },
    ],
  };
}
