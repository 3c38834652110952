/** A take through the live engine and through a render: the same frames, byte for byte. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createMeta, RingReader, RingWriter } from '../../server/core/slot-ring.ts';
import { nowUs } from '../../server/core/time.ts';
import { EngineSession } from '../../server/inference/engine-session.ts';
import { probe } from '../../server/outputs/ffmpeg.ts';
import type { SessionId } from '../../server/protocol/ids.ts';
import { CastMember } from '../../server/protocol/session.ts';
import { PoseWriter } from '../../server/session/pose-ring.ts';
import { Control, createWires, type Wires } from '../../server/session/wires.ts';
import { LipModel } from '../../server/speech/lip-sync.ts';
import { DrawPool } from '../../server/studio/draw-pool.ts';
import { render } from '../../server/studio/render.ts';
import { TakeFile } from '../../server/studio/take/take-file.ts';
import type { TakeRecord } from '../../server/studio/take/take-records.ts';
import { GUARD_US, TakeInput } from '../../server/studio/take/take-input.ts';
import { VirtualSession } from '../../server/studio/virtual-session.ts';
import { recordTake } from '../support/take.ts';

const ROOT = join(import.meta.dirname, '../..');
const LIPS = join(ROOT, 'models/lipsync');
const SIDE = 128;
const SECONDS = 1.6;
const FRAMES = SECONDS * 25;
const BACKGROUND = '#203040';
const MOUTH_US = 20_000;
const cast = [
  { ...CastMember.parse({ avatar: 'mira' }), packDir: join(ROOT, 'models/avatars/mira') },
];
const size = { width: SIDE, height: SIDE };
let folder = '';
let path = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'posecast-take-'));
  path = join(folder, 'a.ptake');
  await recordTake(path, SECONDS);
});
after(() => rm(folder, { recursive: true, force: true }));

/** Gives the live engine's session, frame by frame, what it would have by then. */
class Feed {
  readonly #wires: Wires;
  readonly #packets: RingWriter;
  readonly #poses: PoseWriter;
  readonly #meta = createMeta();
  #waiting: TakeRecord[] = [];

  constructor(wires: Wires, records: TakeRecord[]) {
    this.#wires = wires;
    this.#packets = new RingWriter(wires.packets);
    this.#poses = new PoseWriter(wires.poses);
    this.#waiting = records;
  }

  until(neededUs: number, session: EngineSession): void {
    this.#waiting = this.#waiting.filter((record) => {
      const dueUs = record.type === 'packet' ? record.timeUs : record.arrivalUs - GUARD_US - 1;
      if (dueUs >= neededUs) return true;
      this.#give(record, session);
      return false;
    });
  }

  #give(record: TakeRecord, session: EngineSession): void {
    if (record.type === 'packet') {
      const meta = { timeUs: record.timeUs, sourceUs: 0, flags: record.flags };
      Object.assign(this.#meta, meta, { bytes: record.rtp.length });
      this.#packets.push(record.rtp, this.#meta);
    } else if (record.type === 'pose') {
      const { source, timeUs, arrivalUs } = record;
      this.#poses.write(record.pose, { source, timeUs, arrivalUs });
    } else if (record.type === 'tier') {
      new Control(this.#wires.control).tier = record.tier;
    } else if (record.type === 'play') {
      session.command({ type: 'play', script: record.script, avatar: record.avatar });
    } else session.command({ type: 'stop', script: record.script });
  }
}

type Live = { readonly frames: Buffer[]; readonly startUs: number };

/** The take as it would be had it begun later: a live session's clock does not begin at 0. */
function shifted(take: TakeFile, byUs: number): Pick<TakeFile, 'records'> {
  return {
    records: async function* () {
      for await (const record of take.records()) {
        const arrivalUs = record.arrivalUs + byUs;
        if (!('timeUs' in record)) yield { ...record, arrivalUs };
        else yield { ...record, arrivalUs, timeUs: record.timeUs + byUs };
      }
    },
  };
}

/** Frames of the live engine's session, with a clock on which nothing is ever late. */
async function liveFrames(lips: LipModel, take: TakeFile): Promise<Live> {
  const wires = createWires(SIDE, SIDE);
  const control = new Control(wires.control);
  control.offsetUs = nowUs();
  const options = { id: 's' as SessionId, cast, ...size, background: BACKGROUND, seed: 5, wires };
  const session = await EngineSession.open(options, { lips, tell: () => undefined });
  const aheadUs = MOUTH_US + lips.lookaheadMs * 1000;
  const startUs = session.dueUs() - control.offsetUs - aheadUs;
  const records: TakeRecord[] = [];
  for await (const record of shifted(take, startUs).records()) records.push(record);
  const feed = new Feed(wires, records);
  const reader = new RingReader(wires.frames);
  const frame = Buffer.alloc((SIDE * SIDE * 3) / 2);
  const frames: Buffer[] = [];
  for (let i = 0; i < FRAMES; i += 1) {
    feed.until(startUs + i * 40_000 + aheadUs, session);
    control.offsetUs = nowUs() + 10_000_000;
    await session.hear();
    await session.tick();
    assert.ok(reader.read(frame, createMeta()));
    frames.push(Buffer.from(frame));
  }
  session.close();
  return { frames, startUs };
}

async function offlineFrames(lips: LipModel, take: TakeFile, startUs: number): Promise<Buffer[]> {
  const input = new TakeInput(shifted(take, startUs));
  const session = await VirtualSession.open({ cast, ...size, seed: 5, lips, input, cues: [] });
  const pool = new DrawPool({ cast, ...size, kind: 'i420', background: BACKGROUND }, 2);
  const frames: Buffer[] = [];
  for (let i = 0; i < FRAMES; i += 1) {
    const timeUs = startUs + i * 40_000;
    pool.push(await session.pose(timeUs), timeUs / 1e6);
    frames.push(Buffer.from(await pool.take()));
  }
  session.close();
  await input[Symbol.asyncDispose]();
  await pool.close();
  return frames;
}

test('the live engine and a render draw the same frames from the same take', async () => {
  const lips = await LipModel.open(LIPS);
  const take = await TakeFile.open(path);
  const { frames: live, startUs } = await liveFrames(lips, take);
  const offline = await offlineFrames(lips, take, startUs);
  const different = live.flatMap((frame, i) => (frame.equals(offline[i]!) ? [] : [i]));
  assert.deepEqual(different, [], 'frames that differ');
  assert.ok(!live[0]!.equals(live[20]!), 'something moves');
  await lips.close();
});

function run(audio: string, target: string) {
  return render(
    {
      ...{ audio, cast, ...size, target: join(folder, target), fps: 50, background: BACKGROUND },
      ...{ seed: 5, cues: [] },
    },
    {
      ...{ ffmpeg: 'ffmpeg', lipsDir: LIPS, threads: 1 },
      ...{ signal: new AbortController().signal, onProgress: () => undefined },
    },
  );
}

test('a take becomes a video at another frame rate, a cut one as far as it goes', async () => {
  const whole = await run(path, 'whole.mp4');
  assert.equal(whole.frames, SECONDS * 50);
  assert.equal(whole.damage, '');
  const { streams } = await probe(whole.target);
  const sound = streams.find((stream) => stream.codec_type === 'audio');
  assert.ok(Math.abs(sound!.duration! - SECONDS) < 0.03);
  const bytes = (await readFile(path)).length;
  await truncate(path, Math.round(bytes * 0.9));
  const cut = await run(path, 'cut.mp4');
  assert.ok(cut.frames > 10 && cut.frames < whole.frames);
  assert.match(cut.damage, /cut off/);
});
