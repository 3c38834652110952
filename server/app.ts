/**
 * The composition root: opens every part in order, hands each its slice of the configuration, and
 * closes them in reverse. Nothing else knows the whole house.
 */
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { Captions } from './captions/captions.ts';
import { findCaptions } from './captions/installation.ts';
import { ROOT, type Config } from './config.ts';
import { createLog, type Logger } from './core/log.ts';
import { UsageMeter } from './core/usage.ts';
import { HttpDoor } from './http/server.ts';
import { AvatarLibrary } from './inference/avatar-library.ts';
import { ModelStore } from './models/model-store.ts';
import { TemplateLibrary } from './motion/template-library.ts';
import { TextMotion } from './motion/text/text-motion.ts';
import { SessionTriggers } from './motion/trigger/session-triggers.ts';
import { TriggerLibrary } from './motion/trigger/trigger-library.ts';
import { FeederPool } from './outputs/feeder-pool.ts';
import { RtmpServer } from './outputs/rtmp-server.ts';
import {
  PROTOCOL_VERSION,
  type ServerInfo,
  type SessionId,
  type SessionSnapshot,
  type TemplateSummary,
  type TriggerFired,
} from './protocol/index.ts';
import { MediaServer } from './rtc/media-server.ts';
import { EnginePool } from './session/engine-pool.ts';
import { SessionRegistry } from './session/registry.ts';
import { VmcIn } from './session/vmc-in.ts';
import { VmcSwitch } from './session/vmc-switch.ts';
import { JobQueue } from './studio/job-queue.ts';
import { SoundShelf } from './studio/sound-shelf.ts';
import { TakeLibrary } from './studio/take/take-library.ts';
import { JobStore } from './store/jobs.ts';
import { Signalling } from './signalling/signalling.ts';
import { AdminToken } from './store/admin-token.ts';
import { Seal } from './store/seal.ts';
import { openDatabase, type Database } from './store/sqlite.ts';
import { readPresets } from './targets/presets.ts';
import { TargetLibrary } from './targets/target-library.ts';

export class App {
  readonly url: string;
  readonly registry: SessionRegistry;
  readonly engines: EnginePool;
  readonly #scope: AsyncDisposableStack;
  #closing: Promise<void> | undefined;

  private constructor(
    url: string,
    parts: Pick<App, 'registry' | 'engines'>,
    scope: AsyncDisposableStack,
  ) {
    this.url = url;
    this.registry = parts.registry;
    this.engines = parts.engines;
    this.#scope = scope;
  }

