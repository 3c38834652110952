/**
 * Renders the embedded hosts speaking every aligned human clip, and cuts out the mouth around each
 * p, b, m, f and v, three frames before to three after, to be looked at:
 *   node test/support/closure-sheet.ts FOLDER [CLIPS]
 * FOLDER gets one video a clip and `closures.png`, a row for each event: the lips must meet (or the
 * teeth touch the lip) in the middle column.
 */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { wavBytes } from '../../server/bench/fake-microphone.ts';
import { FRAME, RATE_HZ, readClips, type Clip } from '../../server/bench/lips-clips.ts';
import { VISEMES } from '../../server/speech/visemes.ts';
import { tripled } from './voices.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');
const FPS = 25;
const AROUND = 3;
const MOST_EVENTS = 5;
const HOSTS = ['mira', 'leo'] as const;
/** Where both hosts have their mouths in a picture of 512 x 512. */
const MOUTH = 'crop=150:110:181:150,scale=225:-1';

const [folder = '', clips = join(ROOT, '../shared/data/speech')] = process.argv.slice(2);
if (folder === '') throw new Error('usage: closure-sheet.ts FOLDER [CLIPS]');
await mkdir(folder, { recursive: true });

const rows: string[] = [];
for (const [index, clip] of (await readClips(clips)).entries()) {
  const video = await render(clip, HOSTS[index % HOSTS.length]!);
  for (const frame of closures(clip).slice(0, MOST_EVENTS)) rows.push(await cut(video, frame));
}
const stack = `vstack=inputs=${rows.length}`;
const inputs = rows.flatMap((row) => ['-i', row]);
const sheet = join(folder, 'closures.png');
await run('ffmpeg', ['-v', 'error', '-y', ...inputs, '-filter_complex', stack, sheet]);
process.stdout.write(`${rows.length} events: ${sheet}\n`);

async function render({ name, audio }: Clip, host: string): Promise<string> {
  const [sound, video] = [join(folder, `${name}.wav`), join(folder, `${name}.mp4`)];
  await writeFile(sound, wavBytes(tripled(audio)));
  const size = ['--width', '512', '--height', '512', '--fps', String(FPS)];
  const options = ['--audio', sound, '--avatar', host, ...size, '-o', video];
  await run(process.execPath, [join(ROOT, 'server/cli.ts'), 'render', ...options]);
  return video;
}

/** Video frames in the middle of every p, b, m, f, v. */
function closures({ truth }: Clip): number[] {
  const wanted = new Set([VISEMES.indexOf('PP'), VISEMES.indexOf('FF')]);
  const found: number[] = [];
  for (let from = 0, to = 0; from < truth.length; from = to) {
    while (to < truth.length && truth[to] === truth[from]) to += 1;
    const seconds = (((from + to) / 2) * FRAME) / RATE_HZ;
    if (wanted.has(truth[from]!) && seconds * FPS > AROUND) found.push(Math.round(seconds * FPS));
  }
  return found;
}

async function cut(video: string, frame: number): Promise<string> {
  const row = `${video}-${frame}.png`;
  const chosen = `select='between(n,${frame - AROUND},${frame + AROUND})'`;
  const filter = `${chosen},${MOUTH},tile=${2 * AROUND + 1}x1`;
  await run('ffmpeg', ['-v', 'error', '-y', '-i', video, '-vf', filter, '-frames:v', '1', row]);
  return row;
}
