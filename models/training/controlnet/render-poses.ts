/**
 * Renders what the network learns from: pictures of a rig with the control vectors they were drawn
 * by, layer by layer. Raw arrays, so that Python maps them into memory as they are:
 *   node render-poses.ts --rig nora.json --out FOLDER --seed 1 --frames 2000 --heads 600
 *     --faces 2000 --bodies 300 [--steps] [--held]
 * frames.u8 [N,size,size,4], sleeves.u8 (the same without hands), bodies.u8 (torso and neck alone), heads.u8 [M,patch,patch,12] (the head
 * without its place and roll: its face, what is over it, what is behind the torso), faces.u8 (the
 * face alone, looking ahead), and *.control.f32, *.face.f32 of each.
 * `--steps`: frames one after another at 25 a second, to measure flicker; `--held`: only templates
 * that training never sees (and without it, all others).
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compileTemplate } from '../../../server/motion/template/compile.ts';
import { checkTemplate } from '../../../server/motion/template/check.ts';
import { createPose, type Pose } from '../../../server/protocol/pose.ts';
import { Control } from '../../../server/render/controlnet/control.ts';
import { Painter } from '../../../server/render/raster/painter.ts';
import { RigPainter, type RigPart } from '../../../server/render/rig/rig-painter.ts';
import { RigFile } from '../../../server/render/rig/rig-schema.ts';
import { PoseSource } from './poses.ts';
import { SheetFiles } from './sheet-files.ts';

const MODELS = join(import.meta.dirname, '../..');
/** Templates that training leaves out, to be measured on. */
const HELD = ['salute', 'point-left', 'lecture-d', 'count-four'];

/** Necks begin here, rig units. */
const TORSO_TOP = -56;

type Wanted = { out: string; seed: number; size: number; patch: number; reach: number };

class Sheet {
  readonly #canvas: Painter;
  readonly #painter: RigPainter;
  readonly #control: Control;
  readonly #rig: RigFile;
  readonly #scale: number;
  /** Whether heads look ahead, with their hair at rest. */
  readonly #ahead: boolean;
  readonly pose = createPose();
  readonly #files: SheetFiles;
  /** Of frames: the same poses without hands. */
  readonly #sleeves: SheetFiles | undefined;
  readonly #layers: readonly { parts: readonly RigPart[]; head: boolean }[];

  constructor(rig: RigFile, name: string, wanted: Wanted, side: number, scale: number) {
    this.#rig = rig;
    this.#canvas = new Painter(side, side);
    this.#painter = new RigPainter(rig, this.#canvas);
    this.#control = new Control(rig);
    this.#scale = scale;
    this.#files = new SheetFiles(wanted.out, name);
    this.#sleeves = name === 'frames' ? new SheetFiles(wanted.out, 'sleeves') : undefined;
    this.#layers = layersOf(name, this.#painter.parts);
    this.#ahead = name === 'faces';
  }

