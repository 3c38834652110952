/**
 * Thread entry: draws its share of a render's frames into shared memory. What a frame shows depends
 * on the poses alone, so the number of threads changes nothing. Owned by the draw pool.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { AppError } from '../core/errors.ts';
import { ModelShelf } from '../inference/model-shelf.ts';
import { isSilent } from '../inference/ensemble.ts';
import { loadPack } from '../inference/pack.ts';
import { CPU_COMPUTE } from '../inference/providers.ts';
import type { DiffusionChange } from '../protocol/diffusion.ts';
import { createPose } from '../protocol/pose.ts';
import { US_PER_SECOND } from '../core/time.ts';
import { parseColour } from '../render/i420.ts';
import { Cutout } from '../render/scene/cutout.ts';
import { plainLook } from '../render/scene/look.ts';
import { ScenePicture } from '../render/scene/scene-picture.ts';
import { Stage } from '../render/stage.ts';
import {
  behindBytes,
  pictureBytes,
  unpackPoses,
  type DrawData,
  type FromDraw,
  type ToDraw,
} from './draw-job.ts';

const data = workerData as DrawData;
const poses = data.cast.map(() => createPose());
const shelf = new ModelShelf();
const stage = openStage();
const size = { width: data.width, height: data.height };
const plain = plainLook(parseColour(data.background));
const picture = data.kind === 'i420' ? new ScenePicture(size, plain) : undefined;
let cutout: Cutout | undefined;
/** What was told since the last frame. */
let told: (ToDraw & { type: 'show' }) | undefined;
const bytes = pictureBytes(data);
const slots = Array.from(
  { length: data.slots },
  (_, slot) => new Uint8Array(data.pictures, slot * bytes, bytes),
);
const behind = behindBytes(data);
/** Frames are drawn one after the other: a body's picture is its own until the next one. */
let turn: Promise<void> = Promise.resolve();

parentPort!.on('message', (message: ToDraw) => {
  turn = turn.then(() => {
    if (message.type === 'frame') return take(message);
    if (message.type === 'show') told = message;
    if (message.type === 'style') return restyle(message.change);
    return message.type === 'stop' ? stop() : undefined;
  });
});

async function openStage(): Promise<Stage> {
  const packs = await Promise.all(data.cast.map(({ packDir }) => loadPack(packDir)));
  const { width, height, steps, compute = CPU_COMPUTE } = data;
  const cast = data.cast.map((member, i) => ({
    ...{ ...member, pack: packs[i]! },
    silent: isSilent(member, i),
  }));
  // Every core draws a frame of its own already; and the same frames come whatever the machine.
  const own = { ...compute, threads: 1 };
  return Stage.open(cast, { width, height, shelf, compute: own, steps, pace: 'offline' });
}

async function stop(): Promise<void> {
  const open = await stage.catch(() => undefined);
  open?.close();
  await shelf.close();
  parentPort!.close();
}

async function take(message: ToDraw & { type: 'frame' }): Promise<void> {
  const { frame, seconds, poses: floats, sound } = message;
  try {
    const open = await stage;
    // While it fades, it shows the poses of the frame before, as live.
    if (told) await show(open, told);
    told = undefined;
    unpackPoses(floats, poses);
    if (message.gestures) open.perform(message.gestures, seconds);
    if (frame % data.threads !== data.first) {
      open.follow(poses, seconds);
      return;
    }
    const slot = slots[Math.floor(frame / data.threads) % data.slots]!;
    const rgba = await open.draw(poses, seconds, sound);
    // Live, the last picture is shown again; a render has no such picture in it.
    const problem = open.health?.problem ?? '';
    if (problem !== '') throw new AppError('engine_failed', problem);
    if (picture) {
      picture.showVideo(videoOf(message, 'now'), videoOf(message, 'before'));
      picture.compose(rgba, seconds * US_PER_SECOND, slot);
    } else if (cutout) cutout.cut(rgba, slot);
    else slot.set(rgba);
    tell({ type: 'drawn', frame });
  } catch (error) {
    tell({ type: 'failed', error: error instanceof Error ? error : new Error(String(error)) });
  }
}

async function restyle(change: DiffusionChange): Promise<void> {
  try {
    (await stage).restyle(change);
  } catch {
    // The next frame fails with why there is no stage.
  }
}

/** In every thread at the same frame, so that all show the same whoever draws it. */
async function show(
  open: Stage,
  { look, fadeMs, seconds }: ToDraw & { type: 'show' },
): Promise<void> {
  const moves = open.wouldMove(look.standing);
  const fades = picture !== undefined && fadeMs > 0;
  const held = moves && fades ? (await open.draw(poses, seconds)).slice() : undefined;
  await open.rearrange(look.standing);
  if (moves) await open.draw(poses, seconds);
  if (picture) picture.show(look, { fadeMs, held, startUs: seconds * US_PER_SECOND });
  else cutout = new Cutout(size, look, data.parts ?? 'avatars');
}

function videoOf(
  { frame, videos }: ToDraw & { type: 'frame' },
  which: 'now' | 'before',
): Uint8Array | undefined {
  if (!videos[which]) return undefined;
  const slot = Math.floor(frame / data.threads) % data.slots;
  return new Uint8Array(data.behind, (slot * 2 + (which === 'now' ? 0 : 1)) * behind, behind);
}

function tell(message: FromDraw): void {
  parentPort!.postMessage(message);
}
