/**
 * `posecast bench render`: how fast a sound file becomes a 1280x720 video, beside the time ffmpeg
 * alone takes to encode as many frames: what no drawing could be faster than. Command line only.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { CastMember } from '../protocol/index.ts';
import { FfmpegProcess } from '../outputs/ffmpeg-process.ts';
import { renderCommand } from '../outputs/render-command.ts';
import { computeOf } from '../inference/providers.ts';
import { cpuSeconds } from './cpu-time.ts';
import { render, type RenderJob, type RenderResult } from '../studio/render.ts';
import { writeMicrophone } from './fake-microphone.ts';
import { benchBesideLive, type BesideLive } from './render-beside-live.ts';

export type RenderBench = BesideLive & {
  /** Seconds of video per second of work, by body. */
  readonly xRealTime: { readonly rig: number; readonly controlnet: number };
  /** Processor time of all its processes for a second of video, start included, by body. */
  readonly coreSeconds: { readonly rig: number; readonly controlnet: number };
  /** The same for ffmpeg alone, encoding grey frames of that number and size. */
  readonly floorXRealTime: number;
  readonly firstFrameMs: number;
  readonly peakRssMb: number;
  readonly seconds: number;
};

const WIDTH = 1280;
const HEIGHT = 720;
const FPS = 25;
/** Bursts of speech, a second each. */
const BURSTS = 24;
/** So much of it for the network, which takes ten times as long. */
const NETWORK_BURSTS = 6;
const AVATARS = { rig: 'mira', controlnet: 'nora' } as const;
/** Of a live session, once alone and once beside a batch. */
const LIVE_SECONDS = 8;

export async function benchRender(config: Config, signal: AbortSignal): Promise<RenderBench> {
  const folder = await mkdtemp(join(tmpdir(), 'posecast-bench-'));
  try {
    const audio = join(folder, 'voice.wav');
    await writeMicrophone(audio, config.sampleDir, BURSTS);
    const house = { ffmpeg: config.ffmpeg, lipsDir: join(config.modelsDir, 'lipsync'), signal };
    let peakRss = 0;
    const watched = {
      ...{ ...house, compute: computeOf(config) },
      onProgress: () => (peakRss = Math.max(peakRss, process.memoryUsage.rss())),
    };
    const rig = await timed(render(jobOf(config, AVATARS.rig, { audio, folder }), watched));
    const { seconds, workSeconds, firstFrameMs, frames } = rig;
    const peakRssMb = peakRss / 2 ** 20;
    const floor = join(folder, 'floor.mp4');
    const encoder = renderCommand({
      ...{ ...SIZE, format: 'mp4', sound: { path: audio }, seconds, target: floor },
    });
    const floorSeconds = await encodeGrey(encoder, config.ffmpeg, frames);
    signal.throwIfAborted();
    const short = join(folder, 'short.wav');
    await writeMicrophone(short, config.sampleDir, NETWORK_BURSTS);
    const job = jobOf(config, AVATARS.controlnet, { audio: short, folder });
    const network = await timed(render(job, watched));
    const beside = await benchBesideLive(config, audio, LIVE_SECONDS);
    return {
      xRealTime: { rig: seconds / workSeconds, controlnet: network.seconds / network.workSeconds },
      coreSeconds: { rig: rig.cpu / seconds, controlnet: network.cpu / network.seconds },
      floorXRealTime: seconds / floorSeconds,
      ...{ firstFrameMs, peakRssMb, seconds, ...beside },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const SIZE = { width: WIDTH, height: HEIGHT, fps: FPS } as const;

function jobOf(
  { modelsDir }: Config,
  avatar: string,
  { audio, folder }: { readonly audio: string; readonly folder: string },
): RenderJob {
  const packDir = join(modelsDir, 'avatars', avatar);
  return {
    ...{ ...SIZE, audio, target: join(folder, `${avatar}.mp4`), background: '#e4e0d6', seed: 1 },
    ...{ cues: [], cast: [{ ...CastMember.parse({ avatar }), packDir }] },
  };
}

async function timed(work: Promise<RenderResult>): Promise<RenderResult & { cpu: number }> {
  const before = cpuSeconds();
  const result = await work;
  return { ...result, cpu: cpuSeconds() - before };
}

/** Seconds for the encoder alone. */
async function encodeGrey(encoder: string[], command: string, frames: number): Promise<number> {
  const started = performance.now();
  await using ffmpeg = await FfmpegProcess.open(encoder, command);
  ffmpeg.stdout.resume();
  const grey = Buffer.alloc((WIDTH * HEIGHT * 3) / 2, 128);
  for (let frame = 0; frame < frames; frame += 1) {
    await new Promise<void>((resolve) => ffmpeg.stdin.write(grey, () => resolve()));
  }
  await ffmpeg.finish(60_000);
  return (performance.now() - started) / 1000;
}

export function formatRender(report: RenderBench): string {
  const { xRealTime, coreSeconds, floorXRealTime, firstFrameMs, peakRssMb, seconds } = report;
  const { liveLateFramesWhileBatching: late, liveFramesWhileBatching: of } = report;
  return [
    `${seconds.toFixed(1)} s of speech as ${WIDTH}x${HEIGHT} at ${FPS} frames a second:`,
    `  rig           ${xRealTime.rig.toFixed(2)} times real time, ${coreSeconds.rig.toFixed(2)} s of a core a second`,
    `  Nora          ${xRealTime.controlnet.toFixed(2)} times real time, ${coreSeconds.controlnet.toFixed(2)} s of a core a second (ControlNet)`,
    `  encoder alone ${floorXRealTime.toFixed(2)} times real time`,
    `  first frame   ${Math.round(firstFrameMs)} ms, at most ${Math.round(peakRssMb)} MB`,
    `  live session beside a batch: ${late} of ${of} frames late (${report.liveLateFramesAlone} without)`,
  ].join('\n');
}
