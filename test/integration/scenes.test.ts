/** Scenes on air: what is uploaded is shown, switched and turned, and survives what breaks. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  Scene,
  SessionRequest,
  type SceneAsset,
  type SessionScene,
} from '../../server/protocol/index.ts';
import type { Session } from '../../server/session/session.ts';
import { childrenWith, TestApp, until } from '../support/app.ts';
import { withOrientation } from '../support/photo-exif.ts';
import { makeMedia, Watcher } from '../support/scene-files.ts';

const RED: Rgb = [255, 0, 0];
const GREEN: Rgb = [0, 255, 0];
const BLUE: Rgb = [0, 0, 255];
const WHITE: Rgb = [255, 255, 255];
type Rgb = readonly [number, number, number];

describe('scenes', () => {
  let folder: string;
  let app: TestApp;
  let session: Session;
  let eye: Watcher;
  const assets: Record<string, SceneAsset> = {};

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'posecast-scenes-'));
    app = await TestApp.open();
    const made = [
      ['red', 'image', 'color=red:s=320x180:r=1', 'png', '-frames:v', '1'],
      ['blue', 'image', 'color=blue:s=200x200:r=1', 'jpg', '-frames:v', '1'],
      ['green', 'video', 'color=0x00ff00:s=320x180:r=25:d=0.6', 'mp4', '-pix_fmt', 'yuv420p'],
    ] as const;
    for (const [name, kind, source, ending, ...options] of made) {
      const path = await makeMedia(join(folder, `${name}.${ending}`), source, ...options);
      assets[name] = await upload(kind, name, await readFile(path));
    }
  });
  after(async () => {
    await eye[Symbol.asyncDispose]();
    await app.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function api(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${app.app.url}/api/v1${path}`, {
      method,
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    const answer: unknown = response.status === 204 ? null : await response.json();
    if (!response.ok) throw Object.assign(new Error(JSON.stringify(answer)), answer);
    return answer;
  }

  async function upload(kind: string, name: string, body: Uint8Array): Promise<SceneAsset> {
    const response = await fetch(
      `${app.app.url}/api/v1/scene-assets?kind=${kind}&name=${encodeURIComponent(name)}`,
      { method: 'POST', body: new Uint8Array(body), headers: { 'content-type': 'application/octet-stream' } }, // prettier-ignore
    );
    const answer = (await response.json()) as SceneAsset & { error?: { message: string } };
    if (!response.ok) throw new Error(answer.error?.message);
    return answer;
  }

  const save = (id: string, scene: unknown): Promise<unknown> => api('PUT', `/scenes/${id}`, scene);
  const show = async (scene: string | null): Promise<SessionScene> =>
    (await api('PUT', `/sessions/${session.id}/scene`, { scene, fadeMs: 0 })) as SessionScene;

  /** Corners, where no avatar is. */
  async function looks(what: string, wanted: Readonly<Record<string, Rgb>>): Promise<void> {
    await until(what, () =>
      Object.entries(wanted).every(([place, colour]) =>
        eye.at(...placeOf(place))?.every((value, c) => Math.abs(value - colour[c]!) < 24),
      ),
    );
  }

  function placeOf(place: string): [number, number] {
    const [x, y] = place.split(',').map(Number);
    return [x!, y!];
  }

  test('a session begins with a scene and has its canvas', async () => {
    await save('intro', {
      title: 'Intro',
      canvas: { width: 320, height: 180 },
      background: { kind: 'image', asset: assets['red']!.id },
      overlays: [{ kind: 'text', text: '你好', plate: '#ffffff', colour: '#ffffff', box: { x: 0.7, y: 0.8, width: 0.3, height: 0.2 } }], // prettier-ignore
      avatars: [{ x: 0.5, scale: 0.8, bottom: 1 }],
    });
    session = await app.app.registry.create(SessionRequest.parse({ scene: 'intro' }));
    await until('it is on air', () => session.snapshot.rtmpLive);
    eye = await Watcher.open(session.snapshot.rtmpUrl, session.snapshot);
    assert.deepEqual([session.snapshot.width, session.snapshot.height], [320, 180]);
    assert.equal(session.snapshot.scene.title, 'Intro');
    await looks('the picture behind, the text in front', { '0.05,0.1': RED, '0.9,0.86': WHITE });
  });

  test('a photo is kept as its camera was held, and an editor can ask what a LUT does', async () => {
    const wide = await makeMedia(join(folder, 'wide.jpg'), 'color=blue:s=120x60:r=1', '-frames:v', '1'); // prettier-ignore
    const upright = await upload('image', 'phone.jpg', withOrientation(await readFile(wide), 6));
    assert.deepEqual([upright.width, upright.height], [60, 120]);
    const rows = ['1 1 1', '0 1 1', '1 0 1', '0 0 1', '1 1 0', '0 1 0', '1 0 0', '0 0 0'];
    const lut = await upload('lut', 'invert.cube', Buffer.from(`LUT_3D_SIZE 2\n${rows.join('\n')}\n`)); // prettier-ignore
    const { side, colours } = (await api('GET', `/scene-assets/${lut.id}/colours`)) as {
      readonly side: number;
      readonly colours: string;
    };
    const bytes = Buffer.from(colours, 'base64');
    assert.equal(bytes.length, side ** 3 * 3);
    assert.deepEqual([...bytes.subarray(0, 3), ...bytes.subarray(-3)], [255, 255, 255, 0, 0, 0]);
    assert.deepEqual([...bytes.subarray(3, 6)], [239, 255, 255], 'red is the fastest');
    await api('DELETE', `/scene-assets/${lut.id}`);
  });

  test('a video in a loop plays behind, and ends with its scene', async () => {
    await save('clip', {
      title: 'Clip',
      background: { kind: 'video', asset: assets['green']!.id },
    });
    assert.equal((await show('clip')).problem, '');
    await looks('the video', { '0.05,0.1': GREEN });
    assert.equal((await childrenWith('stream_loop')).length, 1);
  });

  test('slides are turned, and their regions lie where they are seen', async () => {
    const region = { x: 0.5, y: 0, width: 0.5, height: 0.5, name: 'Price' };
    const slides = [{ asset: assets['blue']!.id, regions: [region] }, { asset: assets['red']!.id }];
    const slideBox = { x: 0, y: 0, width: 0.3, height: 1 };
    await save('talk', { title: 'Talk', colour: '#00ff00', slides, slideBox });
    const first = await show('talk');
    assert.deepEqual([first.slide, first.slides], [1, 2]);
    // 200 x 200 in a box of 96 x 180: 96 a side, in its middle.
    const { x, y, width } = first.regions[0]!;
    assert.ok(
      Math.abs(x - 0.15) < 0.01 && Math.abs(y - 0.233) < 0.01 && Math.abs(width - 0.15) < 0.01,
    );
    await looks('the first slide', { '0.05,0.5': BLUE, '0.05,0.05': GREEN });
    const next = (await api('PUT', `/sessions/${session.id}/slide`, {
      turn: 'next',
    })) as SessionScene;
    assert.equal(next.slide, 2);
    await looks('the second', { '0.05,0.5': RED });
    const last = (await api('PUT', `/sessions/${session.id}/slide`, {
      turn: 'next',
    })) as SessionScene;
    assert.equal(last.slide, 2, 'it stays at the last');
    await assert.rejects(api('PUT', `/sessions/${session.id}/slide`, { turn: 9 }), /no slide 9/);
    await until('the video of the scene before is gone', async () => (await childrenWith('stream_loop')).length === 0); // prettier-ignore
  });

  test('pointing at a region asks for pose control, and plays towards it', async () => {
    await api('PUT', `/sessions/${session.id}/slide`, { turn: 1 });
    const point = (region: number | string): Promise<unknown> =>
      api('POST', `/sessions/${session.id}/point`, { region });
    await assert.rejects(point('price'), /Pose control is off/);
    session.setTier('full');
    assert.ok(Number.isInteger(((await point('price')) as { script: number }).script));
    await assert.rejects(point(7), /no region '7'; it has: 1 \(Price\)/);
  });

  test('the engine dies: the scene comes back with the next one', async () => {
    await app.app.engines.kill();
    await until('it is live again', () => session.snapshot.state === 'live');
    assert.equal(session.snapshot.scene.id, 'talk');
    await looks('the slide is there again', { '0.05,0.5': BLUE, '0.05,0.05': GREEN });
  });

  test('a file that vanished leaves the colour, and says so', async () => {
    const { id } = assets['red']!;
    await rm(join(app.config.dataDir, 'scenes', `${id}.png`));
    await save('broken', {
      title: 'Broken',
      colour: '#ffffff',
      background: { kind: 'image', asset: id, blur: 0.01 },
    });
    assert.match((await show('broken')).problem, /red can not be shown/);
    await looks('the colour', { '0.05,0.1': WHITE });
    await writeFile(join(app.config.dataDir, 'scenes', `${assets['green']!.id}.video`), 'no video');
    await save('broken', {
      title: 'Broken',
      colour: '#0000ff',
      background: { kind: 'video', asset: assets['green']!.id },
    });
    await until('it is told', () => /video behind can not be shown/.test(session.snapshot.scene.problem)); // prettier-ignore
    await looks('the other colour', { '0.05,0.1': BLUE });
  });

  test('null is the plain background; a scene in use can be deleted', async () => {
    await api('DELETE', '/scenes/broken');
    await until('nothing is shown', () => session.snapshot.scene.id === null);
    await looks('its own colour', { '0.05,0.1': [228, 224, 214] });
    await assert.rejects(
      api('DELETE', `/scene-assets/${assets['blue']!.id}`),
      /A scene shows this/,
    );
  });

  test('what is no picture, no video, no LUT or too much is refused with the reason', async () => {
    const junk = Buffer.from('GIF89a and nothing else that anybody could call a picture');
    await assert.rejects(upload('image', 'junk.png', junk), /no PNG, JPEG or WebP/);
    await assert.rejects(upload('video', 'junk.mp4', junk), /Cannot read/);
    await assert.rejects(
      upload('lut', 'junk.cube', junk),
      /The LUT's line 1: the keyword "GIF89a"/,
    );
    const png = await readFile(await makeMedia(join(folder, 'cut.png'), 'testsrc=s=400x300', '-frames:v', '1')); // prettier-ignore
    await assert.rejects(upload('image', 'cut.png', png.subarray(0, png.length / 3)), /cut.png/);
    const huge = Buffer.from(png);
    huge.writeUInt32BE(60_000, 16);
    huge.writeUInt32BE(60_000, 20);
    await assert.rejects(upload('image', 'huge.png', huge), /60000 x 60000 pixels; at most/);
  });

  test('a scene that is none is refused', () => {
    assert.throws(() => Scene.parse({ title: '' }));
    assert.throws(() => Scene.parse({ title: 'A', canvas: { width: 641, height: 480 } }));
  });
});
