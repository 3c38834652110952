/** Rendering with real ffmpeg: what comes out, that it repeats, and what is left when it fails. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { execFileSync, spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { createCanvas, loadImage } from '@napi-rs/canvas';
import { scriptOfTrack } from '../../server/motion/play-script.ts';
import { compileTemplate } from '../../server/motion/template/compile.ts';
import { probe } from '../../server/outputs/probe.ts';
import { CastMember } from '../../server/protocol/session.ts';
import { SoundFile } from '../../server/studio/sound-file.ts';
import { render, type RenderJob, type RenderProgress } from '../../server/studio/render.ts';
import { assertGolden } from '../support/golden.ts';
import { richTemplate } from '../support/templates.ts';

const ROOT = join(import.meta.dirname, '../..');
const SECONDS = 1.3;
let folder = '';
let audio = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'posecast-render-'));
  audio = join(folder, 'voice with blanks.wav');
  const tone = `sine=f=180:r=44100:d=${SECONDS}`;
  execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', tone, '-ac', '2', audio]);
});
after(() => rm(folder, { recursive: true, force: true }));

function job(target: string, more: Partial<RenderJob> = {}): RenderJob {
  const packDir = join(ROOT, 'models/avatars/mira');
  return {
    audio,
    target: join(folder, target),
    cast: [{ ...CastMember.parse({ avatar: 'mira' }), packDir }],
    ...{ width: 160, height: 160, fps: 25, background: '#203040', seed: 7, cues: [] },
    ...more,
  };
}

function run(
  what: RenderJob,
  signal = new AbortController().signal,
  told: RenderProgress[] = [],
  threads = 2,
) {
  return render(what, {
    threads,
    ffmpeg: 'ffmpeg',
    lipsDir: join(ROOT, 'models/lipsync'),
    signal,
    onProgress: (progress) => told.push(progress),
  });
}

/** At rest, on the way, and moved. */
const GOLDEN = ['frame-000001.png', 'frame-000010.png', 'frame-000025.png'];

async function premultiplied(path: string) {
  const image = await loadImage(await readFile(path));
  const { width, height } = image;
  const context = createCanvas(width, height).getContext('2d');
  context.drawImage(image, 0, 0);
  const rgba = new Uint8Array(context.getImageData(0, 0, width, height).data);
  for (let i = 0; i < rgba.length; i += 1) {
    if (i % 4 < 3) rgba[i] = Math.round((rgba[i]! * rgba[i - (i % 4) + 3]!) / 255);
  }
  return { rgba, width, height };
}

const hash = (path: string): string =>
  createHash('sha256').update(readFileSync(path)).digest('hex');
const leftovers = (): string[] => readdirSync(folder).filter((name) => name.includes('.partial'));

test('an MP4 has every frame, and sound as long as the picture from the same instant', async () => {
  const told: RenderProgress[] = [];
  const result = await run(job('a.mp4', { fps: 30 }), undefined, told);
  assert.equal(result.frames, Math.ceil(SECONDS * 30));
  assert.deepEqual(told.at(-1)?.frame, result.frames);
  const { streams } = await probe(result.target);
  const [picture, sound] = ['video', 'audio'].map((type) =>
    streams.find((stream) => stream.codec_type === type),
  );
  assert.equal(picture?.codec_name, 'h264');
  assert.equal(picture?.color_space, 'bt709');
  assert.equal(sound?.codec_name, 'aac');
  assert.ok(Math.abs(picture.duration! - result.frames / 30) < 1e-3);
  assert.ok(Math.abs(sound.duration! - picture.duration!) < 1 / 30);
  assert.equal(picture.start_time, 0);
  assert.equal(sound.start_time, 0);
  assert.deepEqual(leftovers(), []);
});

test('the same input gives the same pictures on any number of threads, another seed others', async () => {
  const first = await run(job('one.png'));
  const second = await run(job('two.png'), undefined, [], 1);
  const other = await run(job('three.png', { seed: 8 }));
  const names = readdirSync(first.target);
  assert.equal(names.length, first.frames);
  for (const name of names) {
    assert.equal(hash(join(first.target, name)), hash(join(second.target, name)), name);
  }
  const last = names.at(-1)!;
  assert.notEqual(hash(join(first.target, last)), hash(join(other.target, last)));
  await assert.rejects(run(job('one.png')), { code: 'conflict' });
});

