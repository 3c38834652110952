// Types of node-media-server 4.4, which brings none (@types/node-media-server describes the
// incompatible 2.x). Only what we use or must switch off; read in the package's src/.

declare module 'node-media-server' {
  import type { Server, Socket } from 'node:net';

  /** One RTMP, HTTP-FLV or WebSocket connection, as the events hand it over. */
  export interface NodeMediaSession {
    readonly id: string;
    /** Address and port, as "127.0.0.1:50000". */
    readonly ip: string;
    readonly isPublisher: boolean;
    readonly protocol: string;
    readonly streamHost: string;
    readonly streamApp: string;
    readonly streamName: string;
    /** "/app/name". */
    readonly streamPath: string;
    /** Where the library looks for `sign`; may be replaced before it does. */
    streamQuery: Readonly<Record<string, string | undefined>>;
    /** Milliseconds since 1970. */
    readonly createTime: number;
    readonly inBytes: number;
    readonly outBytes: number;
    /** RTMP sessions only; HTTP sessions have `req` and `res` instead. */
    readonly socket: Socket;
    /** As the publisher says in its metadata, 0 before. */
    readonly videoWidth: unknown;
    readonly videoHeight: unknown;
    readonly videoFramerate: unknown;
    readonly broadcast: NodeMediaBroadcast;
    readonly rtmp: { onPacketCallback: (packet: NodeMediaPacket) => void };
    /** Hands a packet to all players of the path. */
    readonly onPacket: (packet: NodeMediaPacket) => void;
    /** A half close: an RTMP publisher stays on its path until the other end hangs up. */
    close(): void;
  }

  /** All that is known of one path. Internal to the package, which is pinned to one version. */
  export interface NodeMediaBroadcast {
    publisher: NodeMediaSession | null;
    /** What new players are sent at first. */
    rtmpGopCache: Set<Buffer> | null;
    /** Ends the publication, also one that waits for its publisher's return. */
    readonly _finishPublish: () => void;
  }

  /** One message of a publisher; `codec_type`: 8 sound, 9 picture. */
  export interface NodeMediaPacket {
    readonly codec_type: number;
    /** FLV's number, or four letters as one number. */
    readonly codec_id: number;
    readonly pts: number;
    readonly dts: number;
  }

  export interface NodeMediaServerConfig {
    bind?: string;
    rtmp?: { port: number };
    rtmps?: { port: number; key: string; cert: string };
    http?: { port: number };
    https?: { port: number; key: string; cert: string };
    auth?: {
      play?: boolean;
      publish?: boolean;
      /** For `?sign=<expiry>-<md5(path-expiry-secret)>`. */
      secret?: string;
      jwt?: { users: readonly unknown[]; secret: string; expiresIn: string } | undefined;
    };
    static?: { router: string; root: string };
    record?: { path: string; auto?: boolean };
    notify?: { url: string };
    /** Written to `./data` unless `path` says otherwise. */
    store?: { path?: string; flushInterval?: number };
    /** Served at /admin unless switched off. */
    webadmin?: { enable?: boolean };
  }

  export type NodeMediaEvent =
    | 'prePlay'
    | 'postPlay'
    | 'donePlay'
    | 'prePublish'
    | 'postPublish'
    | 'donePublish'
    | 'postRecord'
    | 'doneRecord';

  /** One per process: its sessions and broadcasts are module-global. */
  export default class NodeMediaServer {
    constructor(config: NodeMediaServerConfig, configPath?: string);
    readonly rtmpServer: {
      /** Absent when no RTMP port is configured. */
      readonly tcpServer?: Server;
    };
    on(event: NodeMediaEvent, listener: (session: NodeMediaSession) => void): void;
    /** Opens the ports; a port that is taken ends the process with exit code 1. */
    run(): Promise<void>;
    stop(): Promise<void>;
  }
}

declare module 'node-media-server/src/core/context.js' {
  import type { NodeMediaBroadcast } from 'node-media-server';

  /** Module-global state of the one server in a process. */
  const Context: { readonly broadcasts: Map<string, NodeMediaBroadcast> };
  export default Context;
}
