/** A body drawn by Stable Diffusion: on the random-weight twin, and on graphs that fail on purpose. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ModelShelf } from '../../../../server/inference/model-shelf.ts';
import { loadPack } from '../../../../server/inference/pack.ts';
import { IdleMotion } from '../../../../server/motion/idle.ts';
import { BODY, createPose, type Pose } from '../../../../server/protocol/pose.ts';
import type { Body } from '../../../../server/render/body.ts';
import { openBody } from '../../../../server/render/open-body.ts';
import { SkeletonMap } from '../../../../server/render/skeleton/skeleton-map.ts';
import { copyTwin, TWIN, twinFile, writeFramePack } from '../../../support/diffusion-pack.ts';
import { onnxFile } from '../../../support/onnx-writer.ts';

const SIDE = 64;
let root: string;

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'diffusion-'));
});
after(async () => {
  await rm(root, { recursive: true });
});

function standing(): Pose {
  const pose = createPose();
  new IdleMotion(1).update(1, { voice: 0, stress: 0 }, pose);
  return pose;
}

async function withBody<T>(
  dir: string,
  use: (body: Body) => Promise<T>,
  size = { width: SIDE, height: SIDE },
): Promise<T> {
  const shelf = new ModelShelf();
  try {
    const body = await openBody(await loadPack(dir), { ...size, shelf });
    try {
      return await use(body);
    } finally {
      body.close();
    }
  } finally {
    await shelf.close();
  }
}

async function drawn(body: Body, pose = standing()): Promise<Uint8Array> {
  return (await body.draw(pose, 0)).slice();
}

function difference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;
}

test('the twin draws an opaque picture, the same for the same pose', async () => {
  const first = await withBody(TWIN, (body) => drawn(body));
  assert.equal(first.length, SIDE * SIDE * 4);
  assert.ok(first.every((value, i) => i % 4 !== 3 || value === 255));
  assert.ok(new Set(first).size > 20, 'it shows something');
  await withBody(TWIN, async (body) => {
    assert.deepEqual(await drawn(body), first);
    assert.deepEqual(await drawn(body), first, 'nothing is left of the frame before');
    assert.equal(body.health?.device, 'cpu');
    assert.deepEqual(Object.keys(body.health?.stages ?? {}), ['map', 'network', 'paint']);
  });
});

test('pose, prompt, seed and scale change the picture, live', async () => {
  await withBody(TWIN, async (body) => {
    const first = await drawn(body);
    const moved = standing();
    moved.body[BODY.leftWrist * 3 + 1] = -0.8;
    moved.body[BODY.leftElbow * 3 + 1] = -0.2;
    assert.ok(difference(await drawn(body, moved), first) > 0.005, 'the pose steers');
    const changes = [{ prompt: 'a watercolour painting' }, { seed: 2 }, { conditioningScale: 0 }];
    let before = first;
    for (const change of changes) {
      body.change?.(change);
      const next = await drawn(body);
      assert.ok(difference(next, before) > 0.005, JSON.stringify(change));
      before = next;
    }
    body.change?.({ prompt: 'portrait of a friendly host in a studio, upper body, front view' });
    body.change?.({ seed: 1, conditioningScale: 1 });
    assert.deepEqual(await drawn(body), first, 'back to where it began');
  });
});

test('below full strength a frame begins from the last one', async () => {
  await withBody(TWIN, async (body) => {
    body.change?.({ strength: 0.5 });
    const first = await drawn(body);
    const second = await drawn(body);
    assert.notDeepEqual(second, first);
  });
});

test('another size is laid in the middle with nothing beside it', async () => {
  const square = await withBody(TWIN, (body) => drawn(body));
  const size = { width: 256, height: 128 };
  const wide = await withBody(TWIN, (body) => drawn(body), size);
  const alpha = (x: number, y: number): number => wide[(y * size.width + x) * 4 + 3]!;
  assert.deepEqual([alpha(10, 60), alpha(128, 60), alpha(245, 60)], [0, 255, 0]);
  const mean = (rgba: Uint8Array): number => {
    const opaque = rgba.filter((_, i) => rgba[i - (i % 4) + 3] === 255 && i % 4 === 0);
    return opaque.reduce((sum, value) => sum + value, 0) / opaque.length;
  };
  assert.ok(Math.abs(mean(square) - mean(wide)) < 1.5);
});

test('steps run one after the other; a batch needs graphs that were made for it', async () => {
  const schedule = { kind: 'lcm', steps: 2, prediction: 'epsilon' };
  const single = await copyTwin(root, 'single', {
    'diffusion.json': await twinFile({ schedule, batched: false }),
  });
  const picture = await withBody(single, (body) => drawn(body));
  const batched = await copyTwin(root, 'batched', {
    'diffusion.json': await twinFile({ schedule, rows: 2 }),
  });
  // The twin's graphs take one latent; a batch of two is refused before they are loaded.
  await assert.rejects(withBody(batched, drawn), {
    code: 'bad_pack',
    message: /rows = 2.*found sample: float32\[1,4,8,8\]/,
  });
  assert.equal(picture.length, SIDE * SIDE * 4);
});

test('a ControlNet of another Stable Diffusion is refused with both widths', async () => {
  const shape = (...sides: number[]) => ({ type: 'float32', shape: sides }) as const;
  const foreign = onnxFile({
    inputs: [
      { name: 'sample', ...shape(1, 4, 8, 8) },
      { name: 'timestep', ...shape(1) },
      { name: 'encoder_hidden_states', ...shape(1, 77, 1024) },
      { name: 'controlnet_cond', ...shape(1, 3, 64, 64) },
    ],
    outputs: [{ name: 'down_block_00', ...shape(1, 4, 8, 8) }],
    nodes: [{ operator: 'Identity', inputs: ['sample'], outputs: ['down_block_00'] }],
  });
  const dir = await copyTwin(root, 'foreign', { 'controlnet.onnx': foreign });
  await assert.rejects(withBody(dir, drawn), {
    code: 'bad_pack',
    message: /foreign\/controlnet\.onnx: expected .*width = 8\], found .*\[1,77,1024\]/,
  });
});

test('files that say something impossible are refused in a sentence', async () => {
  const cases: [Record<string, unknown>, RegExp][] = [
    [{ rows: 3 }, /rows = 3/],
    [{ width: 100 }, /"width"/],
    [{ guidance: { kind: 'self', scale: 2 } }, /residual guidance needs batched steps/],
    [{ graphs: { frame: 'nothing.onnx' } }, /expected a text encoder|nothing\.onnx/],
    [{ schedule: { kind: 'euler', steps: 0 } }, /"schedule\.steps"/],
    [{ surprise: 1 }, /surprise/],
  ];
  for (const [i, [changes, message]] of cases.entries()) {
    const dir = await copyTwin(root, `odd${i}`, { 'diffusion.json': await twinFile(changes) });
    await assert.rejects(withBody(dir, drawn), { code: 'bad_pack', message });
  }
});

const KEEP = [{ operator: 'Identity', inputs: ['sample'], outputs: ['denoised'] }];
/** sample / scale: numbers until the scale is 0. */
const DIVIDE = [
  { operator: 'Div', inputs: ['sample', 'conditioning_scale'], outputs: ['denoised'] },
];
/** Ones in scale * 2^30 x 2^30 x 2^10 floats, of which one is taken: 4 bytes times 2^70. */
const DEVOUR = [
  { operator: 'Mul', inputs: ['conditioning_scale', 'large'], outputs: ['count'] },
  { operator: 'Cast', inputs: ['count'], outputs: ['side'], attributes: { to: 7 } },
  { operator: 'Concat', inputs: ['side', 'side'], outputs: ['sides'], attributes: { axis: 0 } },
  { operator: 'ConstantOfShape', inputs: ['sides'], outputs: ['zeros'] },
  { operator: 'ReduceSum', inputs: ['zeros'], outputs: ['sum'], attributes: { keepdims: 0 } },
  { operator: 'Add', inputs: ['sample', 'sum'], outputs: ['denoised'] },
];

