/**
 * Draws the small moving pictures of the built-in avatars that the panel shows before going live:
 *
 *   node test/support/moving-avatars.ts
 *
 * Writes web/public/moving/NAME.webp: cells in rows (see web/lib/moving.ts for what is where), drawn
 * by the real renderer. A mouth that opens in steps answers the microphone; a wave plays in galleries.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { createCanvas, type Canvas } from '@napi-rs/canvas';
import { pino } from 'pino';

import { ModelShelf } from '../../server/inference/model-shelf.ts';
import { listPacks, loadAvatar } from '../../server/inference/pack.ts';
import { IdleMotion } from '../../server/motion/idle.ts';
import { readTemplates } from '../../server/motion/template-files.ts';
import { createLayer, PART_OF_JOINT } from '../../server/motion/template/layer.ts';
import { sampleTemplate } from '../../server/motion/template/sample.ts';
import { createPose, type Pose } from '../../server/protocol/pose.ts';
import type { Template } from '../../server/protocol/template.ts';
import { openBody } from '../../server/render/open-body.ts';
import { straightAlpha } from '../../server/render/picture/still.ts';
import { visemeFace } from '../../server/speech/mouth.ts';
import { MOVING } from '../../web/lib/moving.ts';

const MODELS = join(import.meta.dirname, '../../models');
const TARGET = join(import.meta.dirname, '../../web/public/moving');
/** Networks draw best at their own size. */
const DRAWN_PX = 320;
const QUALITY = 60;
/** The same moment as the still of the gallery, with open eyes. */
const STILL_SECONDS = 1;

mkdirSync(TARGET, { recursive: true });
const templates = await readTemplates(join(MODELS, 'motions'), pino({}, pino.destination(2)));
const wave = templates.find(({ id }) => id === 'wave');
if (!wave) throw new Error('There is no template "wave".');
for (const { name } of await listPacks(join(MODELS, 'avatars'))) {
  const sheet = await drawSheet(name, wave);
  const file = join(TARGET, `${name}.webp`);
  const bytes = sheet.toBuffer('image/webp', QUALITY);
  writeFileSync(file, bytes);
  process.stdout.write(`${file}: ${(bytes.length / 1000).toFixed(0)} kB\n`);
}

async function drawSheet(name: string, template: Template): Promise<Canvas> {
  const { columns, talk, loop, cellPx } = MOVING;
  const poses = [
    ...Array.from({ length: talk }, (_, i) => speaking(i / (talk - 1))),
    ...Array.from({ length: loop }, (_, i) => performing(template, i / loop)),
  ];
  const shelf = new ModelShelf();
  const pack = await loadAvatar(join(MODELS, 'avatars'), name);
  const body = await openBody(pack, { width: DRAWN_PX, height: DRAWN_PX, shelf });
  const canvas = createCanvas(columns * cellPx, Math.ceil(poses.length / columns) * cellPx);
  const context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  for (const [i, pose] of poses.entries()) {
    // Far apart in time, so that no hair swings from the pose before.
    const frame = picture(await body.draw(pose, 10 * i));
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
