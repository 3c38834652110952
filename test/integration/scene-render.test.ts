/** Scenes offline: the same compositor, the same frames on any number of threads. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { render } from '../../server/studio/render.ts';
import { readyOrder, type RenderOrder } from '../../server/studio/render-order.ts';
import { makeMedia } from '../support/scene-files.ts';

const ROOT = join(import.meta.dirname, '../..');
let folder = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'posecast-scene-render-'));
  await makeMedia(join(folder, 'v.mp4'), 'testsrc2=s=160x90:r=25:d=0.4', '-pix_fmt', 'yuv420p');
  await makeMedia(join(folder, 'a.png'), 'color=blue:s=40x40:r=1', '-frames:v', '1');
  await makeMedia(join(folder, 'voice.wav'), 'sine=220:d=1.2');
  await writeFile(
    join(folder, 'scene.json'),
    JSON.stringify({
      title: 'Talk',
      background: { kind: 'video', asset: 'v.mp4' },
      avatars: [{ x: 0.75, scale: 0.9 }],
      slides: [{ asset: 'a.png', regions: [{ x: 0, y: 0, width: 1, height: 1 }] }],
      overlays: [{ kind: 'text', text: 'Hello', box: { x: 0, y: 0.8, width: 1, height: 0.2 }, plate: '#ffffff' }], // prettier-ignore
    }),
  );
  await writeFile(join(folder, 'warm.cube'), 'LUT_1D_SIZE 2\n0.1 0 0\n1 0.9 0.8\n');
});
after(() => rm(folder, { recursive: true, force: true }));

async function made(target: string, threads: number, more: Partial<RenderOrder>): Promise<string> {
  const house = { modelsDir: join(ROOT, 'models'), dataDir: join(folder, 'data'), logLevel: 'silent', ffmpeg: 'ffmpeg' }; // prettier-ignore
  const order: RenderOrder = {
    ...{ source: join(folder, 'voice.wav'), target: join(folder, target) },
    ...{ width: 160, height: 90, fps: 25, background: '#203040' },
    ...more,
  };
  const result = await render(await readyOrder(house, order), {
    threads,
    ffmpeg: 'ffmpeg',
    lipsDir: join(ROOT, 'models/lipsync'),
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  return result.target;
}

const hash = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

test('a video, a slide, a LUT, a fade to another place: byte for byte on one thread and on two', async () => {
  const script = JSON.stringify({
    ...{ format: 'posecast-script', version: 1 },
    cues: [
      { at: 0.1, say: 'point at region 1' },
      { at: 0.6, scene: null, fadeMs: 300 },
    ],
  });
  const more = { scene: join(folder, 'scene.json'), lut: join(folder, 'warm.cube'), script };
  const [one, two] = [await made('one.mp4', 1, more), await made('two.mp4', 2, more)];
  assert.equal(await hash(one), await hash(two));
  assert.notEqual(await hash(one), await hash(await made('plain.mp4', 2, {})));
});

test('with transparency the avatar stands alone where the scene puts it, or with the overlays', async () => {
  const scene = join(folder, 'scene.json');
  const [alone, dressed] = [
    await made('alone.png', 2, { scene }),
    await made('dressed.png', 2, { scene, overlays: true }),
  ];
  const alphaAt = async (where: string, x: number, y: number): Promise<number> => {
    const { createCanvas, loadImage } = await import('@napi-rs/canvas');
    const context = createCanvas(160, 90).getContext('2d');
    context.drawImage(await loadImage(await readFile(join(where, 'frame-000001.png'))), 0, 0);
    return context.getImageData(x, y, 1, 1).data[3]!;
  };
  assert.deepEqual([await alphaAt(alone, 5, 80), await alphaAt(dressed, 5, 80)], [0, 255]);
  assert.equal(await alphaAt(alone, 120, 60), 255, 'it stands at the right');
});

test('what is wrong is told before anything is drawn', async () => {
  await writeFile(join(folder, 'bad.cube'), 'LUT_1D_SIZE 2\n0 0 0\n');
  const wrong = async (more: Partial<RenderOrder>, said: RegExp): Promise<void> => {
    await assert.rejects(made('wrong.mp4', 1, more), (error: Error) => said.test(error.message));
  };
  await wrong({ scene: 'nowhere' }, /There is no scene 'nowhere'; there are: none yet/);
  await wrong({ lut: join(folder, 'bad.cube') }, /line 2: the file ends after 1 of 2 rows/);
  await wrong({ scene: join(folder, 'none.json') }, /There is no scene .*none.json/);
  await writeFile(join(folder, 'odd.json'), '{"title":"A","canvas":{"width":641,"height":2}}');
  await wrong({ scene: join(folder, 'odd.json') }, /"canvas.width"/);
  const script = '{"format":"posecast-script","version":1,"cues":[{"at":1,"slide":4}]}';
  await wrong({ script }, /turns to slide 4; the scene has 0 slides/);
});

test('a batch over avatars and scenes: every row with its own scene and LUT, once', async () => {
  const manifest = join(folder, 'batch.csv');
  const out = 'batch/{avatar} {scene}.mp4';
  await writeFile(
    manifest,
    `audio,avatar,scene,lut,music,out\nvoice.wav,mira|leo,plain|scene.json,,,${out}\n` +
      'voice.wav,mira,scene.json,warm.cube,voice.wav,batch/warm.mp4\n',
  );
  const run = (): Record<string, unknown>[] => {
    const size = ['--width', '160', '--height', '90', '--json'];
    const command = ['server/cli.ts', 'render', '--batch', manifest, ...size];
    const env = { ...process.env, POSECAST_DATA: join(folder, 'data') };
    const told = execFileSync(process.execPath, command, { cwd: ROOT, env, encoding: 'utf8' });
    return told.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>); // prettier-ignore
  };
  const ends = (events: Record<string, unknown>[], event: string): number =>
    events.filter((each) => each['event'] === event).length;
  assert.equal(ends(run(), 'done'), 5);
  const again = run();
  assert.deepEqual([ends(again, 'skipped'), ends(again, 'done')], [5, 0]);
  const names = ['mira plain', 'leo plain', 'mira scene', 'leo scene', 'warm'];
  const hashes = await Promise.all(names.map((name) => hash(join(folder, 'batch', `${name}.mp4`))));
  assert.equal(new Set(hashes).size, 5, 'no two are alike');
});
