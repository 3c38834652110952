import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SessionStats } from '../../../server/protocol/index.ts';
import { STAGES, type SessionId } from '../../../server/protocol/index.ts';
import {
  groupMs,
  isServerStage,
  latency,
  LATENCY_GROUPS,
  LATENCY_PARTS,
  type LatencyGroup,
} from '../../../web/lib/latency.ts';
import type { WatchNumbers } from '../../../web/lib/stats.ts';

const flat = (ms: number) => ({ p50: ms, p95: ms, p99: ms });
const stats: SessionStats = {
  sessionId: 'one' as SessionId,
  uptimeSeconds: 10,
  stages: {
    jitter: flat(20),
    decode: flat(1),
    lips: flat(4),
    motion: flat(0.5),
    draw: flat(7),
    convert: flat(1.5),
    encode: flat(5),
    send: flat(1),
  },
  pictureLatencyMs: flat(100),
  soundLatencyMs: 90,
  lookaheadMs: 40,
  fps: 25,
  frames: 250,
  lateFrames: 0,
  repeatedFrames: 0,
  droppedFrames: 0,
  packetsReceived: 500,
  packetsLost: 0,
  packetsLate: 0,
  ringDrops: 0,
  poses: 0,
  badPoses: 0,
  latePoses: 0,
  poseToFrameMs: { p50: 0, p95: 0, p99: 0 },
  encoderRestarts: 0,
  videoKbps: 800,
  cpuCores: 0.3,
  memoryMb: 300,
  machine: { cpuShare: 0.4, cores: 2, gpu: null },
  quality: 'full',
  qualityDowns: 0,
  overlayFrames: 0,
  overlayLateFrames: 0,
  body: null,
};
const watch: WatchNumbers = {
  roundTripMs: 10,
  bufferMs: 30,
  soundBufferMs: 40,
  decodeMs: 2,
  avOffsetMs: 3,
  fps: 25,
  loss: 0,
  kbps: 900,
};

test('adds half of both round trips and the browser to the total of the server', () => {
  const { totalMs } = latency(stats, watch, { roundTripMs: 6, loss: 0 });

  assert.equal(totalMs, 100 + 3 + 5 + 30 + 2);
});

test('what the stages do not explain is look-ahead and waiting for the tick', () => {
  const { parts } = latency(stats, watch, null);

  assert.equal(parts.lookahead, 60);
});

test('all parts and all groups add up to the total', () => {
  const whole = latency(stats, watch, { roundTripMs: 6, loss: 0 });
  const groups = Object.keys(LATENCY_GROUPS) as LatencyGroup[];

  const parts = LATENCY_PARTS.reduce((sum, part) => sum + whole.parts[part], 0);
  const grouped = groups.reduce((sum, group) => sum + groupMs(whole, group), 0);

  assert.ok(Math.abs(parts - whole.totalMs) < 1e-9);
  assert.ok(Math.abs(grouped - whole.totalMs) < 1e-9);
});

test('a total below its own stages never gives a negative wait', () => {
  const hasty = { ...stats, pictureLatencyMs: flat(10) };

  const { parts, totalMs } = latency(hasty, watch, null);

  assert.equal(parts.lookahead, 0);
  assert.equal(totalMs, 40 + 5 + 30 + 2);
});

test('every stage of the protocol is shown', () => {
  assert.deepEqual(new Set(LATENCY_PARTS.filter(isServerStage)), new Set(STAGES));
});
