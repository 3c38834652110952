/** Mic-to-viewer latency put together from both ends' numbers. Pure; all durations in ms. */
import type { SessionStats, Stage } from '../../server/protocol/index.ts';
import type { PublishSample, WatchNumbers } from './stats.ts';

/** What the browser adds to the server's stages. */
const CLIENT_PARTS = [
  'networkIn',
  'lookahead',
  'networkOut',
  'viewerBuffer',
  'viewerDecode',
] as const;
export type LatencyPart = Stage | (typeof CLIENT_PARTS)[number];

/** What a sound passes on its way to a viewer's eye, in order, the server's stages among them. */
export const LATENCY_PARTS: readonly LatencyPart[] = [
  'networkIn',
  'jitter',
  'decode',
  'lookahead',
  'lips',
  'motion',
  'draw',
  'convert',
  'encode',
  'send',
  'networkOut',
  'viewerBuffer',
  'viewerDecode',
];

export function isServerStage(part: LatencyPart): part is Stage {
  return !CLIENT_PARTS.some((each) => each === part);
}

/** The same way in six steps, for a bar that can be read at a glance. */
export const LATENCY_GROUPS = {
  network: ['networkIn', 'networkOut'],
  hearing: ['jitter', 'decode'],
  lips: ['lookahead', 'lips', 'motion'],
  drawing: ['draw', 'convert'],
  encoding: ['encode', 'send'],
  viewer: ['viewerBuffer', 'viewerDecode'],
} as const satisfies Record<string, readonly LatencyPart[]>;
export type LatencyGroup = keyof typeof LATENCY_GROUPS;

export type Latency = {
  readonly totalMs: number;
  readonly parts: Readonly<Record<LatencyPart, number>>;
};

/**
 * Adds the server's measured total, both network ways (half a round trip each) and the browser's
 * waiting and decoding. What the server's total holds beyond its stages is the lips' look-ahead
 * and the wait for the next tick, so it goes to `lookahead`. The sound card's and the screen's
 * own delays can't be read by a page and are not in it.
 */
export function latency(
  stats: SessionStats,
  watch: WatchNumbers,
  publish: PublishSample | null,
): Latency {
  const stage = (name: Stage) => Math.max(0, stats.stages[name]?.p50 ?? 0);
  const known: Omit<Record<LatencyPart, number>, 'lookahead'> = {
    networkIn: (publish?.roundTripMs ?? 0) / 2,
    jitter: stage('jitter'),
    decode: stage('decode'),
    lips: stage('lips'),
    motion: stage('motion'),
    draw: stage('draw'),
    convert: stage('convert'),
    encode: stage('encode'),
    send: stage('send'),
    networkOut: (watch.roundTripMs ?? 0) / 2,
    viewerBuffer: watch.bufferMs ?? 0,
    viewerDecode: watch.decodeMs ?? 0,
  };
  const outside = known.networkIn + known.networkOut + known.viewerBuffer + known.viewerDecode;
  const inside = Object.values(known).reduce((sum, each) => sum + each, 0) - outside;
  const server = Math.max(stats.pictureLatencyMs.p50, inside);
  return { totalMs: server + outside, parts: { ...known, lookahead: server - inside } };
}

export function groupMs(whole: Latency, group: LatencyGroup): number {
  return LATENCY_GROUPS[group].reduce((sum, part) => sum + whole.parts[part], 0);
}
