/**
 * The rooms of the house, opened one by one by app.ts, each in the scope that closes it again. Only
 * app.ts uses this.
 */
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { Captions } from './captions/captions.ts';
import { findCaptions } from './captions/installation.ts';
import { ROOT, type Config } from './config.ts';
import type { Logger } from './core/log.ts';
import { MachineMeter } from './core/machine.ts';
import { UsageMeter } from './core/usage.ts';
import { Ingest, type IngestOptions } from './ingest/ingest.ts';
import { IngestKeys } from './ingest/ingest-keys.ts';
import { MovingPictures } from './avatars/moving-pictures.ts';
import { AvatarLibrary, avatarFolders } from './inference/avatar-library.ts';
import { computeOf } from './inference/providers.ts';
import { ModelStore } from './models/model-store.ts';
import { TemplateLibrary } from './motion/template-library.ts';
import { TextMotion } from './motion/text/text-motion.ts';
import { SessionTriggers } from './motion/trigger/session-triggers.ts';
import { TriggerLibrary } from './motion/trigger/trigger-library.ts';
import { FeederPool } from './outputs/feeder-pool.ts';
import { RecordingLibrary } from './outputs/recording/recording-library.ts';
import { SlateLibrary } from './outputs/slate/slate-library.ts';
import { RtmpServer, type RtmpServerOptions } from './outputs/rtmp-server.ts';
import {
  PROTOCOL_VERSION,
  type ServerInfo,
  type SessionId,
  type SessionSnapshot,
  type TemplateSummary,
} from './protocol/index.ts';
import { MediaServer } from './rtc/media-server.ts';
import { AssetShelf } from './scenes/asset-shelf.ts';
import { Baker } from './scenes/baker.ts';
import { LookMaker } from './scenes/look-maker.ts';
import { SceneLibrary } from './scenes/scene-library.ts';
import { SceneVideos } from './scenes/scene-videos.ts';
import { VideoSources } from './scenes/video-feed.ts';
import { EnginePool } from './session/engine-pool.ts';
import type { SessionRegistry } from './session/registry.ts';
import type { Session } from './session/session.ts';
import { VmcIn } from './session/vmc-in.ts';
import { VmcSwitch } from './session/vmc-switch.ts';
import type { Signalling } from './signalling/signalling.ts';
import { AdminToken } from './store/admin-token.ts';
import { JobStore } from './store/jobs.ts';
import { SceneStore } from './store/scenes.ts';
import { Seal } from './store/seal.ts';
import type { Database } from './store/sqlite.ts';
import { JobQueue } from './studio/job-queue.ts';
import { SoundShelf } from './studio/sound-shelf.ts';
import { TakeLibrary } from './studio/take/take-library.ts';
import { readPresets } from './targets/presets.ts';
import { TargetLibrary } from './targets/target-library.ts';

/** What every room may need. */
export type Site = {
  readonly config: Config;
  readonly log: Logger;
  readonly scope: AsyncDisposableStack;
  readonly database: Database;
};

/** What is kept on disk: avatars, templates, targets, models, takes, background renders. */
export async function openKept(site: Site) {
  const { config, log, database } = site;
  const { dataDir, modelsDir, pushPrivate: allowPrivate } = config;
  const avatars = new AvatarLibrary(avatarFolders(config));
  const motionsDir = join(modelsDir, 'motions');
  const moving = site.scope.adopt(new MovingPictures({ motionsDir }), (each) => each.close());
  const templates = await TemplateLibrary.open({
    ...{ folder: motionsDir, database, log },
  });
  const seal = await Seal.open(dataDir, config.secret);
  const targets = await TargetLibrary.open({ database, seal, allowPrivate, log });
  const models = await openModels(site);
  const takes = openTakes(site);
  const recordings = await openRecordings(site);
  return {
    avatars,
    moving,
    templates,
    targets,
    ingestKeys: await openIngestKeys(site, seal),
    presets: await readPresets(config.streamsDir),
    models,
    takes,
    recordings,
    ...(await openScenes(site)),
    slates: new SlateLibrary(join(dataDir, 'slates'), config.ffmpeg),
    ...(await openJobs(site, takes)),
  };
}

async function openIngestKeys({ database, log, scope }: Site, seal: Seal): Promise<IngestKeys> {
  const keys = await IngestKeys.open({ database, seal, log });
  scope.defer(() => keys.close());
  return keys;
}

async function openModels({ config, scope }: Site): Promise<ModelStore> {
  const models = await ModelStore.open({
    manifest: config.modelManifest,
    folder: join(config.dataDir, 'models'),
    mirror: config.modelMirror,
  });
  scope.defer(() => models.close());
  return models;
}

/** Scenes, their files, and what makes them ready for sessions. */
async function openScenes({ config, log, scope, database }: Site) {
  const { dataDir, ffmpeg } = config;
  const store = await SceneStore.open(database);
  const baker = scope.adopt(new Baker(), (each) => each.close());
  const folder = join(dataDir, 'scenes');
  const assets = await AssetShelf.open({
    ...{ folder, store, ffmpeg, log, luts: baker },
  });
  const scenes = await SceneLibrary.open(store, log);
  const sources = new VideoSources();
  const maker = new LookMaker({ assets, baker, ffmpeg });
  const videos = new SceneVideos({ assets, baker, sources, ffmpeg, folder });
  return { scenes, assets, sources, maker, videos };
}

/** Background renders. */
async function openJobs({ config, log, scope, database }: Site, takes: TakeLibrary) {
  const { dataDir, modelsDir, logLevel, ffmpeg } = config;
  const compute = computeOf(config);
  const sounds = new SoundShelf(join(dataDir, 'studio', 'sounds'));
  const jobs = await JobQueue.open({
    ...{ sounds, takes, log, folder: join(dataDir, 'studio', 'results') },
    house: { dataDir, modelsDir, logLevel, ffmpeg, compute, priority: 'background' },
    store: await JobStore.open(database),
  });
  scope.defer(() => jobs.close());
  return { jobs, sounds };
}

