/**
 * Thread entry: draws its share of a render's frames into shared memory. What a frame shows depends
 * on the poses alone, so the number of threads changes nothing. Owned by the draw pool.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { ModelShelf } from '../inference/model-shelf.ts';
import { isSilent } from '../inference/ensemble.ts';
import { loadPack } from '../inference/pack.ts';
import { createPose } from '../protocol/pose.ts';
import { I420, parseColour } from '../render/i420.ts';
import { Stage } from '../render/stage.ts';
import {
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
const i420 =
  data.kind === 'i420'
    ? new I420(data.width, data.height, parseColour(data.background))
    : undefined;
const bytes = pictureBytes(data);
const slots = Array.from(
  { length: data.slots },
  (_, slot) => new Uint8Array(data.pictures, slot * bytes, bytes),
);
/** Frames are drawn one after the other: a body's picture is its own until the next one. */
let turn: Promise<void> = Promise.resolve();

parentPort!.on('message', (message: ToDraw) => {
  turn = turn.then(() => (message.type === 'stop' ? stop() : take(message)));
});

async function openStage(): Promise<Stage> {
  const packs = await Promise.all(data.cast.map(({ packDir }) => loadPack(packDir)));
  const { width, height } = data;
  const cast = data.cast.map((member, i) => ({
    ...{ ...member, pack: packs[i]! },
    silent: isSilent(member, i),
  }));
  return Stage.open(cast, { width, height, shelf });
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
    unpackPoses(floats, poses);
    if (frame % data.threads !== data.first) {
      open.follow(poses, seconds);
      return;
    }
    const slot = slots[Math.floor(frame / data.threads) % data.slots]!;
    const rgba = await open.draw(poses, seconds, sound);
    if (i420) i420.convert(rgba, slot);
    else slot.set(rgba);
    tell({ type: 'drawn', frame });
  } catch (error) {
    tell({ type: 'failed', error: error instanceof Error ? error : new Error(String(error)) });
  }
}

function tell(message: FromDraw): void {
  parentPort!.postMessage(message);
}