  /** Opens the house; on any failure what was opened is closed again before it throws. */
  static async open(config: Config): Promise<App> {
    await using scope = new AsyncDisposableStack();
    const log = createLog(config.logLevel);
    const database = await openDatabase(config.dataDir);
    scope.defer(() => database.destroy());
    const isAdmin = await openAccess(config, database);
    const signalling = new Signalling({ ...config, isAdmin, log });
    const avatars = new AvatarLibrary(join(config.modelsDir, 'avatars'));
    const folder = join(config.modelsDir, 'motions');
    const templates = await TemplateLibrary.open({ folder, database, log });
    const seal = await Seal.open(config.dataDir, config.secret);
    const allowPrivate = config.pushPrivate;
    const targets = await TargetLibrary.open({ database, seal, allowPrivate, log });
    const takes = openTakes(config, scope, log);
    const asked = await openAsked(scope, {
      database,
      templates,
      log,
      onFired: signalling.push.fired,
    });
    const parts = await openParts(config, log, scope, (path) => announce(registry, path));
    const registry: SessionRegistry = new SessionRegistry({
      maxSessions: config.maxSessions,
      log,
      events: {
        onState: (snapshot) => {
          signalling.push.state(snapshot);
          followTriggers(asked.sessionTriggers, registry, snapshot);
          followCaptions(captions, registry, { snapshot, wanted: config.captions, log });
          if (snapshot.state === 'stopping') takes.forget(snapshot.id);
        },
        onStats: signalling.push.stats,
        onPushes: signalling.push.pushes,
        onLevel: signalling.push.level,
        onMotion: signalling.push.motion,
        onRebuilt: signalling.push.rebuilt,
      },
      findPack: (name) => avatars.folder(name),
      automaticPushes: () => targets.automatic,
      house: {
        ...parts,
        compiled: (id) => templates.compiled(id),
        danceSteps: () => templates.list().filter(({ beats }) => beats !== undefined),
        encoder: config.encoder,
        ffmpeg: config.ffmpeg,
        graceMs: config.graceMs,
      },
    });
    const models = await ModelStore.open({
      manifest: config.modelManifest,
      folder: join(config.dataDir, 'models'),
      mirror: config.modelMirror,
    });
    scope.defer(() => models.close());
    const captions = scope.adopt(
      openCaptions(config, log, { models, signalling, triggers: asked.sessionTriggers }),
      (each) => each.close(),
    );
    let ready = false;
    const house = {
      registry,
      vmc: await openVmc(config, scope, registry),
      info: () => serverInfo(config),
      avatars: () => avatars.list(),
      preview: (name: string) => avatars.preview(name),
      models,
      captions,
      templates,
      takes,
      targets,
      presets: await readPresets(config.streamsDir),
      ...(await openJobs(scope, { config, database, takes, log })),
      dataDir: config.dataDir,
      ...asked,
      isAdmin,
      isReady: () => ready,
      usage: parts.usage,
    };
    const { host, port } = config;
    const http = await HttpDoor.open({ ...config, house, log });
    scope.defer(() => http.close());
    signalling.attach(http.server, house);
    scope.defer(() => signalling.close());
    // Sessions end first: they use everything above.
    scope.defer(() => registry.close());

    await http.listen();
    ready = true;
    const url = `http://${host}:${port}`;
    log.info({ url, rtcPort: config.rtcPort, rtmpPort: config.rtmpPort }, 'ready');
    return new App(url, { registry, engines: parts.engines }, scope.move());
  }

  /** Ends everything in reverse order; resolves when no process, thread or port is left. */
  close(): Promise<void> {
    this.#closing ??= this.#scope.disposeAsync();
    return this.#closing;
  }
}

/** Background renders. */
async function openJobs(
  scope: AsyncDisposableStack,
  house: {
    readonly config: Config;
    readonly database: Database;
    readonly takes: TakeLibrary;
    readonly log: Logger;
  },
) {
  const { config, database, takes, log } = house;
  const { dataDir, modelsDir, logLevel, ffmpeg } = config;
  const sounds = new SoundShelf(join(dataDir, 'studio', 'sounds'));
  const jobs = await JobQueue.open({
    ...{ sounds, takes, log, folder: join(dataDir, 'studio', 'results') },
    house: { dataDir, modelsDir, logLevel, ffmpeg, priority: 'background' },
    store: await JobStore.open(database),
  });
  scope.defer(() => jobs.close());
  return { jobs, sounds };
}

/** Recordings of what comes into sessions. */
function openTakes(config: Config, scope: AsyncDisposableStack, log: Logger): TakeLibrary {
  const { version } = serverInfo(config);
  const folder = join(config.dataDir, 'takes');
  return scope.adopt(new TakeLibrary({ folder, version, log }), (takes) => takes.close());
}

/** VMC's door, where a port is set for it, and the choice whom it drives. */
async function openVmc(
  { vmc }: Config,
  scope: AsyncDisposableStack,
  registry: SessionRegistry,
): Promise<VmcSwitch> {
  const input = vmc && (await VmcIn.open(vmc));
  if (input) scope.defer(() => input.close());
  return new VmcSwitch(input, registry);
}

/** Who may command: everybody on this machine alone, else who has the admin token. */
async function openAccess(
  config: Config,
  database: Database,
): Promise<(token: string | undefined) => boolean> {
  if (config.loopbackOnly) return () => true;
  const token = await AdminToken.open(database, showToken);
  return (given) => token.matches(given);
}