test('a script draws the golden frames', async () => {
  const options = { id: 1, priority: 'hand', when: 'now' } as const;
  const script = scriptOfTrack(compileTemplate(richTemplate()), options);
  const { target } = await run(job('moved.png', { cues: [{ seconds: 0, script }] }));
  for (const name of GOLDEN) {
    const { rgba, width, height } = await premultiplied(join(target, name));
    await assertGolden(`render/${name}`, rgba, width, height);
  }
});

test('transparent formats are transparent, with straight colours', async () => {
  for (const [name, codec, decoder] of [
    ['a.mov', 'prores', 'prores'],
    ['a.webm', 'vp9', 'libvpx-vp9'],
  ] as const) {
    const { target, frames } = await run(job(name));
    const { streams } = await probe(target);
    assert.ok(streams.some((stream) => stream.codec_name === codec));
    const raw = execFileSync(
      'ffmpeg',
      ['-v', 'error', '-c:v', decoder, '-i', target, '-f', 'rawvideo', '-pix_fmt', 'rgba', '-'],
      { maxBuffer: 1e9 },
    );
    assert.equal(raw.length, frames * 160 * 160 * 4);
    assert.ok(raw[3]! < 4, `${name}: the corner is clear`);
    const chest = (130 * 160 + 80) * 4;
    assert.ok(raw[chest + 3]! > 250, `${name}: the chest is opaque`);
  }
});

test('what cannot be read, is stopped or goes nowhere leaves nothing behind', async () => {
  const garbage = join(folder, 'garbage.wav');
  writeFileSync(garbage, Buffer.from('RIFFxxxxWAVEfmt garbage'));
  await assert.rejects(run(job('b.mp4', { audio: garbage })), { code: 'unreadable_media' });
  await assert.rejects(run(job('b.avi')), { code: 'bad_request' });
  await assert.rejects(run(job('b.mp4', { width: 161 })), { code: 'bad_request' });
  await assert.rejects(run(job('b.mp4', { fps: 0 })), { code: 'bad_request' });
  await assert.rejects(run({ ...job(''), target: '/proc/none/b.mp4' }), {
    code: 'folder_unreachable',
  });
  const stop = new AbortController();
  const stopped = render(job('c.mp4'), {
    ffmpeg: 'ffmpeg',
    lipsDir: join(ROOT, 'models/lipsync'),
    signal: stop.signal,
    onProgress: () => stop.abort(new Error('enough')),
  });
  await assert.rejects(stopped, /enough/);
  assert.ok(!existsSync(join(folder, 'c.mp4')));
  assert.deepEqual(leftovers(), []);
});

test('noise is taken out of the sound, which stays where it was', async () => {
  const noisy = join(folder, 'noisy.wav');
  // A tone between 2.0 and 2.5 s, in noise of about -40 dBFS.
  const source =
    'aevalsrc=0.2*sin(2*PI*300*t)*between(t\\,2\\,2.5)+0.0173*(2*random(0)-1):s=48000:d=4';
  execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', source, noisy]);
  const heard = (path: string): Float32Array => {
    const raw = execFileSync('ffmpeg', ['-v', 'error', '-i', path, '-ac', '1', '-f', 'f32le', '-']);
    return new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length));
  };
  const db = (pcm: Float32Array, from: number, to: number): number => {
    const part = pcm.subarray(from * 48_000, to * 48_000);
    return 10 * Math.log10(part.reduce((sum, s) => sum + s * s, 0) / part.length);
  };
  const kept = heard((await run(job('kept.mov', { audio: noisy }))).target);
  const clean = heard((await run(job('clean.mov', { audio: noisy, noise: 'reduced' }))).target);
  assert.equal(clean.length, kept.length);
  assert.ok(Math.abs(db(kept, 1, 1.9) + 40) < 1);
  assert.ok(db(clean, 1, 1.9) < -52, `the pause has ${db(clean, 1, 1.9)} dB`);
  assert.ok(Math.abs(db(clean, 2.1, 2.4) - db(kept, 2.1, 2.4)) < 1, 'the tone is as loud');
  // Where both fit best on one another: a late sound would be out of step with the lips.
  const fit = (shift: number): number => {
    let sum = 0;
    for (let i = 95_000; i < 121_000; i += 1) sum += kept[i]! * clean[i + shift]!;
    return sum;
  };
  const shifts = Array.from({ length: 161 }, (_, i) => i - 80);
  assert.equal(shifts.toSorted((a, b) => fit(b) - fit(a))[0], 0);

  await using input = await SoundFile.open({ path: noisy, noiseDb: -40 }, 'ffmpeg');
  for (let i = 0; i < 60; i += 1) await input.next();
  const pause = await input.next();
  assert.ok(db(pause, 0, 0.02) < -52, 'the lips hear it without noise too');
});

