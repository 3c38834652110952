import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PieceCutter, type Piece } from '../../../server/captions/piece-cutter.ts';

const PACKET_US = 20_000;
const MARK_US = 120_000;
const MS = 1000;

/** What somebody says: stretches of speech, ms on MediaTime. */
type Spoken = readonly (readonly [fromMs: number, toMs: number])[];
type Scene = {
  readonly lengthMs: number;
  readonly spoken: Spoken;
  /** Loudness by time, dBFS; -20 where not given. */
  readonly levelDb?: (ms: number) => number;
  /** When the engine counts a phrase as ended, ms. */
  readonly phraseEndsMs?: readonly number[];
  readonly marks?: boolean;
};

function cut(scene: Scene): { pieces: Piece[]; cutter: PieceCutter; most: number } {
  const pieces: Piece[] = [];
  const cutter = new PieceCutter((piece) => pieces.push(piece));
  let most = 0;
  let voicedUs = -Infinity;
  for (let timeUs = 0; timeUs < scene.lengthMs * MS; timeUs += PACKET_US) {
    cutter.packet({ rtp: new Uint8Array(60), timeUs, restart: false });
    most = Math.max(most, cutter.held);
    const ms = timeUs / MS;
    if (scene.spoken.some(([from, to]) => ms >= from && ms < to)) voicedUs = timeUs;
    if (scene.marks === false || timeUs % MARK_US !== 0) continue;
    const phraseEnd = scene.phraseEndsMs?.filter((end) => end <= ms).length ?? 0;
    cutter.mark({ timeUs, voicedUs, levelDb: scene.levelDb?.(ms) ?? -20, phraseEnd });
  }
  return { pieces, cutter, most };
}

function spansMs(pieces: readonly Piece[]): [number, number][] {
  return pieces.map(({ fromUs, toUs }) => [fromUs / MS, toUs / MS]);
}

describe('cutting a voice into pieces', () => {
  test('a phrase is one piece that begins before it and ends after it', () => {
    const { pieces } = cut({ lengthMs: 4000, spoken: [[1000, 2500]] });
    assert.equal(pieces.length, 1);
    const [fromMs, toMs] = spansMs(pieces)[0]!;
    assert.ok(fromMs <= 1000 && fromMs >= 500, `it begins at ${fromMs} ms`);
    assert.ok(toMs >= 2500 && toMs <= 2900, `it ends at ${toMs} ms`);
    assert.equal(pieces[0]!.packets.length, Math.round((toMs - fromMs) / 20));
  });

  test('a breath inside a sentence does not cut it, a pause does', () => {
    const breath = cut({ lengthMs: 4000, spoken: [[500, 1300], [1700, 2400]] }); // prettier-ignore
    const pause = cut({ lengthMs: 5000, spoken: [[500, 1300], [2200, 3000]] }); // prettier-ignore
    assert.equal(breath.pieces.length, 1);
    assert.equal(pause.pieces.length, 2);
  });

  test('silence gives nothing, and neither does a cough', () => {
    assert.equal(cut({ lengthMs: 5000, spoken: [] }).pieces.length, 0);
    assert.equal(cut({ lengthMs: 5000, spoken: [[1200, 1300]] }).pieces.length, 0);
  });

  test('who never pauses is cut at the quietest moment, and no sound is lost or doubled', () => {
    const levelDb = (ms: number) => (Math.abs(ms - 7080) < 30 ? -55 : -20);
    const { pieces } = cut({ lengthMs: 22_000, spoken: [[960, 20_040]], levelDb });
    const spans = spansMs(pieces);
    assert.deepEqual(spans[0]?.[1], 7080);
    for (const [fromMs, toMs] of spans) assert.ok(toMs - fromMs <= 8200, `${toMs - fromMs} ms`);
    for (let i = 1; i < spans.length; i += 1) assert.equal(spans[i]![0], spans[i - 1]![1]);
    const times = pieces.flatMap(({ packets }) => packets.map(({ timeUs }) => timeUs));
    assert.equal(new Set(times).size, times.length);
    assert.equal(times.length, Math.round((spans.at(-1)![1] - spans[0][0]) / 20));
  });

  test("in a long piece the engine's short pauses are enough, in a short one not", () => {
    const paused = (ms: number) => cut({ lengthMs: 9000, spoken: [[480, ms], [ms + 300, 7000]], phraseEndsMs: [ms + 240] }); // prettier-ignore
    const [, lateMs] = spansMs(paused(5000).pieces)[0]!;
    assert.ok(lateMs > 5000 && lateMs < 5300, `it was cut at ${lateMs} ms, not in the pause`);
    assert.equal(paused(5000).pieces.length, 2);
    assert.equal(paused(2000).pieces.length, 1);
  });

  test('what is held stays bounded in silence, in speech and without marks', () => {
    assert.ok(cut({ lengthMs: 30_000, spoken: [] }).most <= 75);
    assert.ok(cut({ lengthMs: 30_000, spoken: [[0, 30_000]] }).most <= 450);
    const deaf = cut({ lengthMs: 60_000, spoken: [[0, 60_000]], marks: false });
    assert.ok(deaf.most <= 75, `${deaf.most} packets`);
  });

  test('where the marks stop in the middle of speech, the memory does not grow on', () => {
    const cutter = new PieceCutter(() => assert.fail('nothing says where to cut'));
    cutter.mark({ timeUs: 0, voicedUs: 0, levelDb: -20, phraseEnd: 0 });
    for (let i = 0; i < 5000; i += 1) {
      cutter.packet({ rtp: new Uint8Array(60), timeUs: i * PACKET_US, restart: false });
    }
    assert.ok(cutter.held <= 1000, `${cutter.held} packets`);
  });
});
