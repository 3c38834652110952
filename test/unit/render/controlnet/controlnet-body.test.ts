import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { AppError } from '../../../../server/core/errors.ts';
import { ModelShelf } from '../../../../server/inference/model-shelf.ts';
import { loadPack } from '../../../../server/inference/pack.ts';
import { IdleMotion } from '../../../../server/motion/idle.ts';
import { createPose, type Pose } from '../../../../server/protocol/pose.ts';
import { ControlNetBody } from '../../../../server/render/controlnet/controlnet-body.ts';
import { openBody } from '../../../../server/render/open-body.ts';
import { onnxFile, type GraphText } from '../../../support/onnx-writer.ts';

const SIDE = 64;
let work: string;

before(async () => {
  work = await mkdtemp(join(tmpdir(), 'posecast-controlnet-'));
});
after(async () => {
  await rm(work, { recursive: true });
});

const HEAD = { patch: 16, reach: 116, origin: [0, -67], pivot: [0, -28], face: [0, 0, 16] };
const TORSO_ROW = 32;

/** Drawings of nothing, and an expression of the face's mean. */
function baseGraph(): GraphText {
  const made = (name: string, shape: number[]) => ({ name, type: 'float32' as const, shape });
  const outputs = [
    made('expression', [1, 4, 16, 16]),
    made('head_flow', [1, 6, 24, 24]),
    made('torso_flow', [1, 2, 16, 24]),
    made('head', [1, 12, 16, 16]),
    made('torso', [1, 4, SIDE - TORSO_ROW, SIDE]),
  ];
  const attributes = { axes: [1], keepdims: 1 };
  return {
    inputs: [made('control', [1, 114]), made('face', [1, 52])],
    outputs,
    nodes: [
      { operator: 'ReduceMean', inputs: ['control'], outputs: ['steer'], attributes },
      { operator: 'ReduceMean', inputs: ['face'], outputs: ['look'], attributes },
      { operator: 'Mul', inputs: ['steer', 'none'], outputs: ['nothing'] },
      { operator: 'Add', inputs: ['look', 'nothing'], outputs: ['both'] },
      { operator: 'Add', inputs: ['both', 'no_expression'], outputs: ['expression'] },
      ...outputs.slice(1).map(({ name }) => {
        return { operator: 'Add', inputs: ['nothing', `no_${name}`], outputs: [name] };
      }),
    ],
    weights: [
      { name: 'none', shape: [1], floats: [0] },
      ...outputs.map(({ name, shape }) => {
        const length = shape.reduce((product, side) => product * side, 1);
        return { name: `no_${name}`, shape, floats: Array.from({ length }, () => 0) };
      }),
    ],
  };
}

/** A grey square that brightens with the base: picture = shade x (0.5 + the base's mean). */
function graph(side = SIDE): GraphText {
  const mean = { axes: [1], keepdims: 1 };
  return {
    inputs: [
      { name: 'control', type: 'float32', shape: [1, 114] },
      { name: 'base', type: 'float32', shape: [1, 4, side, side] },
    ],
    outputs: [
      { name: 'picture', type: 'uint8', shape: [1, side, side, 4] },
      { name: 'check', type: 'float32', shape: [1] },
    ],
    nodes: [
      { operator: 'ReduceMean', inputs: ['control'], outputs: ['steer'], attributes: mean },
      {
        operator: 'ReduceMean',
        inputs: ['base'],
        outputs: ['look'],
        attributes: { axes: [1, 2, 3], keepdims: 0 },
      },
      { operator: 'Mul', inputs: ['steer', 'none'], outputs: ['nothing'] },
      { operator: 'Add', inputs: ['look', 'nothing'], outputs: ['both'] },
      { operator: 'Add', inputs: ['both', 'half'], outputs: ['bright'] },
      { operator: 'Mul', inputs: ['shade', 'bright'], outputs: ['shown'] },
      { operator: 'Cast', inputs: ['shown'], outputs: ['picture'], attributes: { to: 2 } },
      {
        operator: 'ReduceMean',
        inputs: ['both'],
        outputs: ['check'],
        attributes: { axes: [1], keepdims: 0 },
      },
    ],
    weights: [
      { name: 'none', shape: [1], floats: [0] },
      { name: 'half', shape: [1], floats: [0.5] },
      {
        name: 'shade',
        shape: [1, side, side, 4],
        floats: Array.from({ length: side * side * 4 }, () => 200),
      },
    ],
  };
}

