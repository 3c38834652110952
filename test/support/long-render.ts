/**
 * Renders hours of a sound that comes and goes like speech, and prints the memory of the render and its
 * children every minute: it must not grow with the length. Not part of the tests.
 *
 *   node test/support/long-render.ts [--hours 2] [--every 60] [--width 1280] [--height 720]
 *
 * Ends with exit code 1 when the process itself needed over 3 % and 5 MB more in the second half than
 * in the first; ffmpeg's index of an MP4 grows by about 17 MB an hour. The video goes to a temporary
 * file, which is removed: 2 hours at 1280x720 need a few GB.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CastMember } from '../../server/protocol/session.ts';
import { render } from '../../server/studio/render.ts';

const ROOT = join(import.meta.dirname, '../..');
const text = (fallback: string) => ({ type: 'string', default: fallback }) as const;
const { values } = parseArgs({
  options: { hours: text('2'), every: text('60'), width: text('1280'), height: text('720') },
});
const seconds = Number(values.hours) * 3600;
const folder = mkdtempSync(join(tmpdir(), 'posecast-long-'));
const stop = new AbortController();
process.once('SIGINT', () => stop.abort(new Error('Stopped')));
const samples: number[] = [];
const started = performance.now();
let done = 0;

type Memory = { readonly own: number; readonly heap: number; readonly children: number };

/** Resident memory of this process, its main heap, and resident memory of its children, MB. */
function memory(): Memory {
  let children = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      if (!status.includes(`PPid:\t${process.pid}\n`)) continue;
      children += Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
    } catch {
      // It has just ended.
    }
  }
  const { rss, heapUsed } = process.memoryUsage();
  return { own: rss / 2 ** 20, heap: heapUsed / 2 ** 20, children };
}

function report(): void {
  const { own, heap, children } = memory();
  samples.push(own);
  const elapsed = (performance.now() - started) / 1000;
  const line = [elapsed, done, own, heap, children].map((value) => value.toFixed(0).padStart(7));
  process.stdout.write(`${line.join(' ')}\n`);
}

try {
  const audio = join(folder, 'long.wav');
  const source = 'aevalsrc=0.4*sin(2*PI*160*t)*sin(2*PI*3*t)*lt(mod(t\\,5)\\,3.5):s=16000';
  const looped = ['-f', 'lavfi', '-i', source, '-t', String(seconds)];
  execFileSync('ffmpeg', ['-v', 'error', ...looped, '-c:a', 'pcm_mulaw', audio]);
  process.stdout.write('work,s  done,s  own,MB heap,MB  children,MB\n');
  const timer = setInterval(report, Number(values.every) * 1000);
  const target = join(folder, 'long.mp4');
  const size = { width: Number(values.width), height: Number(values.height), fps: 25 };
  const packDir = join(ROOT, 'models/avatars/mira');
  const result = await render(
    {
      ...{ ...size, audio, target, background: '#e4e0d6', seed: 1, cues: [] },
      cast: [{ ...CastMember.parse({ avatar: 'mira' }), packDir }],
    },
    {
      ...{ ffmpeg: 'ffmpeg', lipsDir: join(ROOT, 'models/lipsync'), signal: stop.signal },
      onProgress: ({ frame }) => (done = frame / size.fps),
    },
  ).finally(() => clearInterval(timer));
  const { frames, workSeconds } = result;
  const speed = (result.seconds / workSeconds).toFixed(2);
  const megabytes = (statSync(target).size / 2 ** 20).toFixed(0);
  process.stdout.write(`${frames} frames, ${speed} times real time, ${megabytes} MB\n`);
  const half = samples.length >> 1;
  const [first, second] = [Math.max(...samples.slice(0, half)), Math.max(...samples.slice(half))];
  if (half > 0) {
    process.stdout.write(`at most ${first.toFixed(0)} MB, then ${second.toFixed(0)} MB\n`);
    if (second > first * 1.03 + 5) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
