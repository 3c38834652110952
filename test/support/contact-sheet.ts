/**
 * Draws contact sheets of every avatar over a checkerboard, to be looked at:
 *   node test/support/contact-sheet.ts FOLDER [AVATAR...]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { createCanvas, type Canvas, type SKRSContext2D } from '@napi-rs/canvas';

import { listPacks, loadAvatar, type AvatarPack } from '../../server/inference/pack.ts';
import type { Pose } from '../../server/protocol/pose.ts';
import { ModelShelf } from '../../server/inference/model-shelf.ts';
import { openBody } from '../../server/render/open-body.ts';
import { visemeFace } from '../../server/speech/mouth.ts';
import { VISEMES } from '../../server/speech/visemes.ts';
import {
  ARM_POSES,
  COUNTS,
  EXPRESSIONS,
  restPose,
  setArms,
  setCountingHand,
  setFace,
  setHead,
} from './poses.ts';

type Box = { x: number; y: number; width: number; height: number };
type Sheet = {
  name: string;
  poses: readonly Pose[];
  columns: number;
  /** Size the body is drawn at, and what of it is shown. */
  width: number;
  height: number;
  crop: Box;
};

const AVATARS = join(import.meta.dirname, '../../models/avatars');

const [folder = '', ...names] = process.argv.slice(2);
if (folder === '') throw new Error('usage: contact-sheet.ts FOLDER [AVATAR...]');
mkdirSync(folder, { recursive: true });
const wanted = names.length > 0 ? names : (await listPacks(AVATARS)).map((pack) => pack.name);
for (const name of wanted) {
  const pack = await loadAvatar(AVATARS, name);
  for (const sheet of sheets()) {
    const file = join(folder, `${name}-${sheet.name}.png`);
    writeFileSync(file, (await drawSheet(pack, sheet)).toBuffer('image/png'));
    process.stdout.write(`${file}\n`);
  }
}

function sheets(): Sheet[] {
  const face = { x: 330, y: 60, width: 340, height: 440 };
  const mouth = { x: 884, y: 650, width: 280, height: 210 };
  const eyes = { x: 780, y: 420, width: 490, height: 200 };
  const square = {
    columns: 3,
    width: 512,
    height: 512,
    crop: { x: 0, y: 0, width: 512, height: 512 },
  };
  const close = { columns: 5, width: 1000, height: 1000, crop: face };
  const blinks = [
    'neutral',
    'quarter',
    'half',
    'threeQuarter',
    'closed',
    'lookLeft',
    'lookDown',
    'smile',
  ];
  return [
    { name: 'faces', poses: Object.values(EXPRESSIONS).map(withFace), ...close },
    { name: 'turns', poses: turns(), ...close },
    { name: 'visemes', poses: VISEMES.map(withViseme), columns: 5, width: 2048, height: 2048, crop: mouth },
    { name: 'eyes', poses: blinks.map((name) => withFace(EXPRESSIONS[name] ?? {})), columns: 2, width: 2048, height: 2048, crop: eyes },
    { name: 'arms', poses: Object.values(ARM_POSES).map(withArms), ...square },
    { name: 'hands', poses: Object.values(COUNTS).map(counting), ...square },
    { name: 'wide', poses: [withArms(ARM_POSES['wave']!)], columns: 1, width: 1280, height: 720, crop: { x: 0, y: 0, width: 1280, height: 720 } },
  ]; // prettier-ignore
}

async function drawSheet(pack: AvatarPack, sheet: Sheet): Promise<Canvas> {
  const { crop, columns, poses } = sheet;
  const shelf = new ModelShelf();
  const body = await openBody(pack, { width: sheet.width, height: sheet.height, shelf });
  const rows = Math.ceil(poses.length / columns);
  const canvas = createCanvas(columns * crop.width, rows * crop.height);
  const ctx = canvas.getContext('2d');
  checkerboard(ctx, canvas.width, canvas.height);
  for (const [i, pose] of poses.entries()) {
    const frame = picture(await body.draw(pose, i * 10), sheet.width, sheet.height);
    const x = (i % columns) * crop.width;
    const y = Math.floor(i / columns) * crop.height;
    const { width, height } = crop;
    ctx.drawImage(frame, crop.x, crop.y, width, height, x, y, width, height);
  }
  body.close();
  await shelf.close();
  return canvas;
}

/** Premultiplied pixels as a canvas. */
function picture(rgba: Uint8Array, width: number, height: number): Canvas {
  const canvas = createCanvas(width, height);
  const ctx = canvas.getContext('2d');
  const image = ctx.createImageData(width, height);
  for (let i = 0; i < rgba.length; i += 4) {
    const alpha = rgba[i + 3]!;
    for (let c = 0; c < 3 && alpha > 0; c += 1) image.data[i + c] = (rgba[i + c]! * 255) / alpha;
    image.data[i + 3] = alpha;
  }
  ctx.putImageData(image, 0, 0);
  return canvas;
}

function checkerboard(ctx: SKRSContext2D, width: number, height: number): void {
  for (let y = 0; y < height; y += 16) {
    for (let x = 0; x < width; x += 16) {
      ctx.fillStyle = (x + y) % 32 === 0 ? '#d4d8dd' : '#e6e9ec';
      ctx.fillRect(x, y, 16, 16);
    }
  }
}

function withFace(face: (typeof EXPRESSIONS)[string]): Pose {
  const pose = restPose();
  setFace(pose, face);
  return pose;
}

function withViseme(viseme: (typeof VISEMES)[number]): Pose {
  const pose = restPose();
  pose.face.set(visemeFace(viseme));
  setFace(pose, { mouthSmileLeft: 0.15, mouthSmileRight: 0.15 });
  return pose;
}

function withArms(arms: (typeof ARM_POSES)[string]): Pose {
  const pose = restPose();
  setArms(pose, arms);
  setFace(pose, { mouthSmileLeft: 0.3, mouthSmileRight: 0.3 });
  return pose;
}

function counting(fingers: readonly boolean[]): Pose {
  const pose = withArms({
    ...ARM_POSES['rest']!,
    right: ARM_POSES['wave']!.right,
    left: ARM_POSES['point']!.left,
  });
  setCountingHand(pose, -1, fingers);
  setCountingHand(pose, 1, fingers);
  return pose;
}

function turns(): Pose[] {
  const angles: [number, number, number][] = [
    [-0.5, 0, 0], [-0.25, 0, 0], [0, 0, 0], [0.25, 0, 0], [0.5, 0, 0],
    [0, -0.3, 0], [0, 0.3, 0], [0, 0, -0.3], [0, 0, 0.3], [0.35, -0.2, 0.15],
  ]; // prettier-ignore
  return angles.map((angle) => {
    const pose = restPose();
    setHead(pose, ...angle);
    setFace(pose, { mouthSmileLeft: 0.3, mouthSmileRight: 0.3 });
    return pose;
  });
}