async function writePack(name: string, bytes: Buffer, changes: object = {}): Promise<string> {
  const folder = join(work, name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  const steered = {
    size: SIDE,
    view: { top: -137, bottom: 133, minWidth: 190 },
    measures: {
      arms: { shoulder: [44.5, 6.5] },
      hair: { length: 48, hertz: 1.9 },
      hands: { length: 43 },
    },
    base: { torsoRow: TORSO_ROW, headRows: 48, head: HEAD, ...changes },
  };
  const files = {
    'controlnet.json': Buffer.from(JSON.stringify(steered)),
    'base.onnx': onnxFile(baseGraph()),
    'controlnet.onnx': bytes,
  };
  const sums: Record<string, { sha256: string }> = {};
  for (const [file, content] of Object.entries(files)) {
    await writeFile(join(folder, file), content);
    sums[file] = { sha256: createHash('sha256').update(content).digest('hex') };
  }
  const title = { en: 'Grey', zh: '灰' };
  const manifest = { name, title, description: title, body: 'controlnet', lips: 'visemes', licence: 'Apache-2.0', author: 'test', files: sums }; // prettier-ignore
  await writeFile(join(folder, 'avatar.json'), JSON.stringify(manifest));
  return folder;
}

function idle(): Pose {
  const pose = createPose();
  new IdleMotion(1).update(1, { voice: 0, stress: 0 }, pose);
  return pose;
}

test('a frame is what the graph draws, enlarged to the height and centred', async () => {
  const pack = await loadPack(await writePack('grey', onnxFile(graph())));
  const shelf = new ModelShelf();
  const body = await openBody(pack, { width: 320, height: 180, shelf });
  const rgba = await body.draw(idle(), 1);
  assert.equal(rgba.length, 320 * 180 * 4);
  const alphaAt = (x: number): number => rgba[(90 * 320 + x) * 4 + 3]!;
  assert.equal(alphaAt(40), 0);
  assert.ok(alphaAt(160) >= 100 && alphaAt(160) < 110);
  const middle = body.poseAt(0.5, 1);
  assert.ok(Math.abs(middle.x) < 1e-6 && Math.abs(middle.y - 1.33) < 1e-6);
  body.close();
  await shelf.close();
});

test('a picture that is not a number is replaced by the last good one and counted', async () => {
  const pack = await loadPack(await writePack('odd', onnxFile(graph())));
  const shelf = new ModelShelf();
  const body = await ControlNetBody.open(pack, { width: SIDE, height: SIDE, shelf });
  const good = (await body.draw(idle(), 1)).slice();
  const bad = idle();
  bad.face[17] = Number.NaN;
  assert.deepEqual((await body.draw(bad, 1.04)).slice(), good);
  assert.equal(body.health.broken, 1);
  const open = idle();
  open.face.fill(1);
  assert.notDeepEqual((await body.draw(open, 1.08)).slice(), good);
  assert.equal(body.health.broken, 1);
  assert.ok(body.health.stages['network']!.p50 > 0);
  body.close();
  await shelf.close();
});

test('bodies of one pack share its network', async () => {
  const pack = await loadPack(await writePack('shared', onnxFile(graph())));
  const shelf = new ModelShelf();
  const place = { width: SIDE, height: SIDE, shelf };
  const [first, second] = [await openBody(pack, place), await openBody(pack, place)];
  first.close();
  assert.equal((await second.draw(idle(), 1)).length, SIDE * SIDE * 4);
  second.close();
  await shelf.close();
});

test('a graph of another size, and a file that is no graph, are refused in a sentence', async () => {
  const shelf = new ModelShelf();
  const place = { width: SIDE, height: SIDE, shelf };
  const larger = await loadPack(await writePack('larger', onnxFile(graph(32))));
  await assert.rejects(openBody(larger, place), (error: AppError) => {
    assert.equal(error.code, 'bad_pack');
    assert.match(error.message, /controlnet\.onnx: expected base: float32\[1,4,64,64\], found/u);
    return true;
  });
  const broken = await loadPack(await writePack('broken', Buffer.from('not a graph')));
  await assert.rejects(openBody(broken, place), { code: 'bad_pack' });
  await shelf.close();
});

test('drawings that lie nowhere, or of another size than is said, are refused in a sentence', async () => {
  const shelf = new ModelShelf();
  const place = { width: SIDE, height: SIDE, shelf };
  for (const [changes, told] of [
    [
      { head: { ...HEAD, face: [8, 0, 16] } },
      /"base\.head\.face": must lie inside the patch of 16/,
    ],
    [{ torsoRow: SIDE }, /"base\.torsoRow": must be less than size, 64/],
    [{ headRows: SIDE + 1 }, /"base\.headRows": must be at most size, 64/],
    [{ torsoRow: 24 }, /base\.onnx.*torso/],
    [{ head: { ...HEAD, patch: 24 } }, /base\.onnx.*head/],
  ] as const) {
    const pack = await loadPack(await writePack('odd', onnxFile(graph()), changes));
    await assert.rejects(openBody(pack, place), (error: AppError) => {
      assert.equal(error.code, 'bad_pack');
      assert.match(error.message, told);
      return true;
    });
  }
  assert.deepEqual(await shelf.models(), [], 'nothing stays borrowed');
  await shelf.close();
});
