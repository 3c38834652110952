/** A take through the live engine and through a render: the same frames, byte for byte. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createMeta, RingReader, RingWriter } from '../../server/core/slot-ring.ts';
import { nowUs } from '../../server/core/time.ts';
import { ModelShelf } from '../../server/inference/model-shelf.ts';
import { EngineSession } from '../../server/inference/engine-session.ts';
import { probe } from '../../server/outputs/probe.ts';
import type { SessionId } from '../../server/protocol/ids.ts';
import { Scene } from '../../server/protocol/scene.ts';
import { CastMember } from '../../server/protocol/session.ts';
import { Baker } from '../../server/scenes/baker.ts';
import { LookMaker, type KeptAssets } from '../../server/scenes/look-maker.ts';
import { PoseWriter } from '../../server/session/pose-ring.ts';
import { Control, createWires, SOUND_RING, type Wires } from '../../server/session/wires.ts';
import { LipModel } from '../../server/speech/lip-sync.ts';
import { writeTakeSound } from '../../server/studio/take/take-sound.ts';
import { DrawPool } from '../../server/studio/draw-pool.ts';
import { render } from '../../server/studio/render.ts';
import { SceneTrack, type RenderScenes, type SceneCue } from '../../server/studio/scene-track.ts';
import { TakeFile } from '../../server/studio/take/take-file.ts';
import type { TakeRecord } from '../../server/studio/take/take-records.ts';
import { TakeInput } from '../../server/studio/take/take-input.ts';
import { GUARD_US, VirtualSession } from '../../server/studio/virtual-session.ts';
import { recordDance, recordTake } from '../support/take.ts';

const ROOT = join(import.meta.dirname, '../..');
const LIPS = join(ROOT, 'models/lipsync');
const SIDE = 128;
const SECONDS = 1.6;
const FRAMES = SECONDS * 25;
/** The beat is known after three. */
const DANCE_SECONDS = 8;
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
  readonly #music: RingWriter;
  readonly #poses: PoseWriter;
  readonly #meta = createMeta();
  readonly #maker: LookMaker;
  #waiting: TakeRecord[] = [];

  constructor(wires: Wires, records: TakeRecord[], maker: LookMaker) {
    this.#wires = wires;
    this.#maker = maker;
    this.#packets = new RingWriter(wires.packets);
    this.#music = new RingWriter(wires.music);
    this.#poses = new PoseWriter(wires.poses);
    this.#waiting = records;
  }

  async until(neededUs: number, session: EngineSession): Promise<void> {
    const isDue = (record: TakeRecord): boolean =>
      (record.type === 'packet' ? record.timeUs : record.arrivalUs - GUARD_US - 1) < neededUs;
    for (const record of this.#waiting.filter(isDue)) await this.#give(record, session);
    this.#waiting = this.#waiting.filter((record) => !isDue(record));
  }

  async #give(record: TakeRecord, session: EngineSession): Promise<void> {
    if (record.type === 'packet' || record.type === 'music') {
      const meta = { timeUs: record.timeUs, sourceUs: 0, flags: record.flags };
      Object.assign(this.#meta, meta, { bytes: record.rtp.length });
      const ring = record.type === 'music' ? this.#music : this.#packets;
      ring.push(record.rtp, this.#meta);
    } else if (record.type === 'pose') {
      const { source, timeUs, arrivalUs } = record;
      this.#poses.write(record.pose, { source, timeUs, arrivalUs });
    } else if (record.type === 'tier') {
      new Control(this.#wires.control).tier = record.tier;
    } else if (record.type === 'tempo') {
      session.setTempo(record.tempo);
    } else if (record.type === 'play') {
      session.command({ type: 'play', script: record.script, avatar: record.avatar });
    } else if (record.type === 'style') {
      session.restyle(record.style);
    } else if (record.type === 'scene') {
      const { scene, slide, fadeMs } = record;
      const made = scene && (await this.#maker.make({ scene, slide, ...size, moving: false }));
      await session.show({ look: made?.look, fadeMs });
    } else session.command({ type: 'stop', script: record.script });
  }
}

/** `sound`: 16-bit samples, 48 kHz. */
type Live = { readonly frames: Buffer[]; readonly sound: Buffer; readonly startUs: number };
type Take = Pick<TakeFile, 'records'>;

/** The take as it would be had it begun later: a live session's clock does not begin at 0. */
function shifted(take: Take, byUs: number): Pick<TakeFile, 'records'> {
  return {
    records: async function* () {
      for await (const record of take.records()) {
        const arrivalUs = record.arrivalUs + byUs;
        if (record.type === 'tempo' && record.tempo) {
          const { bpm, beatUs } = record.tempo;
          yield { ...record, arrivalUs, tempo: { bpm, beatUs: beatUs + byUs } };
        } else if (!('timeUs' in record)) yield { ...record, arrivalUs };
        else yield { ...record, arrivalUs, timeUs: record.timeUs + byUs };
      }
    },
  };
}

/** Frames of the live engine's session, with a clock on which nothing is ever late. */
async function liveFrames(lips: LipModel, take: Take, count = FRAMES): Promise<Live> {
  const wires = createWires(SIDE, SIDE);
  const control = new Control(wires.control);
  control.offsetUs = nowUs();
  const options = { id: 's' as SessionId, cast, ...size, background: BACKGROUND, seed: 5, wires };
  const session = await EngineSession.open(options, {
    ...{ lips, shelf: new ModelShelf() },
    tell: () => undefined,
  });
  const aheadUs = MOUTH_US + lips.lookaheadMs * 1000;
  const startUs = session.dueUs() - control.offsetUs - aheadUs;
  const records: TakeRecord[] = [];
  for await (const record of shifted(take, startUs).records()) records.push(record);
  await using baker = new Bakery();
  const feed = new Feed(wires, records, baker.maker);
  const reader = new RingReader(wires.frames);
  const frame = Buffer.alloc((SIDE * SIDE * 3) / 2);
  const sounds = new RingReader(wires.sound);
  const sound = Buffer.alloc(count * SOUND_RING.slotBytes);
  const frames: Buffer[] = [];
  for (let i = 0; i < count; i += 1) {
    await feed.until(startUs + i * 40_000 + aheadUs, session);
    control.offsetUs = nowUs() + 10_000_000;
    await session.hear();
    await session.tick();
    assert.ok(reader.read(frame, createMeta()));
    frames.push(Buffer.from(frame));
    const place = i * SOUND_RING.slotBytes;
    assert.ok(sounds.read(sound.subarray(place, place + SOUND_RING.slotBytes), createMeta()));
  }
  session.close();
  return { frames, sound, startUs };
}

const trackOptions = { ...size, fps: 25, background: BACKGROUND, ffmpeg: 'ffmpeg' };

/** Scenes without files. */
const NO_ASSETS: KeptAssets = {
  get: () => assert.fail('no file is asked for'),
  path: () => assert.fail('no file is asked for'),
};

class Bakery implements AsyncDisposable {
  readonly #baker = new Baker();
  readonly maker = new LookMaker({ assets: NO_ASSETS, baker: this.#baker, ffmpeg: 'ffmpeg' });

  [Symbol.asyncDispose](): Promise<void> {
    return this.#baker.close();
  }
}

async function scenesOf(take: Take): Promise<RenderScenes> {
  const cues: SceneCue[] = [];
  for await (const record of take.records()) {
    if (record.type !== 'scene') continue;
    const { scene, slide, fadeMs, arrivalUs } = record;
    cues.push({ seconds: arrivalUs / 1e6, scene, slide, fadeMs, clock: 'arrival' });
  }
  const close = (): Promise<void> => Promise.resolve();
  return { cues, assets: NO_ASSETS, parts: 'avatars', folder, close };
}

async function offlineFrames(
  lips: LipModel,
  take: Take,
  { startUs, count = FRAMES }: { readonly startUs: number; readonly count?: number },
): Promise<Buffer[]> {
  const input = new TakeInput(shifted(take, startUs));
  const session = await VirtualSession.open({ cast, ...size, seed: 5, lips, input, cues: [] });
  const pool = new DrawPool({ cast, ...size, kind: 'i420', background: BACKGROUND }, 2);
  await using track = new SceneTrack(await scenesOf(shifted(take, startUs)), trackOptions);
  const frames: Buffer[] = [];
  for (let i = 0; i < count; i += 1) {
    const timeUs = startUs + i * 40_000;
    const seconds = timeUs / 1e6;
    const look = await track.advance(
      { seconds, knownSeconds: session.knownUs(timeUs) / 1e6 },
      pool,
    );
    if (look) await session.rearrange(look.standing);
    pool.push(await session.pose(timeUs), seconds);
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
  const offline = await offlineFrames(lips, take, { startUs });
  const different = live.flatMap((frame, i) => (frame.equals(offline[i]!) ? [] : [i]));
  assert.deepEqual(different, [], 'frames that differ');
  assert.ok(!live[0]!.equals(live[20]!), 'something moves');
  await lips.close();
});

test('scenes of a take come in the same frame live and offline, and fade and move alike', async () => {
  const stage = Scene.parse({
    ...{ title: 'Stage', colour: '#335500', avatars: [{ x: 0.7, scale: 0.8 }] },
    overlays: [{ kind: 'text', text: 'Hi', box: { x: 0, y: 0, width: 0.5, height: 0.2 } }],
  });
  const file = await TakeFile.open(path);
  const shown = [
    { type: 'scene', arrivalUs: 400_000, scene: stage, slide: 0, fadeMs: 300 },
    { type: 'scene', arrivalUs: 1_000_000, scene: undefined, slide: 0, fadeMs: 0 },
  ] as const;
  const take: Take = {
    records: async function* () {
      const left = [...shown];
      for await (const record of file.records()) {
        while (left[0] && left[0].arrivalUs < record.arrivalUs) yield left.shift()!;
        yield record;
      }
    },
  };
  const lips = await LipModel.open(LIPS);
  const { frames: live, startUs } = await liveFrames(lips, take);
  const offline = await offlineFrames(lips, take, { startUs });
  const different = live.flatMap((frame, i) => (frame.equals(offline[i]!) ? [] : [i]));
  assert.deepEqual(different, [], 'frames that differ');
  const ground = (frame: number): number => live[frame]![SIDE * SIDE - 1]!;
  assert.deepEqual([ground(5) === ground(20), ground(5) === ground(35)], [false, true]);
  await lips.close();
});

test('with music and a tempo: the same steps, the same sound', async () => {
  const lips = await LipModel.open(LIPS);
  const dance = join(folder, 'dance.ptake');
  await recordDance(dance, DANCE_SECONDS);
  const take = await TakeFile.open(dance);
  const count = DANCE_SECONDS * 25;
  const { frames: live, sound, startUs } = await liveFrames(lips, take, count);
  const offline = await offlineFrames(lips, take, { startUs, count });
  const different = live.flatMap((frame, i) => (frame.equals(offline[i]!) ? [] : [i]));
  assert.deepEqual(different, [], 'frames that differ');

  const without = (type: TakeRecord['type']): Take => ({
    records: async function* () {
      for await (const record of take.records()) if (record.type !== type) yield record;
    },
  });
  const deaf = await offlineFrames(lips, without('music'), { startUs, count });
  const byBeat = live.findIndex((frame, i) => !frame.equals(deaf[i]!));
  assert.ok(byBeat > 0 && byBeat < 0.75 * count, `the music leads the steps, from ${byBeat}`);
  const untold = await offlineFrames(lips, without('tempo'), { startUs, count });
  const byHand = live.findIndex((frame, i) => !frame.equals(untold[i]!));
  assert.ok(byHand > 0.78 * count, `then the hand, from ${byHand}`);

  const wav = join(folder, 'dance.wav');
  const signal = new AbortController().signal;
  await writeTakeSound(take, wav, { seconds: DANCE_SECONDS, signal });
  const body = (await readFile(wav)).subarray(44);
  assert.equal(body.length, sound.length);
  let most = 0;
  for (let i = 0; i < body.length; i += 2) {
    most = Math.max(most, Math.abs(body.readInt16LE(i) - sound.readInt16LE(i)));
  }
  assert.ok(most <= 2, `live and offline sound differ by up to ${most} of 32,768`);
  await lips.close();
});

function run(audio: string, target: string, noise: 'kept' | 'reduced' = 'kept') {
  return render(
    {
      ...{ audio, cast, ...size, target: join(folder, target), fps: 50, background: BACKGROUND },
      ...{ seed: 5, cues: [], noise },
    },
    {
      ...{ ffmpeg: 'ffmpeg', lipsDir: LIPS, threads: 1 },
      ...{ signal: new AbortController().signal, onProgress: () => undefined },
    },
  );
}

test('of a take without its noise, the picture stays and the sound keeps its length', async () => {
  const kept = await run(path, 'noisy.mov');
  const clean = await run(path, 'clean.mov', 'reduced');
  const read = (file: string, stream: string): Buffer => {
    const format = stream === 'v' ? ['-f', 'rawvideo'] : ['-f', 's16le'];
    const args = ['-v', 'error', '-i', file, '-map', `0:${stream}`, ...format, '-'];
    return execFileSync('ffmpeg', args, { maxBuffer: 1e9 });
  };
  assert.ok(read(kept.target, 'v').equals(read(clean.target, 'v')));
  const [before, after] = [read(kept.target, 'a'), read(clean.target, 'a')];
  assert.equal(after.length, before.length);
  assert.ok(!after.equals(before), 'the sound is another');
});

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
