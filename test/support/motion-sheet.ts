/**
 * Draws motion templates as strips of moments on every avatar, over the idle motion, to be looked at:
 *   node test/support/motion-sheet.ts FOLDER [TEMPLATE...] [--moments=8] [--from=0] [--to=SECONDS]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import { pino } from 'pino';

import { ModelShelf } from '../../server/inference/model-shelf.ts';
import { listPacks, loadAvatar, type AvatarPack } from '../../server/inference/pack.ts';
import { IdleMotion } from '../../server/motion/idle.ts';
import { readTemplates } from '../../server/motion/template-files.ts';
import { createLayer, PART_OF_JOINT, type Layer } from '../../server/motion/template/layer.ts';
import { sampleTemplate } from '../../server/motion/template/sample.ts';
import { createPose, type Pose } from '../../server/protocol/pose.ts';
import type { Template } from '../../server/protocol/template.ts';
import { openBody } from '../../server/render/open-body.ts';

const MODELS = join(import.meta.dirname, '../../models');
const CELL = 256;
const TEMPLATES_A_PAGE = 3;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    moments: { type: 'string', default: '8' },
    from: { type: 'string', default: '0' },
    to: { type: 'string' },
    cell: { type: 'string', default: String(CELL) },
    avatar: { type: 'string' },
  },
});
const [folder = '', ...ids] = positionals;
if (folder === '') throw new Error('usage: motion-sheet.ts FOLDER [TEMPLATE...]');
mkdirSync(folder, { recursive: true });
const moments = Number(values.moments);
const cell = Number(values.cell);

const all = await readTemplates(join(MODELS, 'motions'), pino({}, pino.destination(2)));
const wanted = ids.length > 0 ? all.filter((template) => ids.includes(template.id)) : all;
const avatars = join(MODELS, 'avatars');
const names = (await listPacks(avatars)).map((pack) => pack.name);
const packs: AvatarPack[] = [];
for (const name of names) {
  if (values.avatar === undefined || values.avatar === name) {
    packs.push(await loadAvatar(avatars, name));
  }
}
for (let page = 0; page * TEMPLATES_A_PAGE < wanted.length; page += 1) {
  const templates = wanted.slice(page * TEMPLATES_A_PAGE, (page + 1) * TEMPLATES_A_PAGE);
  const file = join(folder, `${templates.map((template) => template.id).join('+')}.png`);
  writeFileSync(file, await drawPage(templates));
  process.stdout.write(`${file}\n`);
}

async function drawPage(templates: readonly Template[]): Promise<Buffer> {
  const rows = templates.length * packs.length;
  const canvas = createCanvas(moments * cell, rows * cell);
  const ctx = canvas.getContext('2d');
  ctx.fillStyle = '#dfe4e8';
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  for (const [index, template] of templates.entries()) {
    for (const [row, pack] of packs.entries()) {
      await drawStrip(ctx, { template, pack, y: (index * packs.length + row) * cell });
    }
  }
  return canvas.toBuffer('image/png');
}

type Strip = { readonly template: Template; readonly pack: AvatarPack; readonly y: number };

async function drawStrip(ctx: SKRSContext2D, { template, pack, y }: Strip): Promise<void> {
  const body = await openBody(pack, { width: cell, height: cell, shelf: new ModelShelf() });
  const from = Number(values.from);
  const to = values.to === undefined ? template.seconds : Number(values.to);
  const layer = createLayer();
  for (let i = 0; i < moments; i += 1) {
    const t = from + ((to - from) * i) / Math.max(1, moments - 1);
    sampleTemplate(template, t, layer);
    const pose = overIdle(layer, t);
    ctx.drawImage(picture(await body.draw(pose, i * 10)), i * cell, y);
    ctx.fillStyle = '#333';
    ctx.font = '12px sans-serif';
    ctx.fillText(`${i === 0 ? template.id : ''} ${t.toFixed(2)} s`, i * cell + 6, y + 14);
  }
  body.close();
}

/** What the mixer shows once the template has been blended in. */
function overIdle(layer: Layer, t: number): Pose {
  const pose = createPose();
  new IdleMotion(1).update(t, { voice: 0, stress: 0 }, pose);
  const { parts, face } = layer;
  for (let i = 0; i < PART_OF_JOINT.length; i += 1) {
    if (layer.pose.body[i * 3 + 2]! > 0) {
      pose.body.set(layer.pose.body.subarray(i * 3, i * 3 + 3), i * 3);
    }
  }
  if (parts[0]! > 0) pose.head.set(layer.pose.head);
  if (parts[4]! > 0) pose.leftHand.set(layer.pose.leftHand);
  if (parts[5]! > 0) pose.rightHand.set(layer.pose.rightHand);
  for (let i = 0; i < face.length; i += 1) if (face[i]! > 0) pose.face[i] = layer.pose.face[i]!;
  return pose;
}

function picture(rgba: Uint8Array) {
  const canvas = createCanvas(cell, cell);
  const ctx = canvas.getContext('2d');
  const image = ctx.createImageData(cell, cell);
  for (let i = 0; i < rgba.length; i += 4) {
    const alpha = rgba[i + 3]!;
    for (let c = 0; c < 3 && alpha > 0; c += 1) image.data[i + c] = (rgba[i + c]! * 255) / alpha;
    image.data[i + 3] = alpha;
  }
  ctx.putImageData(image, 0, 0);
  return canvas;
}
