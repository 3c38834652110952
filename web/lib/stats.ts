/**
 * getStats() reports turned into the panel's numbers. Pure: a report is any iterable of entries,
 * durations are ms, and everything that is a rate is taken between two reports.
 * https://www.w3.org/TR/webrtc-stats/
 */

/** An entry of an RTCStatsReport, before anything is known about it. */
export type StatEntry = Readonly<Record<string, unknown>>;

/** Counters of one moment; null where the browser doesn't report them (yet). */
export type WatchSample = {
  readonly atMs: number;
  readonly roundTripMs: number | null;
  readonly jitterBufferSeconds: number;
  readonly jitterBufferEmitted: number;
  readonly audioJitterBufferSeconds: number;
  readonly audioJitterBufferEmitted: number;
  readonly decodeSeconds: number;
  readonly framesDecoded: number;
  readonly framesDropped: number;
  readonly freezes: number;
  readonly packetsReceived: number;
  readonly packetsLost: number;
  readonly bytesReceived: number;
  readonly audioPlayoutMs: number | null;
  readonly videoPlayoutMs: number | null;
};

export type WatchNumbers = {
  readonly roundTripMs: number | null;
  /** Time a picture waits in the browser's jitter buffer. */
  readonly bufferMs: number | null;
  readonly soundBufferMs: number | null;
  readonly decodeMs: number | null;
  /** Picture behind sound: plus means the picture is late. */
  readonly avOffsetMs: number | null;
  readonly fps: number | null;
  /** Of the packets between the two reports, 0..1. */
  readonly loss: number | null;
  readonly kbps: number | null;
};

export type PublishSample = {
  readonly roundTripMs: number | null;
  /** Of the packets the server last reported on, 0..1. */
  readonly loss: number | null;
};

const MS = 1000;

export function watchSample(report: Iterable<StatEntry>, atMs: number): WatchSample {
  const entries = [...report];
  const video = inbound(entries, 'video');
  const audio = inbound(entries, 'audio');
  const sum = (key: string) => count(video, key) + count(audio, key);
  return {
    atMs,
    roundTripMs: roundTrip(entries),
    jitterBufferSeconds: count(video, 'jitterBufferDelay'),
    jitterBufferEmitted: count(video, 'jitterBufferEmittedCount'),
    audioJitterBufferSeconds: count(audio, 'jitterBufferDelay'),
    audioJitterBufferEmitted: count(audio, 'jitterBufferEmittedCount'),
    decodeSeconds: count(video, 'totalDecodeTime'),
    framesDecoded: count(video, 'framesDecoded'),
    framesDropped: count(video, 'framesDropped'),
    freezes: count(video, 'freezeCount'),
    packetsReceived: sum('packetsReceived'),
    packetsLost: sum('packetsLost'),
    bytesReceived: sum('bytesReceived'),
    audioPlayoutMs: value(audio, 'estimatedPlayoutTimestamp'),
    videoPlayoutMs: value(video, 'estimatedPlayoutTimestamp'),
  };
}

/** What happened between two samples of the same peer. */
export function watchNumbers(before: WatchSample, now: WatchSample): WatchNumbers {
  const spanSeconds = (now.atMs - before.atMs) / MS;
  const received = now.packetsReceived - before.packetsReceived;
  const lost = Math.max(0, now.packetsLost - before.packetsLost);
  const bytes = now.bytesReceived - before.bytesReceived;
  const frames = now.framesDecoded - before.framesDecoded;
  return {
    roundTripMs: now.roundTripMs,
    bufferMs: mean(
      now.jitterBufferSeconds - before.jitterBufferSeconds,
      now.jitterBufferEmitted - before.jitterBufferEmitted,
    ),
    soundBufferMs: mean(
      now.audioJitterBufferSeconds - before.audioJitterBufferSeconds,
      now.audioJitterBufferEmitted - before.audioJitterBufferEmitted,
    ),
    decodeMs: mean(now.decodeSeconds - before.decodeSeconds, frames),
    avOffsetMs: avOffset(now),
    fps: spanSeconds > 0 && frames >= 0 ? frames / spanSeconds : null,
    loss: received + lost > 0 && received >= 0 ? lost / (received + lost) : null,
    kbps: spanSeconds > 0 && bytes >= 0 ? (bytes * 8) / MS / spanSeconds : null,
  };
}

export function publishSample(report: Iterable<StatEntry>): PublishSample {
  const entries = [...report];
  const remote = entries.find((entry) => entry['type'] === 'remote-inbound-rtp');
  return {
    roundTripMs: roundTrip(entries),
    loss: value(remote, 'fractionLost'),
  };
}

/**
 * Both stamps are the capture time of what plays now, on the sender's clock: where the picture's
 * is the smaller one, an older moment is shown than heard.
 */
function avOffset({ audioPlayoutMs, videoPlayoutMs }: WatchSample): number | null {
  if (audioPlayoutMs === null || videoPlayoutMs === null) return null;
  return audioPlayoutMs - videoPlayoutMs;
}

/** Of the candidate pair in use: the transport names it, Firefox marks it. */
function roundTrip(entries: readonly StatEntry[]): number | null {
  const transport = entries.find((entry) => entry['type'] === 'transport');
  const chosen = transport?.['selectedCandidatePairId'];
  const pair = entries.find(
    (entry) =>
      entry['type'] === 'candidate-pair' &&
      (chosen === undefined
        ? entry['selected'] === true || entry['nominated'] === true
        : entry['id'] === chosen),
  );
  const seconds = value(pair, 'currentRoundTripTime');
  return seconds === null ? null : seconds * MS;
}

/**
 * mediasoup adds a silent video track of its own (the probator, for bandwidth estimation): ours is
 * the one that packets arrive on.
 */
function inbound(entries: readonly StatEntry[], kind: 'audio' | 'video'): StatEntry | undefined {
  return entries
    .filter((entry) => entry['type'] === 'inbound-rtp' && entry['kind'] === kind)
    .filter((entry) => entry['mid'] !== 'probator')
    .sort((one, other) => count(other, 'packetsReceived') - count(one, 'packetsReceived'))[0];
}

function value(entry: StatEntry | undefined, key: string): number | null {
  const found = entry?.[key];
  return typeof found === 'number' && Number.isFinite(found) ? found : null;
}

function count(entry: StatEntry | undefined, key: string): number {
  return value(entry, key) ?? 0;
}

/** Seconds over events as ms each; null without events or where a counter started anew. */
function mean(seconds: number, events: number): number | null {
  return events > 0 && seconds >= 0 ? (seconds * MS) / events : null;
}