/** Recordings of what goes out. */
async function openRecordings({ config, log, scope }: Site): Promise<RecordingLibrary> {
  const { dataDir, ffmpeg, recordingReserveBytes: reserveBytes } = config;
  const folder = join(dataDir, 'recordings');
  const recordings = await RecordingLibrary.open({ folder, ffmpeg, reserveBytes, log });
  return scope.adopt(recordings, (each) => each.close());
}

/** Recordings of what comes into sessions. */
function openTakes({ config, log, scope }: Site): TakeLibrary {
  const { version } = serverInfo(config);
  const folder = join(config.dataDir, 'takes');
  return scope.adopt(new TakeLibrary({ folder, version, log }), (takes) => takes.close());
}

/** VMC's door, where a port is set for it, and the choice whom it drives. */
export async function openVmc(
  { config, scope }: Site,
  registry: SessionRegistry,
): Promise<VmcSwitch> {
  const input = config.vmc && (await VmcIn.open(config.vmc));
  if (input) scope.defer(() => input.close());
  return new VmcSwitch(input, registry);
}

/** Who may command: everybody on this machine alone, else who has the admin token. */
export async function openAccess(
  config: Config,
  database: Database,
): Promise<(token: string | undefined) => boolean> {
  if (config.loopbackOnly) return () => true;
  const token = await AdminToken.open(database, showToken);
  return (given) => token.matches(given);
}

/** What words, voices and events ask of sessions' motion. */
export async function openAsked(
  { database, log, scope }: Site,
  kept: { readonly templates: TemplateLibrary; readonly recordings: RecordingLibrary },
  house: {
    readonly signalling: Signalling;
    readonly sessionOf: (id: SessionId) => Session;
  },
) {
  const { templates, recordings } = kept;
  const triggers = await TriggerLibrary.open(database, log);
  const textMotion = scope.adopt(new TextMotion(templates), (each) => each.close());
  const list = (): readonly TemplateSummary[] => templates.list();
  const onFired = house.signalling.push.fired;
  const sessionTriggers = scope.adopt(
    new SessionTriggers({
      ...{ triggers, log, onFired, templates: list, random: Math.random },
      record: async (id, wanted) => recordings.switch(house.sessionOf(id), wanted),
    }),
    (each) => each.close(),
  );
  return { triggers, sessionTriggers, textMotion };
}

/**
 * The processes and threads that sessions share; `heard` is told what begins or ends to play, and how
 * that goes which is sent in.
 */
export async function openShared(
  { config, log, scope }: Site,
  heard: Pick<RtmpServerOptions, 'onStream' | 'onIngest'>,
) {
  const { host, dataDir, modelsDir, rtcPort, rtmpPort, announcedAddress } = config;
  const meter = new UsageMeter();
  scope.defer(() => meter.close());
  const machine = scope.adopt(new MachineMeter(config.searchPath), (each) => each.close());
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
  const rtmp = await RtmpServer.open({ host, port: rtmpPort, storeDir, log, ...heard });
  scope.defer(() => rtmp.close());
  const lipsDir = join(modelsDir, 'lipsync');
  const compute = computeOf(config);
  const engines = await EnginePool.open({ log, lipsDir, compute, threads: config.engineThreads });
  scope.defer(() => engines.close());
  const feeder = new FeederPool({ log });
  scope.defer(() => feeder.close());
  return {
    media,
    rtmp,
    engines,
    feeder,
    usage: () => ({ ...meter.latest, machine: machine.latest }),
    publishUrl: (key: string) => rtmp.publishUrl(key),
  };
}

/** What was said becomes text for followers and words for triggers. */
export function openCaptions(
  { config, log, scope }: Site,
  house: {
    readonly models: ModelStore;
    readonly signalling: Signalling;
    readonly triggers: SessionTriggers;
  },
): Captions {
  const { models, signalling, triggers } = house;
  const captions = new Captions({
    find: () => findCaptions({ dataDir: config.dataDir, folders: [ROOT], models }),
    log,
    onCaption: (caption) => {
      signalling.push.caption(caption);
      triggers.heard(caption.sessionId, caption.text);
    },
    onState: signalling.push.captions,
  });
  return scope.adopt(captions, (each) => each.close());
}

/** What comes into sessions by RTMP and WHIP. */
export function openIngest(
  { config, log, scope }: Site,
  house: Pick<IngestOptions, 'registry' | 'keys' | 'rtmp' | 'sources'>,
): Ingest {
  const ingest = new Ingest({ ...house, log, ffmpeg: config.ffmpeg });
  return scope.adopt(ingest, (each) => each.close());
}

/** A session's voice moves it from when it is live until it has stopped. */
export function followTriggers(
  triggers: SessionTriggers,
  registry: SessionRegistry,
  { id, state }: SessionSnapshot,
): void {
  if (state === 'stopping' || state === 'stopped') triggers.forget(id);
  else if (registry.has(id)) triggers.follow(registry.get(id));
}

/** Where the configuration wants captions, they begin with the session; without a recogniser it goes on. */
export function followCaptions(
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

function showToken(token: string): void {
  process.stderr.write(`\n  Admin token (shown only now, keep it): ${token}\n\n`);
}

export function serverInfo({ maxSessions, loopbackOnly }: Config): ServerInfo {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    readonly version: string;
  };
  return { version, protocol: PROTOCOL_VERSION, maxSessions, needsToken: !loopbackOnly };
}
