/** An avatar of footage, rendered and live: the person is seen, and the mouth moves with the voice. */
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { SessionRequest } from '../../server/protocol/session.ts';
import { render } from '../../server/studio/render.ts';
import { readyOrder } from '../../server/studio/render-order.ts';
import { TestApp, until } from '../support/app.ts';
import { paintedClip } from '../support/clip-pack.ts';
import { PHOTO_SIDE, pointOf } from '../support/photo.ts';

const ROOT = join(import.meta.dirname, '../..');
const FRAMES = 40;
const size = { width: PHOTO_SIDE, height: PHOTO_SIDE };
let folder = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'posecast-clip-avatar-'));
  await paintedClip({ folder: join(folder, 'data/avatars'), name: 'grid', frames: FRAMES });
  await mkdir(join(folder, 'sounds'));
  // Half a second of silence, then a voice.
  const source = 'aevalsrc=0.4*sin(2*PI*180*t)*gt(t\\,0.5):s=48000:d=1.2';
  execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', source, join(folder, 'voice.wav')]);
});
after(() => rm(folder, { recursive: true, force: true }));

/** R, G, B in the middle of the mouth. */
function mouth(rgb: Buffer, frame: number): number[] {
  const [x, y] = pointOf(14).map(Math.round);
  const at = (frame * PHOTO_SIDE * PHOTO_SIDE + y! * PHOTO_SIDE + x!) * 3;
  return [...rgb.subarray(at, at + 3)];
}

const RAW = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'];

async function made(threads: number): Promise<string> {
  const dataDir = join(folder, 'data');
  const house = { modelsDir: join(ROOT, 'models'), dataDir, logLevel: 'silent', ffmpeg: 'ffmpeg' };
  const job = await readyOrder(house, {
    ...{ source: join(folder, 'voice.wav'), avatar: 'grid', background: '#000000' },
    ...{ ...size, fps: 25, target: join(folder, `${threads}.mp4`) },
  });
  const { target } = await render(job, {
    ...{ threads, ffmpeg: 'ffmpeg', lipsDir: join(ROOT, 'models/lipsync') },
    ...{ signal: new AbortController().signal, onProgress: () => undefined },
  });
  return target;
}

test('rendered: byte for byte on one thread and on two, the mouth moves when the voice begins', async () => {
  const [one, two] = [await made(1), await made(2)];
  const hash = async (path: string): Promise<string> =>
    createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
  assert.equal(await hash(one), await hash(two));
  const rgb = execFileSync('ffmpeg', ['-v', 'error', '-i', one, ...RAW], { maxBuffer: 1e9 });
  const [silent, spoken] = [mouth(rgb, 4), mouth(rgb, 25)];
  assert.ok(silent[1]! > 150, `the footage has bright teeth: ${silent.join()}`);
  assert.ok(spoken[0]! > 150 && spoken[1]! < 110, `the network's colour: ${spoken.join()}`);
});

test('live: the person is on air, and the mouth moves with the voice', async () => {
  await using app = await TestApp.open({ dataDir: join(folder, 'data') });
  const session = await app.app.registry.create(SessionRequest.parse({ ...size, avatar: 'grid' }));
  await app.speak(session);
  await until('pictures are on air', () => session.snapshot.rtmpLive && session.statistics.fps > 0);
  const input = ['-v', 'error', '-t', '2', '-i', session.snapshot.rtmpUrl, '-map', '0:v'];
  const { stdout } = await promisify(execFile)('ffmpeg', [...input, ...RAW], {
    ...{ encoding: 'buffer', maxBuffer: 1e9 },
  });
  const frames = Math.floor(stdout.length / (PHOTO_SIDE * PHOTO_SIDE * 3));
  const colours = Array.from({ length: frames }, (_, i) => mouth(stdout, i));
  assert.ok(colours.some(([r, g]) => r! > 150 && g! < 110), 'painted while somebody speaks'); // prettier-ignore
  assert.equal(session.snapshot.state, 'live');
  assert.equal(session.snapshot.reason, '');
});
