/**
 * What a LUT of 33 a side costs on 1280x720, on one core: over a drawn host, whose clear pixels are
 * passed over, and over a picture that is opaque and different everywhere, the worst there is.
 *   node server/bench/lut.ts
 */
import { join } from 'node:path';
import { loadAvatar } from '../inference/pack.ts';
import { createPose } from '../protocol/pose.ts';
import { seededRandom } from '../motion/random.ts';
import { RigBody } from '../render/rig/rig-body.ts';
import { IdleMotion } from '../motion/idle.ts';
import { Kernel, type Grade } from '../render/scene/kernel.ts';
import type { CubeLut } from '../render/scene/cube-file.ts';
import { lutTables, type LutMethod } from '../render/scene/lut-tables.ts';

export type LutBench = {
  readonly method: LutMethod;
  /** Thread CPU time a frame. */
  readonly avatarMs: number;
  readonly opaqueMs: number;
};

const [WIDTH, HEIGHT] = [1280, 720] as const;
const LATTICE = 33;
const WARM_UP_FRAMES = 10;

/** The system counts CPU time in steps of milliseconds: the sum over `frames` frames tells. */
export async function benchLut(avatarsDir: string, frames = 200): Promise<LutBench[]> {
  const avatar = await avatarFrames(avatarsDir);
  const opaque = [0, 1, 2].map(photograph);
  return (['tetrahedral', 'trilinear'] as const).map((method) => {
    const kernel = new Kernel();
    const grade = kernel.keepLut(lutTables(film(), { method, strength: 1 }));
    return {
      method,
      avatarMs: measure(kernel, grade, avatar, frames),
      opaqueMs: measure(kernel, grade, opaque, frames),
    };
  });
}

/** The picture comes anew for each frame, outside of what is measured. */
function measure(
  kernel: Kernel,
  grade: Grade,
  rgba: readonly Uint8Array[],
  frames: number,
): number {
  const picture = kernel.reserve(WIDTH * HEIGHT * 4);
  let usedUs = 0;
  for (let frame = 0; frame < WARM_UP_FRAMES + frames; frame += 1) {
    kernel.view(picture).set(rgba[frame % rgba.length]!);
    const before = process.threadCpuUsage();
    kernel.grade(picture, grade);
    const { user, system } = process.threadCpuUsage(before);
    if (frame >= WARM_UP_FRAMES) usedUs += user + system;
  }
  return Math.round(usedUs / frames) / 1000;
}

async function avatarFrames(avatarsDir: string): Promise<Uint8Array[]> {
  const body = RigBody.open(await loadAvatar(avatarsDir, 'mira'), { width: WIDTH, height: HEIGHT });
  const pose = createPose();
  const idle = new IdleMotion(1);
  const frames = [1, 2, 3].map((seconds) => {
    idle.update(seconds, { voice: 1, stress: 0 }, pose);
    return body.draw(pose, seconds).slice();
  });
  body.close();
  return frames;
}

/** Slow gradients with the noise of a sensor on them, another noise for each seed. */
function photograph(seed: number): Uint8Array {
  const random = seededRandom(seed);
  const rgba = new Uint8Array(WIDTH * HEIGHT * 4);
  for (let i = 0; i < rgba.length; i += 4) {
    const [x, y] = [(i / 4) % WIDTH, Math.floor(i / 4 / WIDTH)];
    rgba[i] = 255 * (0.5 + 0.45 * Math.sin(x / 200)) + random() * 8;
    rgba[i + 1] = 255 * (0.5 + 0.45 * Math.sin(y / 150 + x / 700)) + random() * 8;
    rgba[i + 2] = 255 * (0.5 + 0.45 * Math.cos((x + y) / 300)) + random() * 8;
    rgba[i + 3] = 255;
  }
  return rgba;
}

/** Warm lights, cool shadows. */
function film(): CubeLut {
  const values = new Float32Array(LATTICE ** 3 * 3);
  for (let i = 0; i < values.length / 3; i += 1) {
    const r = (i % LATTICE) / (LATTICE - 1);
    const g = (Math.floor(i / LATTICE) % LATTICE) / (LATTICE - 1);
    const b = Math.floor(i / LATTICE ** 2) / (LATTICE - 1);
    const light = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    values.set([r + 0.06 * light, g ** 1.05, b + 0.08 * (0.5 - light)], i * 3);
  }
  const cube = { size: LATTICE, min: [0, 0, 0], max: [1, 1, 1], values } as const;
  return { title: 'Film', curve: undefined, cube };
}

if (import.meta.main) {
  const results = await benchLut(join(import.meta.dirname, '../../models/avatars'));
  for (const { method, avatarMs, opaqueMs } of results) {
    process.stdout.write(`${method}: avatar ${avatarMs} ms, opaque ${opaqueMs} ms a frame\n`);
  }
}
