/**
 * The composition root: opens every part in order, hands each its slice of the configuration, and
 * closes them in reverse. Nothing else knows the whole house.
 */
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { ROOT, type Config } from './config.ts';
import { createLog } from './core/log.ts';
import { UsageMeter } from './core/usage.ts';
import { HttpDoor } from './http/server.ts';
import { AvatarLibrary } from './inference/avatar-library.ts';
import { FeederPool } from './outputs/feeder-pool.ts';
import { RtmpServer } from './outputs/rtmp-server.ts';
import { PROTOCOL_VERSION, type ServerInfo, type SessionId } from './protocol/index.ts';
import { MediaServer } from './rtc/media-server.ts';
import { EnginePool } from './session/engine-pool.ts';
import { SessionRegistry } from './session/registry.ts';
import { Signalling } from './signalling/signalling.ts';
import { AdminToken } from './store/admin-token.ts';
import { openDatabase } from './store/sqlite.ts';

export class App {
  readonly url: string;
  readonly registry: SessionRegistry;
  readonly engine: EnginePool;
  readonly #scope: AsyncDisposableStack;
  #closing: Promise<void> | undefined;

  private constructor(
    url: string,
    parts: Pick<App, 'registry' | 'engine'>,
    scope: AsyncDisposableStack,
  ) {
    this.url = url;
    this.registry = parts.registry;
    this.engine = parts.engine;
    this.#scope = scope;
  }

  /** Opens the house; on any failure what was opened is closed again before it throws. */
  static async open(config: Config): Promise<App> {
    await using scope = new AsyncDisposableStack();
    const log = createLog(config.logLevel);

    const database = await openDatabase(config.dataDir);
    scope.defer(() => database.destroy());
    const token = config.loopbackOnly ? undefined : await AdminToken.open(database, showToken);
    const isAdmin = (given: string | undefined): boolean => token?.matches(given) ?? true;

    const usage = new UsageMeter();
    scope.defer(() => usage.close());
    const avatars = new AvatarLibrary(join(config.modelsDir, 'avatars'));

    const media = await MediaServer.open({
      address: {
        host: config.host,
        port: config.rtcPort,
        announcedAddress: config.announcedAddress,
      },
      log,
      onHopeless: (reason) => {
        log.fatal({ reason }, 'giving up');
        process.exit(1);
      },
    });
    scope.defer(() => media.close());

    const rtmp = await RtmpServer.open({
      host: config.host,
      port: config.rtmpPort,
      storeDir: join(config.dataDir, 'rtmp'),
      log,
      onStream: (path) => announce(registry, path),
    });
    scope.defer(() => rtmp.close());

    const engine = await EnginePool.open({ log, lipsDir: join(config.modelsDir, 'lipsync') });
    scope.defer(() => engine.close());
    const feeder = new FeederPool({ log });
    scope.defer(() => feeder.close());

    const registry: SessionRegistry = new SessionRegistry({
      maxSessions: config.maxSessions,
      log,
      events: {
        onState: (snapshot) => signalling.push.state(snapshot),
        onStats: (stats) => signalling.push.stats(stats),
        onLevel: (level) => signalling.push.level(level),
        onRebuilt: (id) => signalling.push.rebuilt(id),
      },
      findPack: (name) => avatars.folder(name),
      house: {
        media,
        engine,
        feeder,
        encoder: config.encoder,
        ffmpeg: config.ffmpeg,
        graceMs: config.graceMs,
        rtmp,
        publishUrl: (key) => rtmp.publishUrl(key),
        usage: () => usage.latest,
      },
    });

    let ready = false;
    const info = (): ServerInfo => ({
      version: version(),
      protocol: PROTOCOL_VERSION,
      maxSessions: config.maxSessions,
      needsToken: token !== undefined,
    });
    const http = await HttpDoor.open({
      host: config.host,
      port: config.port,
      webDir: config.webDir,
      log,
      house: {
        registry,
        info,
        avatars: () => avatars.list(),
        preview: (name) => avatars.preview(name),
        isAdmin,
        isReady: () => ready,
        usage: () => usage.latest,
      },
    });
    scope.defer(() => http.close());
    const signalling = new Signalling({
      http: http.server,
      house: { registry, info, avatars: () => avatars.list() },
      isAdmin,
      isAllowedOrigin: sameHost,
      log,
    });
    scope.defer(() => signalling.close());
    // Sessions end first: they use everything above.
    scope.defer(() => registry.close());

    await http.listen();
    ready = true;
    const url = `http://${config.host}:${config.port}`;
    log.info({ url, rtcPort: config.rtcPort, rtmpPort: config.rtmpPort }, 'ready');
    return new App(url, { registry, engine }, scope.move());
  }

  /** Ends everything in reverse order; resolves when no process, thread or port is left. */
  close(): Promise<void> {
    this.#closing ??= this.#scope.disposeAsync();
    return this.#closing;
  }
}

/** A page may only talk to the server it came from. */
function sameHost(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}

function announce(registry: SessionRegistry, path: string): void {
  const id = path.replace('/live/', '') as SessionId;
  if (registry.has(id)) registry.get(id).announce();
}

function showToken(token: string): void {
  process.stderr.write(`\n  Admin token (shown only now, keep it): ${token}\n\n`);
}

function version(): string {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    readonly version: string;
  };
  return version;
}