test('the loudness asked for is the loudness that comes out', async () => {
  const meanDb = (path: string): number => {
    const filters = ['-af', 'volumedetect', '-f', 'null', '-'];
    const { stderr } = spawnSync('ffmpeg', ['-hide_banner', '-i', path, ...filters], {
      encoding: 'utf8',
    });
    return Number(/mean_volume: (-?[\d.]+) dB/.exec(stderr)?.[1]);
  };
  const quiet = await run(job('quiet.mp4', { loudness: -30 }));
  const loud = await run(job('loud.mp4', { loudness: -20 }));
  const difference = meanDb(loud.target) - meanDb(quiet.target);
  assert.ok(Math.abs(difference - 10) < 1.5, `${difference} dB apart`);
  const silence = join(folder, 'silence.wav');
  execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'anullsrc', '-t', '0.2', silence]);
  assert.equal((await run(job('silence.mp4', { audio: silence, loudness: -20 }))).frames, 5);
});

test('music lies beneath the voice from the first sample to the last, over and over', async () => {
  const beat = join(folder, 'beat.wav');
  const source = 'aevalsrc=0.5*sin(2*PI*2000*t)*lt(t\\,0.05):s=44100:d=0.25';
  execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', source, beat]);
  const heard = (path: string): Float32Array => {
    const raw = execFileSync('ffmpeg', ['-v', 'error', '-i', path, '-ac', '1', '-f', 'f32le', '-']);
    return new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length));
  };
  const plain = heard((await run(job('plain.mov'))).target);
  const mixed = heard((await run(job('mixed.mov', { audio, music: beat }))).target);
  assert.equal(mixed.length, plain.length);
  const music = mixed.map((sample, i) => sample - plain[i]!);
  const power = (from: number, to: number): number =>
    music.subarray(from * 48_000, to * 48_000).reduce((sum, s) => sum + s * s, 0);
  assert.ok(power(0.001, 0.05) > 50 * power(0.1, 0.24), 'the first beat');
  assert.ok(power(0.751, 0.8) > 50 * power(0.85, 0.99), 'the fourth, of the fourth round');
  assert.ok(power(1.25, 1.3) < 0.1 * power(0.25, 0.3), 'it has faded at the end');
});

test('a damaged sound becomes what is left of it, and that is told', async () => {
  const whole = join(folder, 'whole.mp3');
  const tone = ['-f', 'lavfi', '-i', 'sine=r=48000:d=2', whole];
  execFileSync('ffmpeg', ['-v', 'error', ...tone]);
  const bytes = readFileSync(whole);
  for (let i = bytes.length >> 1; i < bytes.length; i += 7) bytes[i] = bytes[i]! ^ 0xff;
  const broken = join(folder, 'broken.mp3');
  writeFileSync(broken, bytes);
  const { damage, frames } = await run(job('broken.mp4', { audio: broken }));
  assert.match(damage, /^Parts of the sound could not be read: /);
  assert.ok(frames > 5 && frames <= 51);
  const itself = join(folder, 'broken.mp4');
  await assert.rejects(run(job('broken.mp4', { audio: itself })), { code: 'bad_request' });
});
