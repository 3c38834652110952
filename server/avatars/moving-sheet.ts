/**
 * Draws the moving pictures of one avatar (see protocol/moving.ts) with its own body. Takes seconds:
 * for a process of its own, or the command that draws those of the built-in avatars.
 */
import { createCanvas, type Canvas } from '@napi-rs/canvas';
import { AppError } from '../core/errors.ts';
import { ModelShelf } from '../inference/model-shelf.ts';
import type { AvatarPack } from '../inference/pack.ts';
import { IdleMotion } from '../motion/idle.ts';
import { createLayer, PART_OF_JOINT } from '../motion/template/layer.ts';
import { sampleTemplate } from '../motion/template/sample.ts';
import { SHEETS, TALK, WAVE, WAVE_HZ, type SheetName } from '../protocol/moving.ts';
import { createPose, type Pose } from '../protocol/pose.ts';
import type { Template } from '../protocol/template.ts';
import { openBody } from '../render/open-body.ts';
import { straightAlpha } from '../render/picture/still.ts';
import { visemeFace } from '../speech/mouth.ts';

/** Small cells are drawn larger and scaled down, which is smoother. */
const LEAST_DRAWN_PX = 512;
const QUALITY = 66;
/** The same moment as the still of the gallery, with open eyes. */
const STILL_SECONDS = 1;
/** Far apart in time, so that no hair swings from the pose before. */
const APART_SECONDS = 10;

/** WebP. `wave`: the template of that name. Throws `bad_pack`, `conflict` for bodies that are too slow. */
export async function drawSheet(
  pack: AvatarPack,
  what: SheetName,
  wave: Template,
): Promise<Uint8Array> {
  const { body: kind } = pack.manifest;
  if (kind === 'diffusion') {
    throw new AppError('conflict', 'Avatars that are drawn from a prompt are too slow for this');
  }
  const { columns, rows, cells, cellPx } = SHEETS[what];
  const side = Math.max(LEAST_DRAWN_PX, cellPx);
  const shelf = new ModelShelf();
  try {
    const body = await openBody(pack, { width: side, height: side, shelf, pace: 'offline' });
    const canvas = createCanvas(columns * cellPx, rows * cellPx);
    const context = canvas.getContext('2d');
    context.imageSmoothingQuality = 'high';
    for (let cell = 0; cell < cells; cell += 1) {
      const seconds = kind === 'clip' ? filmSeconds(what, cell) : APART_SECONDS * cell;
      const frame = picture(await body.draw(poseOf(what, cell, wave), seconds), side);
      const [x, y] = [(cell % columns) * cellPx, Math.floor(cell / columns) * cellPx];
      context.drawImage(frame, x, y, cellPx, cellPx);
    }
    body.close();
    return canvas.toBuffer('image/webp', QUALITY);
  } finally {
    await shelf.close();
  }
}

/** Footage has no joints: it plays there and back, and its mouth waits for a voice. */
function filmSeconds(what: SheetName, cell: number): number {
  return what === 'talk' ? 0 : Math.min(cell, WAVE.cells - 1 - cell) / WAVE_HZ;
}

function poseOf(what: SheetName, cell: number, wave: Template): Pose {
  return what === 'talk' ? speaking(cell / (TALK.cells - 1)) : performing(wave, cell / WAVE.cells);
}

function still(): Pose {
  const pose = createPose();
  new IdleMotion(1).update(STILL_SECONDS, { voice: 0, stress: 0 }, pose);
  return pose;
}

/** The mouth from shut to wide open. */
function speaking(openness: number): Pose {
  const pose = still();
  const wide = visemeFace('aa');
  for (let i = 0; i < wide.length; i += 1) {
    if (wide[i]! > 0) pose.face[i] = Math.max(pose.face[i]!, wide[i]! * openness);
  }
  return pose;
}

/** The gesture over the still moment; `share` of its length. */
function performing(template: Template, share: number): Pose {
  const pose = still();
  const layer = createLayer();
  sampleTemplate(template, share * template.seconds, layer);
  for (let i = 0; i < PART_OF_JOINT.length; i += 1) {
    if (layer.pose.body[i * 3 + 2]! > 0) {
      pose.body.set(layer.pose.body.subarray(i * 3, i * 3 + 3), i * 3);
    }
  }
  if (layer.parts[0]! > 0) pose.head.set(layer.pose.head);
  if (layer.parts[4]! > 0) pose.leftHand.set(layer.pose.leftHand);
  if (layer.parts[5]! > 0) pose.rightHand.set(layer.pose.rightHand);
  layer.face.forEach((weight, i) => {
    if (weight > 0) pose.face[i] = layer.pose.face[i]!;
  });
  return pose;
}

function picture(rgba: Uint8Array, side: number): Canvas {
  const canvas = createCanvas(side, side);
  const context = canvas.getContext('2d');
  const image = context.createImageData(side, side);
  image.data.set(straightAlpha(rgba));
  context.putImageData(image, 0, 0);
  return canvas;
}