/** What words, voices and events ask of sessions' motion. */
async function openAsked(
  scope: AsyncDisposableStack,
  house: {
    readonly database: Database;
    readonly templates: TemplateLibrary;
    readonly log: Logger;
    readonly onFired: (event: TriggerFired) => void;
  },
) {
  const { database, templates, log, onFired } = house;
  const triggers = await TriggerLibrary.open(database, log);
  const textMotion = scope.adopt(new TextMotion(templates), (each) => each.close());
  const list = (): readonly TemplateSummary[] => templates.list();
  const sessionTriggers = scope.adopt(
    new SessionTriggers({ triggers, templates: list, log, random: Math.random, onFired }),
    (each) => each.close(),
  );
  return { triggers, sessionTriggers, textMotion };
}

/** The processes and threads that sessions share. */
async function openParts(
  config: Config,
  log: Logger,
  scope: AsyncDisposableStack,
  onStream: (path: string) => void,
) {
  const { host, dataDir, modelsDir, rtcPort, rtmpPort, announcedAddress } = config;
  const meter = new UsageMeter();
  scope.defer(() => meter.close());
  const media = await MediaServer.open({
    address: { host, port: rtcPort, announcedAddress },
    log,
    onHopeless: (reason) => {
      log.fatal({ reason }, 'giving up');
      process.exit(1);
    },
  });
  scope.defer(() => media.close());
  const storeDir = join(dataDir, 'rtmp');
  const rtmp = await RtmpServer.open({ host, port: rtmpPort, storeDir, log, onStream });
  scope.defer(() => rtmp.close());
  const lipsDir = join(modelsDir, 'lipsync');
  const engines = await EnginePool.open({ log, lipsDir, threads: config.engineThreads });
  scope.defer(() => engines.close());
  const feeder = new FeederPool({ log });
  scope.defer(() => feeder.close());
  return {
    media,
    rtmp,
    engines,
    feeder,
    usage: () => meter.latest,
    publishUrl: (key: string) => rtmp.publishUrl(key),
  };
}

/** A session's voice moves it from when it is live until it has stopped. */
function followTriggers(
  triggers: SessionTriggers,
  registry: SessionRegistry,
  { id, state }: SessionSnapshot,
): void {
  if (state === 'stopping' || state === 'stopped') triggers.forget(id);
  else if (registry.has(id)) triggers.follow(registry.get(id));
}

/** What was said becomes text for followers and words for triggers. */
function openCaptions(
  { dataDir }: Config,
  log: Logger,
  house: {
    readonly models: ModelStore;
    readonly signalling: Signalling;
    readonly triggers: SessionTriggers;
  },
): Captions {
  const { models, signalling, triggers } = house;
  return new Captions({
    find: () => findCaptions({ dataDir, folders: [ROOT], models }),
    log,
    onCaption: (caption) => {
      signalling.push.caption(caption);
      triggers.heard(caption.sessionId, caption.text);
    },
    onState: signalling.push.captions,
  });
}

/** Where the configuration wants captions, they begin with the session; without a recogniser it goes on. */
function followCaptions(
  captions: Captions,
  registry: SessionRegistry,
  event: { readonly snapshot: SessionSnapshot; readonly wanted: boolean; readonly log: Logger },
): void {
  const { snapshot, wanted, log } = event;
  const { id, state } = snapshot;
  if (state === 'stopping' || state === 'stopped') captions.forget(id);
  else if (wanted && state === 'live' && registry.has(id) && !captions.knows(id)) {
    captions.switch(registry.get(id), true).catch((error: unknown) => {
      log.warn({ err: error, session: id }, 'no captions');
    });
  }
}

function announce(registry: SessionRegistry, path: string): void {
  const id = path.replace('/live/', '') as SessionId;
  if (registry.has(id)) registry.get(id).announce();
}

function showToken(token: string): void {
  process.stderr.write(`\n  Admin token (shown only now, keep it): ${token}\n\n`);
}

function serverInfo({ maxSessions, loopbackOnly }: Config): ServerInfo {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    readonly version: string;
  };
  return { version, protocol: PROTOCOL_VERSION, maxSessions, needsToken: !loopbackOnly };
}
