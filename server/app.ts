/**
 * The composition root: opens every part in order, hands each its slice of the configuration, and
 * closes them in reverse. Nothing else knows the whole house; its rooms are in app-parts.ts.
 */
import {
  followCaptions,
  followTriggers,
  openAccess,
  openAsked,
  openCaptions,
  openIngest,
  openKept,
  openShared,
  openVmc,
  serverInfo,
  type Site,
} from './app-parts.ts';
import type { Config } from './config.ts';
import { createLog } from './core/log.ts';
import { LogRing } from './core/log-ring.ts';
import { HttpDoor } from './http/server.ts';
import type { RecordingLibrary } from './outputs/recording/recording-library.ts';
import type { SessionId, SessionSnapshot } from './protocol/index.ts';
import type { EnginePool } from './session/engine-pool.ts';
import type { Session } from './session/session.ts';
import { SessionRegistry } from './session/registry.ts';
import { Signalling } from './signalling/signalling.ts';
import { openDatabase } from './store/sqlite.ts';

export class App {
  readonly url: string;
  readonly registry: SessionRegistry;
  readonly engines: EnginePool;
  readonly recordings: RecordingLibrary;
  readonly #scope: AsyncDisposableStack;
  #closing: Promise<void> | undefined;

  private constructor(
    url: string,
    parts: Pick<App, 'registry' | 'engines' | 'recordings'>,
    scope: AsyncDisposableStack,
  ) {
    this.url = url;
    this.registry = parts.registry;
    this.engines = parts.engines;
    this.recordings = parts.recordings;
    this.#scope = scope;
  }

  /** Opens the house; on any failure what was opened is closed again before it throws. */
  static async open(config: Config): Promise<App> {
    await using scope = new AsyncDisposableStack();
    const logs = new LogRing();
    const log = createLog(config.logLevel, logs);
    const database = await openDatabase(config.dataDir);
    scope.defer(() => database.destroy());
    const site: Site = { config, log, scope, database };
    const isAdmin = await openAccess(config, database);
    const signalling = new Signalling({ ...config, isAdmin, log });
    const kept = await openKept(site);
    kept.scenes.onChange(signalling.push.scenes);
    const sessionOf = (id: SessionId): Session => registry.get(id);
    const asked = await openAsked(site, kept, { signalling, sessionOf });
    const shared = await openShared(site, {
      onStream: (path) => announce(registry, path),
      onIngest: (report) => ingest.report(report),
    });
    const { models } = kept;
    const captions = openCaptions(site, { models, signalling, triggers: asked.sessionTriggers });
    const registry: SessionRegistry = openRegistry(site, {
      ...{ kept, shared, signalling },
      onState: (snapshot) => {
        followTriggers(asked.sessionTriggers, registry, snapshot);
        followCaptions(captions, registry, { snapshot, wanted: config.captions, log });
        ingest.follow(snapshot);
        if (snapshot.state === 'stopping') kept.takes.forget(snapshot.id);
      },
      onSecond: (sessionId) => {
        if (!registry.has(sessionId)) return;
        signalling.push.inputs({ sessionId, inputs: ingest.inputs(sessionId) });
      },
    });
    const ingest = openIngest(site, {
      ...{ registry, keys: kept.ingestKeys },
      ...{ rtmp: shared.rtmp, sources: kept.sources },
    });
    let ready = false;
    const house = {
      ...kept,
      ...asked,
      registry,
      captions,
      ingest,
      vmc: await openVmc(site, registry),
      info: () => serverInfo(config),
      ffmpeg: config.ffmpeg,
      dataDir: config.dataDir,
      isAdmin,
      isReady: () => ready,
      usage: shared.usage,
      logs,
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
    const parts = { registry, engines: shared.engines, recordings: kept.recordings };
    return new App(url, parts, scope.move());
  }

  /** Ends everything in reverse order; resolves when no process, thread or port is left. */
  close(): Promise<void> {
    this.#closing ??= this.#scope.disposeAsync();
    return this.#closing;
  }
}

/** Where sessions live, and what is told about them. */
function openRegistry(
  { config, log }: Site,
  house: {
    readonly kept: Awaited<ReturnType<typeof openKept>>;
    readonly shared: Awaited<ReturnType<typeof openShared>>;
    readonly signalling: Signalling;
    readonly onState: (snapshot: SessionSnapshot) => void;
    readonly onSecond: (id: SessionId) => void;
  },
): SessionRegistry {
  const { kept, shared, signalling, onState, onSecond } = house;
  const { avatars, templates, targets, scenes, maker, videos } = kept;
  const { encoder, ffmpeg, graceMs, maxSessions } = config;
  const { push } = signalling;
  return new SessionRegistry({
    maxSessions,
    log,
    events: {
      onState: (snapshot) => {
        push.state(snapshot);
        onState(snapshot);
      },
      onStats: (stats) => {
        push.stats(stats);
        onSecond(stats.sessionId);
      },
      onPushes: push.pushes,
      onRecordings: push.recordings,
      onRecorded: (recording) => kept.recordings.recorded(recording),
      onLevel: push.level,
      onMotion: push.motion,
      onPose: push.pose,
      onRebuilt: push.rebuilt,
    },
    findPack: (name) => avatars.folder(name),
    automaticPushes: () => targets.automatic,
    house: {
      ...shared,
      ...{ encoder, ffmpeg, graceMs },
      scenes: {
        ...{ maker, videos },
        find: (id) => scenes.get(id),
        onSceneChange: (listener) => scenes.onChange(listener),
      },
      slatePath: (name) => kept.slates.path(name),
      compiled: (id) => templates.compiled(id),
      danceSteps: () => templates.list().filter(({ beats }) => beats !== undefined),
    },
  });
}

function announce(registry: SessionRegistry, path: string): void {
  const id = path.replace('/live/', '') as SessionId;
  if (registry.has(id)) registry.get(id).announce();
}
