/**
 * How long a frame of each avatar takes, on one thread: pose to pixels and pixels to I420.
 *   node server/bench/draw.ts
 */
import { join } from 'node:path';
import { ARKIT } from '../protocol/arkit.ts';
import { IdleMotion } from '../motion/idle.ts';
import { createPose } from '../protocol/pose.ts';
import { ModelShelf } from '../inference/model-shelf.ts';
import { listPacks, loadAvatar } from '../inference/pack.ts';
import { I420 } from '../render/i420.ts';
import type { Body } from '../render/body.ts';
import { openBody } from '../render/open-body.ts';

export type DrawBench = {
  readonly avatar: string;
  readonly width: number;
  readonly height: number;
  readonly drawMs: { p50: number; p95: number; p99: number };
  /** Thread CPU time of drawing and conversion per frame: what counts on a busy machine. */
  readonly cpuMs: number;
  readonly i420Ms: { p50: number; p95: number; p99: number };
};

const SIZES = [[512, 512], [1280, 720]] as const; // prettier-ignore
const WARM_UP_FRAMES = 30;
const BACKGROUND = [24, 28, 36] as const;

/** Draws `frames` frames of idle speech per avatar and size. */
export async function benchDraw(avatarsDir: string, frames = 200): Promise<DrawBench[]> {
  const results: DrawBench[] = [];
  const shelf = new ModelShelf();
  for (const { name } of await listPacks(avatarsDir)) {
    const pack = await loadAvatar(avatarsDir, name);
    for (const [width, height] of SIZES) {
      const body = await openBody(pack, { width, height, shelf, pace: 'offline' });
      results.push({ avatar: name, width, height, ...(await measure(body, frames)) });
      body.close();
    }
  }
  await shelf.close();
  return results;
}

async function measure(
  body: Body,
  frames: number,
): Promise<Pick<DrawBench, 'drawMs' | 'i420Ms' | 'cpuMs'>> {
  const idle = new IdleMotion(1);
  const pose = createPose();
  const i420 = new I420(body.width, body.height, BACKGROUND);
  const frameBytes = new Uint8Array((body.width * body.height * 3) / 2);
  const drawMs: number[] = [];
  const i420Ms: number[] = [];
  let before = process.threadCpuUsage();
  for (let frame = 0; frame < WARM_UP_FRAMES + frames; frame += 1) {
    idle.update(frame * 0.04, { voice: 1, stress: frame % 20 < 3 ? 1 : 0 }, pose);
    pose.face[ARKIT.jawOpen] = 0.3 + 0.3 * Math.sin(frame);
    const start = performance.now();
    const rgba = await body.draw(pose, frame * 0.04);
    const drawn = performance.now();
    i420.convert(rgba, frameBytes);
    if (frame < WARM_UP_FRAMES) {
      before = process.threadCpuUsage();
      continue;
    }
    drawMs.push(drawn - start);
    i420Ms.push(performance.now() - drawn);
  }
  const used = process.threadCpuUsage(before);
  const cpuMs = Number(((used.user + used.system) / 1000 / frames).toFixed(2));
  return { drawMs: spread(drawMs), i420Ms: spread(i420Ms), cpuMs };
}

function spread(values: number[]): { p50: number; p95: number; p99: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    Number(
      (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(2),
    );
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

if (import.meta.main) {
  const results = await benchDraw(join(import.meta.dirname, '../../models/avatars'));
  for (const { avatar, width, height, drawMs, i420Ms, cpuMs } of results) {
    process.stdout.write(
      `${avatar} ${width}x${height}: draw ${drawMs.p50}/${drawMs.p95}/${drawMs.p99} ms, ` +
        `I420 ${i420Ms.p50}/${i420Ms.p95}/${i420Ms.p99} ms (p50/p95/p99), ` +
        `CPU ${cpuMs} ms a frame\n`,
    );
  }
}
