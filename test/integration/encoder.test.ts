/** Real ffmpeg: pictures in Matroska to H.264 in FLV, and H.264 with PCM to a file. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { FfmpegProcess } from '../../server/outputs/ffmpeg-process.ts';
import { encoderCommand, muxCommand } from '../../server/outputs/encoder-command.ts';
import { probe } from '../../server/outputs/probe.ts';
import { FlvDemuxer, type FlvVideoTag } from '../../server/outputs/flv.ts';
import { nalType, NAL_IDR } from '../../server/outputs/h264.ts';
import { blockHeader, matroskaHeader, TICKS_PER_MS } from '../../server/outputs/matroska.ts';

const WIDTH = 320;
const HEIGHT = 256;
const FPS = 25;
const FRAME_TICKS = (1000 / FPS) * TICKS_PER_MS;

type Frame = Extract<FlvVideoTag, { kind: 'frame' }>;
type Config = Extract<FlvVideoTag, { kind: 'config' }>;

/** An encoder that takes a picture and gives its frame, and fails when it would wait for more. */
class Encoder implements AsyncDisposable {
  readonly #process: FfmpegProcess;
  readonly frames: Frame[] = [];
  config: Config | undefined;
  #arrived = Promise.withResolvers<void>();

  constructor(process: FfmpegProcess) {
    this.#process = process;
    const demuxer = new FlvDemuxer((tag) => {
      if (tag.kind === 'config') this.config = tag;
      else this.frames.push(structuredClone(tag));
      if (tag.kind === 'frame') this.#arrived.resolve();
    });
    process.stdout.on('data', (chunk: Buffer) => demuxer.push(chunk));
    process.stdin.write(matroskaHeader([{ kind: 'i420', width: WIDTH, height: HEIGHT, fps: FPS }]));
  }

  static async open(): Promise<Encoder> {
    const args = encoderCommand({
      width: WIDTH,
      height: HEIGHT,
      fps: FPS,
      bitrateKbps: 600,
      encoder: 'libx264',
    });
    return new Encoder(await FfmpegProcess.open(args));
  }

  async encode(ticks: number, picture: Uint8Array): Promise<Frame> {
    this.#arrived = Promise.withResolvers();
    this.#process.stdin.write(
      blockHeader({ track: 0, ticks, keyframe: true, payloadBytes: picture.length }),
    );
    this.#process.stdin.write(picture);
    const gone = this.#process.exited.then((exit) => {
      assert.fail(`ffmpeg ended: ${JSON.stringify(exit)} ${this.#process.stderrTail.join('\n')}`);
    });
    await Promise.race([this.#arrived.promise, gone]);
    return this.frames.at(-1)!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.close();
  }
}

function picture(index: number): Uint8Array {
  const bytes = new Uint8Array((WIDTH * HEIGHT * 3) / 2).fill(128);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      bytes[y * WIDTH + x] = 40 + (((x + 3 * index) ^ (y + index)) & 127);
    }
  }
  return bytes;
}

/** Encodes `count` frames one by one; those in `marked` ask for a key frame. */
async function encodeFrames(
  count: number,
  marked: ReadonlySet<number>,
  startTicks = 0,
): Promise<Encoder> {
  const encoder = await Encoder.open();
  for (let i = 0; i < count; i++) {
    await encoder.encode(startTicks + i * FRAME_TICKS + (marked.has(i) ? 1 : 0), picture(i));
  }
  return encoder;
}

test(
  'every picture gives its frame before the next one is written, key frames where asked',
  { timeout: 60_000 },
  async () => {
    await using encoder = await encodeFrames(70, new Set([7, 20, 21, 60]), 90_000 * FRAME_TICKS);

    const { frames } = encoder;
    assert.equal(frames.length, 70);
    assert.deepEqual(
      frames.map(({ timestampMs }) => timestampMs),
      Array.from({ length: 70 }, (_, i) => 3_600_000 + i * 40),
    );
    const keys = frames.flatMap(({ keyframe }, i) => (keyframe ? [i] : []));
    assert.deepEqual(keys, [0, 7, 20, 21, 46, 60]);
    for (const { nalus, keyframe, compositionMs } of frames) {
      assert.equal(
        nalus.some((unit) => nalType(unit) === NAL_IDR),
        keyframe,
      );
      assert.equal(compositionMs, 0);
    }
    assert.equal(encoder.config?.config.profile, 66);
    assert.equal(encoder.config?.config.level, 31);
    const bits = frames.reduce((sum, { data }) => sum + 8 * data.length, 0);
    const kbps = bits / 1000 / (frames.length / FPS);
    assert.ok(kbps > 300 && kbps < 900, `rate control keeps to 600 kb/s, not ${kbps}`);
  },
);

test(
  'copied pictures and PCM give a file with H.264 and AAC in step',
  { timeout: 60_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'posecast-mux-'));
    try {
      await using encoder = await encodeFrames(75, new Set());
      const path = join(folder, 'a file.flv');
      await mux(path, encoder);

      const report = await probe(path);

      const video = report.streams.find(({ codec_type }) => codec_type === 'video');
      const audio = report.streams.find(({ codec_type }) => codec_type === 'audio');
      assert.equal(video?.codec_name, 'h264');
      assert.equal(video.width, WIDTH);
      assert.equal(video.color_space, 'bt709');
      assert.equal(video.color_range, 'tv');
      assert.equal(audio?.codec_name, 'aac');
      assert.equal(audio.sample_rate, 48_000);
      assert.ok(Math.abs(report.format.duration! - 3) < 0.1, `${report.format.duration} s long`);
      const apart = Math.abs(video.start_time! - audio.start_time!);
      assert.ok(apart < 0.05, `picture and sound start ${apart} s apart`);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
);

async function mux(path: string, encoder: Encoder): Promise<void> {
  const args = muxCommand({ target: { kind: 'file', path }, audioBitrateKbps: 96 });
  await using muxer = await FfmpegProcess.open(args);
  const { avcC } = encoder.config!;
  muxer.stdout.resume();
  muxer.stdin.write(
    matroskaHeader([
      { kind: 'h264', width: WIDTH, height: HEIGHT, fps: FPS, avcC },
      { kind: 'pcm16', rateHz: 48_000 },
    ]),
  );
  const pcm = new Uint8Array(2 * 1920);
  for (const frame of encoder.frames) {
    const ticks = frame.timestampMs * TICKS_PER_MS;
    const { data, keyframe } = frame;
    muxer.stdin.write(blockHeader({ track: 0, ticks, keyframe, payloadBytes: data.length }));
    muxer.stdin.write(data);
    muxer.stdin.write(blockHeader({ track: 1, ticks, keyframe: true, payloadBytes: pcm.length }));
    muxer.stdin.write(pcm);
  }
  const exit = await muxer.finish();
  assert.deepEqual(exit, { code: 0, signal: null }, muxer.stderrTail.join('\n'));
}
