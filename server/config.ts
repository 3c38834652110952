/**
 * The only reader of the environment. Every setting has a default that works on a laptop without
 * a GPU, an account or a download; a wrong value is refused at start with the legal ones.
 */
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { AppError } from './core/errors.ts';
import { Device } from './protocol/device.ts';

const port = z.coerce.number().int().min(1).max(65_535);

const Environment = z.object({
  POSECAST_HOST: z.string().min(1).default('127.0.0.1'),
  POSECAST_PORT: port.default(3000),
  POSECAST_RTC_PORT: port.default(40_000),
  POSECAST_RTMP_PORT: port.default(1935),
  POSECAST_ANNOUNCED_ADDRESS: z.string().min(1).optional(),
  POSECAST_DATA: z.string().min(1).default('./data'),
  POSECAST_LOG: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  POSECAST_ENCODER: z.string().min(1).default('libx264'),
  POSECAST_FFMPEG: z.string().min(1).default('ffmpeg'),
  /** Seconds a session keeps its avatar idle after everybody who drives it has left. */
  POSECAST_GRACE_SECONDS: z.coerce.number().int().min(1).max(86_400).default(120),
  POSECAST_NETWORK_THREADS: z.coerce.number().int().min(1).max(64).optional(),
  POSECAST_ENGINE_THREADS: z.coerce.number().int().min(1).max(32).optional(),
  POSECAST_MAX_SESSIONS: z.coerce.number().int().min(1).max(64).optional(),
  /** What avatars' networks run on: `auto` takes a GPU where there is one that onnxruntime can use. */
  POSECAST_DEVICE: Device.default('auto'),
  /** `on`: heavy operators may fall from the device to another; otherwise such a graph is refused. */
  POSECAST_ALLOW_FALLBACK: z.enum(['on', 'off']).default('off'),
  /** UDP port for VMC (motion from VSeeFace, Warudo, phones); off without one. */
  POSECAST_VMC_PORT: port.optional(),
  /** Address it listens on: a phone needs another than loopback. */
  POSECAST_VMC_HOST: z.string().min(1).default('127.0.0.1'),
  /** Browser for the latency bench and the end-to-end tests; looked for on PATH when absent. */
  POSECAST_CHROMIUM: z.string().min(1).optional(),
  PATH: z.string().default(''),
  /** Folder or URL with the files of the model manifest, to take them from instead. */
  POSECAST_MODEL_MIRROR: z.string().min(1).optional(),
  /** Another list of downloadable models than the installation's own. */
  POSECAST_MODEL_MANIFEST: z.string().min(1).optional(),
  /** `on`: every session begins with captions; they need an installation of their own. */
  POSECAST_CAPTIONS: z.enum(['off', 'on']).default('off'),
  /** `on`: streams may be pushed into private networks; by default only where nobody else commands. */
  POSECAST_PUSH_PRIVATE: z.enum(['on', 'off']).optional(),
  /** MB of the disk that recordings leave free. */
  POSECAST_RECORD_FREE_MB: z.coerce.number().int().min(1).default(500),
  /** Seals stream keys at rest, instead of the key file that is made in the data folder. */
  POSECAST_SECRET: z.string().min(16).optional(),
  POSECAST_SHARED_DATA: z.string().optional(),
  /** Admin token for the CLI when it talks to a server that needs one. */
  POSECAST_TOKEN: z.string().min(1).optional(),
});