  /** Draws `pose` at `seconds`; `hair` swings the tips by hand instead of by time. */
  add(pose: Pose, seconds: number, hair?: readonly [number, number]): void {
    const { figure } = this.#painter;
    if (this.#ahead) pose.head.fill(0);
    for (const one of [figure, this.#control.figure]) {
      one.update(pose, seconds);
      if (this.#ahead) [one.hair.x, one.hair.y] = [0, 0];
      else if (hair) [one.hair.x, one.hair.y] = hair;
    }
    this.#control.write(pose);
    const layers = this.#layers.map(({ parts, head }) => this.#paint(pose, parts, head));
    this.#files.add(interleave(layers), this.#control.vector, pose.face);
    if (!this.#sleeves) return;
    this.#painter.withHands = false;
    const { parts, head } = this.#layers[0]!;
    this.#sleeves.add(this.#paint(pose, parts, head), this.#control.vector, pose.face);
    this.#painter.withHands = true;
  }

  close(): void {
    this.#files.close();
    this.#sleeves?.close();
  }

  #paint(pose: Pose, parts: readonly RigPart[], head: boolean): Uint8Array {
    const canvas = this.#canvas;
    canvas.clear();
    canvas.translate(canvas.width / 2, head ? canvas.height / 2 : canvas.height);
    canvas.scale(this.#scale, this.#scale);
    if (!head) canvas.translate(0, -this.#rig.view.bottom);
    if (head) this.#painter.paintHead(pose, parts);
    else this.#painter.paint(pose, parts);
    return canvas.pixels.slice();
  }
}

function layersOf(
  name: string,
  parts: readonly RigPart[],
): readonly { parts: readonly RigPart[]; head: boolean }[] {
  if (name === 'frames') return [{ parts, head: false }];
  if (name === 'bodies') {
    const own = parts.filter((part) => part.space === 'body' && part.name !== 'arms');
    return [{ parts: own, head: false }];
  }
  const torso = parts.findIndex((part) => part.name === 'torso');
  const brows = parts.findIndex((part) => part.name === 'brows');
  const inHead = (from: number, to: number): { parts: readonly RigPart[]; head: boolean } => ({
    parts: parts.slice(from, to).filter((part) => part.space === 'head'),
    head: true,
  });
  const face = inHead(torso, brows + 1);
  if (name === 'faces') return [face];
  return [face, inHead(brows + 1, parts.length), inHead(0, torso)];
}

/** Pixel by pixel, one layer's four bytes after another's. */
function interleave(layers: readonly Uint8Array[]): Uint8Array {
  if (layers.length === 1) return layers[0]!;
  const out = new Uint8Array(layers[0]!.length * layers.length);
  const from = layers.map((layer) => new Uint32Array(layer.buffer, layer.byteOffset));
  const to = new Uint32Array(out.buffer);
  for (let i = 0; i < from[0]!.length; i += 1) {
    for (let l = 0; l < from.length; l += 1) to[i * from.length + l] = from[l]![i]!;
  }
  return out;
}

/** A rig of the project, repainted: every colour of `colours` wherever it stands. */
function readRig(path: string): RigFile {
  const file = JSON.parse(readFileSync(path, 'utf8')) as {
    base: string;
    colours: Record<string, string>;
  };
  const text = readFileSync(join(MODELS, 'avatars', file.base, 'rig.json'), 'utf8');
  const repainted = text.replaceAll(/#[0-9a-f]{6}/gu, (colour) => file.colours[colour] ?? colour);
  return RigFile.parse(JSON.parse(repainted));
}

function main(): void {
  const { values } = parseArgs({
    options: {
      ...{ rig: { type: 'string' }, out: { type: 'string' }, seed: { type: 'string' } },
      ...{
        frames: { type: 'string' },
        heads: { type: 'string' },
        faces: { type: 'string' },
        bodies: { type: 'string' },
      },
      ...{ size: { type: 'string' }, patch: { type: 'string' }, reach: { type: 'string' } },
      ...{ steps: { type: 'boolean' }, held: { type: 'boolean' } },
    },
  });
  const number = (name: keyof typeof values, other: number): number =>
    values[name] === undefined ? other : Number(values[name]);
  const wanted: Wanted = {
    out: values.out ?? '.',
    ...{ seed: number('seed', 1), size: number('size', 320), patch: number('patch', 192) },
    reach: number('reach', 116),
  };
  const rig = readRig(values.rig ?? join(import.meta.dirname, 'nora.json'));
  mkdirSync(wanted.out, { recursive: true });
  const source = new PoseSource(readTemplates(values.held === true), wanted.seed);
  const { top, bottom } = rig.view;
  const scale = wanted.size / (bottom - top);
  const counts = {
    frames: number('frames', 0),
    heads: number('heads', 0),
    faces: number('faces', 0),
    bodies: number('bodies', 0),
  };
  for (const name of ['frames', 'heads', 'faces', 'bodies'] as const) {
    const head = name === 'heads' || name === 'faces';
    const sheet = head
      ? new Sheet(rig, name, wanted, wanted.patch, wanted.patch / wanted.reach)
      : new Sheet(rig, name, wanted, wanted.size, scale);
    for (let i = 0; i < counts[name]; i += 1) take(sheet, source, i, values.steps === true);
    sheet.close();
  }
  const { arms, hair, hands, view, head } = rig;
  const measures = { arms: { shoulder: arms.shoulder }, hair, hands: { length: hands.length } };
  const torsoTop = TORSO_TOP;
  const meta = { ...counts, ...wanted, view, head, measures, torsoTop };
  writeFileSync(join(wanted.out, 'meta.json'), `${JSON.stringify(meta)}\n`);
}

/** Two poses of motion, then one that may be anything, its hair blown about. */
function take(sheet: Sheet, source: PoseSource, index: number, steps: boolean): void {
  if (steps) sheet.add(source.step(), source.seconds);
  else if (index % 5 < 2) sheet.add(source.moved(), source.seconds);
  else {
    source.anything(sheet.pose);
    const angle = index * 2.399963;
    const swing = 4.5 * Math.abs(Math.sin(index * 0.7));
    sheet.add(sheet.pose, source.seconds, [Math.cos(angle) * swing, Math.sin(angle) * swing * 0.5]);
  }
}

function readTemplates(held: boolean): ReturnType<typeof compileTemplate>[] {
  const files = readdirSync(join(MODELS, 'motions')).sort();
  const ids = files.map((file) => file.replace(/\.json$/u, ''));
  return ids
    .filter((id) => HELD.includes(id) === held)
    .map((id) =>
      compileTemplate(
        checkTemplate(JSON.parse(readFileSync(join(MODELS, 'motions', `${id}.json`), 'utf8'))),
      ),
    );
}

main();
