/** What the RTMP server's child process and its supervisor tell each other. */

export type RtmpChildSettings = {
  readonly type: 'settings';
  readonly host: string;
  readonly port: number;
  readonly secret: string;
  readonly storeDir: string;
};

export type RtmpChildOrder =
  | RtmpChildSettings
  /** SHA-256 of the ingest keys that hold; the keys themselves stay with the supervisor. */
  | { readonly type: 'ingest-keys'; readonly hashes: readonly string[] };

export type RtmpChildEvent =
  | { readonly type: 'listening' }
  | { readonly type: 'refused'; readonly reason: string }
  | { readonly type: 'published'; readonly path: string }
  | { readonly type: 'unpublished'; readonly path: string }
  | IngestReport;

/** How one publication into `ingest/` goes, once a second and when it begins and ends. */
export type IngestReport = {
  readonly type: 'ingest';
  readonly live: boolean;
  /** Of the key. */
  readonly hash: string;
  /** Name under which readers play it: another one for each publication. */
  readonly feed: string;
  readonly bytes: number;
  readonly audioPackets: number;
  readonly videoPackets: number;
  /** FLV's numbers: 10 is AAC, 7 is H.264; larger ones are four letters. */
  readonly audioCodec: number;
  readonly videoCodec: number;
  /** Frames refer to later ones (B-frames). */
  readonly reordered: boolean;
  /** As the sender says, 0 where it doesn't. */
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
};
