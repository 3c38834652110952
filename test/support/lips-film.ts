/**
 * One film to judge lips by: people who were filmed beside the hosts that say the same, then the
 * aligned recordings by three hosts side by side:
 *   node test/support/lips-film.ts FOLDER [CLIPS]
 * FOLDER gets `lips.mp4` with sound, and `lips.png`, twelve moments of the filmed part.
 */
import { execFile } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { wavBytes } from '../../server/bench/fake-microphone.ts';
import { readClips } from '../../server/bench/lips-clips.ts';
import { tripled } from './voices.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');
const SIDE = 384;
const HOSTS = ['mira', 'leo', 'nora'] as const;

const [folder = '', clips = join(ROOT, '../shared/data/speech')] = process.argv.slice(2);
if (folder === '') throw new Error('usage: lips-film.ts FOLDER [CLIPS]');
await mkdir(folder, { recursive: true });

const parts: string[] = [];
const filmed = join(clips, 'grid-av');
for (const file of (await readdir(filmed)).filter((name) => name.endsWith('.mpg'))) {
  const film = join(filmed, file);
  const hosts = [await render(film, 'mira'), await render(film, 'nora')];
  parts.push(await beside(`film-${basename(file, '.mpg')}`, [film, ...hosts]));
}
const seen = parts.length;
for (const { name, audio } of await readClips(clips)) {
  const sound = join(folder, `${name}.wav`);
  await writeFile(sound, wavBytes(tripled(audio)));
  const hosts: string[] = [];
  for (const host of HOSTS) hosts.push(await render(sound, host));
  parts.push(await beside(`said-${name}`, hosts));
}
const list = join(folder, 'parts.txt');
await writeFile(list, parts.map((part) => `file ${basename(part)}\n`).join(''));
const whole = join(folder, 'lips.mp4');
await run('ffmpeg', ['-v', 'error', '-y', '-f', 'concat', '-i', list, '-c', 'copy', whole]);
const tiles = `select='not(mod(n-10\\,${Math.round((seen * 75) / 12)}))',scale=480:-1,tile=3x4`;
const sheet = join(folder, 'lips.png');
await run('ffmpeg', ['-v', 'error', '-y', '-i', whole, '-vf', tiles, '-frames:v', '1', sheet]);
process.stdout.write(`${whole}\n${sheet}\n`);

async function render(sound: string, host: string): Promise<string> {
  const video = join(folder, `${basename(sound).replace(/\.\w+$/, '')}-${host}.mp4`);
  const size = ['--width', String(SIDE), '--height', String(SIDE), '--fps', '25'];
  const options = ['--audio', sound, '--avatar', host, ...size, '--out', video];
  await run(process.execPath, [join(ROOT, 'server/cli.ts'), 'render', ...options]);
  return video;
}

/** Pictures in a row, the last one's sound. */
async function beside(name: string, videos: readonly string[]): Promise<string> {
  const part = join(folder, `${name}.mp4`);
  const scaled = videos.map((_, i) => `[${i}:v]fps=25,scale=${SIDE}:${SIDE}:force_original_aspect_ratio=increase,crop=${SIDE}:${SIDE}[v${i}]`); // prettier-ignore
  const row = `${videos.map((_, i) => `[v${i}]`).join('')}hstack=inputs=${videos.length}[v]`;
  await run('ffmpeg', [
    ...['-v', 'error', '-y', ...videos.flatMap((video) => ['-i', video])],
    ...['-filter_complex', [...scaled, row].join(';'), '-map', '[v]'],
    ...['-map', `${videos.length - 1}:a`, '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac'],
    ...['-ar', '48000', '-shortest', part],
  ]);
  return part;
}
