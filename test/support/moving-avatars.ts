/**
 * Draws the small moving pictures of the built-in avatars that the panel shows before going live:
 *
 *   node test/support/moving-avatars.ts
 *
 * Writes web/public/moving/NAME-talk.webp and NAME-wave.webp: cells in rows (see web/lib/moving.ts),
 * drawn by the real renderer. A mouth that opens in steps answers the microphone; a wave plays in galleries.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { createCanvas, type Canvas } from '@napi-rs/canvas';
import { pino } from 'pino';

import { ModelShelf } from '../../server/inference/model-shelf.ts';
import { listPacks, loadAvatar, type AvatarPack } from '../../server/inference/pack.ts';
import { IdleMotion } from '../../server/motion/idle.ts';
import { readTemplates } from '../../server/motion/template-files.ts';
import { createLayer, PART_OF_JOINT } from '../../server/motion/template/layer.ts';
import { sampleTemplate } from '../../server/motion/template/sample.ts';
import { createPose, type Pose } from '../../server/protocol/pose.ts';
import type { Template } from '../../server/protocol/template.ts';
import { openBody } from '../../server/render/open-body.ts';
import { straightAlpha } from '../../server/render/picture/still.ts';
import { visemeFace } from '../../server/speech/mouth.ts';
import { TALK, WAVE, type Sheet } from '../../web/lib/moving.ts';

const MODELS = join(import.meta.dirname, '../../models');
const TARGET = join(import.meta.dirname, '../../web/public/moving');
const DRAWN_PX = 512;
const QUALITY = 66;
/** The same moment as the still of the gallery, with open eyes. */
const STILL_SECONDS = 1;

mkdirSync(TARGET, { recursive: true });
const templates = await readTemplates(join(MODELS, 'motions'), pino({}, pino.destination(2)));
const wave = templates.find(({ id }) => id === 'wave');
if (!wave) throw new Error('There is no template "wave".');
const sheets = [
  { what: 'talk', sheet: TALK, poseOf: (i: number) => speaking(i / (TALK.cells - 1)) },
  { what: 'wave', sheet: WAVE, poseOf: (i: number) => performing(wave, i / WAVE.cells) },
] as const;
for (const { name } of await listPacks(join(MODELS, 'avatars'))) {
  const pack = await loadAvatar(join(MODELS, 'avatars'), name);
  for (const { what, sheet, poseOf } of sheets) {
    const file = join(TARGET, `${name}-${what}.webp`);
    const bytes = (await drawSheet(pack, sheet, poseOf)).toBuffer('image/webp', QUALITY);
    writeFileSync(file, bytes);
    process.stdout.write(`${file}: ${(bytes.length / 1000).toFixed(0)} kB\n`);
  }
}

async function drawSheet(
  pack: AvatarPack,
  { columns, rows, cells, cellPx }: Sheet,
  poseOf: (cell: number) => Pose,
): Promise<Canvas> {
  const shelf = new ModelShelf();
  const body = await openBody(pack, { width: DRAWN_PX, height: DRAWN_PX, shelf });
  const canvas = createCanvas(columns * cellPx, rows * cellPx);
  const context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  for (let i = 0; i < cells; i += 1) {
    // Far apart in time, so that no hair swings from the pose before.
    const frame = picture(await body.draw(poseOf(i), 10 * i));
    const [x, y] = [(i % columns) * cellPx, Math.floor(i / columns) * cellPx];
    context.drawImage(frame, x, y, cellPx, cellPx);
  }
  body.close();
  await shelf.close();
  return canvas;
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

function picture(rgba: Uint8Array): Canvas {
  const canvas = createCanvas(DRAWN_PX, DRAWN_PX);
  const context = canvas.getContext('2d');
  const image = context.createImageData(DRAWN_PX, DRAWN_PX);
  image.data.set(straightAlpha(rgba));
  context.putImageData(image, 0, 0);
  return canvas;
}