test('one graph for the whole frame is given the pose as bytes and paints', async () => {
  const dir = await writeFramePack(root, 'whole', KEEP);
  const picture = await withBody(dir, (body) => drawn(body));
  const map = new SkeletonMap(SIDE, SIDE).draw(standing());
  assert.deepEqual(
    picture.filter((_, i) => i % 4 < 3),
    map,
  );
});

test('a frame that is no number is the last good one again, counted, and it recovers', async () => {
  const dir = await writeFramePack(root, 'broken', DIVIDE);
  await withBody(dir, async (body) => {
    const good = await drawn(body);
    body.change?.({ conditioningScale: 0 });
    const moved = standing();
    moved.body[BODY.leftWrist * 3] = 0.2;
    assert.deepEqual(await drawn(body, moved), good);
    assert.deepEqual(await drawn(body, moved), good);
    assert.equal(body.health?.broken, 2);
    body.change?.({ conditioningScale: 1 });
    assert.notDeepEqual(await drawn(body, moved), good);
    assert.equal(body.health?.broken, 2);
  });
});

test('without memory the last picture stays, the reason is told, and it goes on later', async () => {
  const dir = await writeFramePack(root, 'devour', DEVOUR);
  const calm = await twinFrame(dir);
  await withBody(dir, async (body) => {
    body.change?.({ conditioningScale: 0 });
    const good = await drawn(body);
    body.change?.({ conditioningScale: 1 });
    assert.deepEqual(await drawn(body), good);
    assert.equal(body.health?.failed, 1);
    assert.match(body.health.problem, /allocat|memory|size/i);
    body.change?.({ conditioningScale: 0 });
    for (let i = 0; i < 26; i += 1) await drawn(body);
    assert.equal(body.health.failed, 1, 'it is left alone for a second');
    assert.equal(body.health.problem, '');
  });
  assert.equal(calm, SIDE * SIDE * 4);
});

/** Bytes of a picture of this pack. */
async function twinFrame(dir: string): Promise<number> {
  return withBody(dir, async (body) => {
    body.change?.({ conditioningScale: 0 });
    return (await drawn(body)).length;
  });
}

test('a pack without a text encoder keeps its prompt and says so', async () => {
  const dir = await writeFramePack(root, 'mute', KEEP);
  await withBody(dir, async (body) => {
    const good = await drawn(body);
    body.change?.({ prompt: 'something else' });
    assert.deepEqual(await drawn(body), good);
    assert.match(body.health?.problem ?? '', /no text encoder/);
  });
});
