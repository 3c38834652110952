/**
 * Makes docs/gestures.webp, the README's moving picture, as a user would:
 *   node test/support/gestures-picture.ts SPEECH.wav
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const SCRIPT = `1
00:00:00,200 --> 00:00:02,200
[wave] Hello and welcome!

2
00:00:02,400 --> 00:00:04,400
[point left while nodding] Look over there

3
00:00:04,600 --> 00:00:06,600
[thumbs up] and have fun.
`;

const [speech = ''] = process.argv.slice(2);
if (speech === '') throw new Error('usage: gestures-picture.ts SPEECH.wav');
const folder = mkdtempSync(join(tmpdir(), 'posecast-picture-'));
try {
  const script = join(folder, 'script.srt');
  const video = join(folder, 'video.mp4');
  writeFileSync(script, SCRIPT);
  const cli = [join(ROOT, 'server/cli.ts'), 'render', '--audio', speech, '--script', script];
  const look = ['--width', '384', '--height', '384', '--avatar', 'leo', '--out', video];
  execFileSync(process.execPath, [...cli, ...look], { stdio: 'inherit' });
  const picture = ['-t', '6.8', '-i', video, '-vf', 'fps=12', '-loop', '0', '-an'];
  const webp = ['-c:v', 'libwebp_anim', '-q:v', '62', join(ROOT, 'docs/gestures.webp')];
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...picture, ...webp], { stdio: 'inherit' });
} finally {
  rmSync(folder, { recursive: true });
}
