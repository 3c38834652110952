/**
 * Diffusion packs for tests: the random-weight twin that models/export made, copied with changes, and
 * packs whose one graph is written by hand, so that a test knows what it computes.
 */
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onnxFile, type GraphText, type NodeText } from './onnx-writer.ts';

export const TWIN = join(import.meta.dirname, '../fixtures/diffusion/twin');
const SIDE = 64;
const TEXT = { tokens: 77, width: 8 };

/** A copy of the twin named `name` with some of its files replaced. */
export async function copyTwin(
  root: string,
  name: string,
  changes: Readonly<Record<string, Uint8Array | string>>,
): Promise<string> {
  const dir = join(root, name);
  await cp(TWIN, dir, { recursive: true });
  for (const [file, bytes] of Object.entries(changes)) await writeFile(join(dir, file), bytes);
  await writeManifest(dir, name);
  return dir;
}

/** The twin's diffusion.json with changes at its top level. */
export async function twinFile(changes: Readonly<Record<string, unknown>>): Promise<string> {
  const file = JSON.parse(await readFile(join(TWIN, 'diffusion.json'), 'utf8')) as object;
  return JSON.stringify({ ...file, ...changes });
}

/**
 * A pack of one graph for the whole frame. It paints the pose's map; `denoised` says how its latent
 * comes from `sample` [1,4,8,8] and `conditioning_scale` [1].
 */
export async function writeFramePack(
  root: string,
  name: string,
  denoised: readonly NodeText[],
): Promise<string> {
  const dir = join(root, name);
  await mkdir(dir);
  await writeFile(join(dir, 'frame.onnx'), onnxFile(frameGraph(denoised)));
  await writeFile(join(dir, 'prompt.f32'), Buffer.alloc(TEXT.tokens * TEXT.width * 4));
  const file = {
    ...{ format: 'posecast-diffusion', version: 1, width: SIDE, height: SIDE },
    ...{ graphs: { frame: 'frame.onnx' }, embedding: 'prompt.f32' },
    schedule: { kind: 'euler', steps: 1 },
    look: { prompt: 'a pose', strength: 1, conditioningScale: 1, seed: 1 },
  };
  await writeFile(join(dir, 'diffusion.json'), JSON.stringify(file));
  await writeManifest(dir, name);
  return dir;
}

function frameGraph(denoised: readonly NodeText[]): GraphText {
  const latent = { type: 'float32', shape: [1, 4, SIDE / 8, SIDE / 8] } as const;
  return {
    inputs: [
      { name: 'sample', ...latent },
      { name: 'timestep', type: 'float32', shape: [1] },
      { name: 'coefficients', type: 'float32', shape: [1, 5] },
      { name: 'encoder_hidden_states', type: 'float32', shape: [1, TEXT.tokens, TEXT.width] },
      { name: 'pose', type: 'uint8', shape: [1, SIDE, SIDE, 3] },
      { name: 'conditioning_scale', type: 'float32', shape: [1] },
    ],
    outputs: [
      { name: 'denoised', ...latent },
      { name: 'picture', type: 'uint8', shape: [SIDE, SIDE, 4] },
    ],
    nodes: [
      ...denoised,
      { operator: 'Cast', inputs: ['pose'], outputs: ['bytes'], attributes: { to: 1 } },
      { operator: 'Squeeze', inputs: ['bytes', 'first'], outputs: ['rgb'] },
      {
        operator: 'Concat',
        inputs: ['rgb', 'opaque'],
        outputs: ['rgba'],
        attributes: { axis: 2 },
      },
      { operator: 'Cast', inputs: ['rgba'], outputs: ['picture'], attributes: { to: 2 } },
    ],
    weights: [
      { name: 'first', shape: [1], integers: [0] },
      { name: 'opaque', shape: [SIDE, SIDE, 1], floats: new Array<number>(SIDE * SIDE).fill(255) },
      { name: 'large', shape: [1], floats: [2 ** 30] },
    ],
  };
}

async function writeManifest(dir: string, name: string): Promise<void> {
  const names = (await readdir(dir)).filter((file) => file !== 'avatar.json');
  const files = await Promise.all(
    names.map(async (file) => {
      const sha256 = createHash('sha256').update(await readFile(join(dir, file)));
      return [file, { sha256: sha256.digest('hex') }] as const;
    }),
  );
  const manifest = {
    name,
    title: { en: 'Toy', zh: '玩具' },
    description: { en: 'A toy.', zh: '玩具。' },
    ...{ body: 'diffusion', lips: 'visemes', width: SIDE, height: SIDE },
    ...{ licence: 'Apache-2.0', author: 'Tests', files: Object.fromEntries(files) },
  };
  await writeFile(join(dir, 'avatar.json'), JSON.stringify(manifest));
}