export type Config = {
  readonly host: string;
  readonly port: number;
  readonly rtcPort: number;
  readonly rtmpPort: number;
  readonly announcedAddress: string | undefined;
  /** Where VMC's datagrams come in; undefined: nowhere. */
  readonly vmc: { readonly host: string; readonly port: number } | undefined;
  readonly dataDir: string;
  readonly modelsDir: string;
  readonly modelManifest: string;
  readonly modelMirror: string | undefined;
  /** Whether sessions begin with captions. */
  readonly captions: boolean;
  readonly webDir: string;
  /** Presets of services to push to. */
  readonly streamsDir: string;
  readonly pushPrivate: boolean;
  readonly recordingReserveBytes: number;
  readonly secret: string | undefined;
  readonly logLevel: string;
  readonly encoder: string;
  readonly ffmpeg: string;
  readonly graceMs: number;
  readonly maxSessions: number;
  readonly engineThreads: number;
  readonly device: Device;
  readonly allowFallback: boolean;
  /** Cores that a network of an avatar may take on the CPU. */
  readonly networkThreads: number;
  /** True when only this machine can reach the server: no admin token is needed then. */
  readonly loopbackOnly: boolean;
  /** Folder of sample recordings for tests and measurements; absent in most installations. */
  readonly sampleDir: string;
  readonly adminToken: string | undefined;
  readonly chromium: string | undefined;
  /** Where programs are looked for (PATH). */
  readonly searchPath: string;
};

/** Folder of the installation: models, the built panel. */
export const ROOT = resolve(fileURLToPath(new URL('..', import.meta.url)));

/** Reads the environment. Throws `bad_request` naming each variable that is wrong. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const parsed = Environment.safeParse(environment);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      (issue) => `${issue.path.join('.')}: ${issue.message}`,
    );
    throw new AppError('bad_request', `Wrong settings in the environment: ${problems.join('; ')}`);
  }
  const env = parsed.data;
  const loopbackOnly = isLoopback(env.POSECAST_HOST);
  return {
    host: env.POSECAST_HOST,
    port: env.POSECAST_PORT,
    rtcPort: env.POSECAST_RTC_PORT,
    rtmpPort: env.POSECAST_RTMP_PORT,
    announcedAddress: env.POSECAST_ANNOUNCED_ADDRESS,
    vmc:
      env.POSECAST_VMC_PORT === undefined
        ? undefined
        : { host: env.POSECAST_VMC_HOST, port: env.POSECAST_VMC_PORT },
    dataDir: resolve(env.POSECAST_DATA),
    modelsDir: join(ROOT, 'models'),
    modelManifest: resolve(env.POSECAST_MODEL_MANIFEST ?? join(ROOT, 'models', 'manifest.json')),
    modelMirror: env.POSECAST_MODEL_MIRROR,
    captions: env.POSECAST_CAPTIONS === 'on',
    webDir: join(ROOT, 'web', 'out'),
    streamsDir: join(ROOT, 'streams'),
    pushPrivate: (env.POSECAST_PUSH_PRIVATE ?? (loopbackOnly ? 'on' : 'off')) === 'on',
    recordingReserveBytes: env.POSECAST_RECORD_FREE_MB * 1_000_000,
    secret: env.POSECAST_SECRET,
    logLevel: env.POSECAST_LOG,
    encoder: env.POSECAST_ENCODER,
    ffmpeg: env.POSECAST_FFMPEG,
    graceMs: env.POSECAST_GRACE_SECONDS * 1000,
    // A session at 512x512 takes about a quarter of a core; two a core leave room for peaks.
    maxSessions: env.POSECAST_MAX_SESSIONS ?? Math.max(2, availableParallelism() * 2),
    engineThreads: env.POSECAST_ENGINE_THREADS ?? Math.min(4, availableParallelism()),
    device: env.POSECAST_DEVICE,
    allowFallback: env.POSECAST_ALLOW_FALLBACK === 'on',
    networkThreads: env.POSECAST_NETWORK_THREADS ?? networkThreads(),
    loopbackOnly,
    adminToken: env.POSECAST_TOKEN,
    chromium: env.POSECAST_CHROMIUM,
    searchPath: env.PATH,
    sampleDir: resolve(env.POSECAST_SHARED_DATA ?? join(ROOT, '..', 'shared', 'data')),
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}

/** Two sessions side by side must still have a core each. */
function networkThreads(): number {
  return Math.max(1, Math.min(4, Math.floor(availableParallelism() / 2)));
}
