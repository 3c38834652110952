/** Which encoders of ffmpeg work here: each encodes one real frame, since a list of names lies. */
import type { DoctorItem } from './report.ts';
import { firstLine, lastLine, probeProgram } from './probe.ts';

type EncoderCandidate = {
  readonly name: string;
  readonly required: boolean;
  readonly what: string;
  readonly args: readonly string[];
};

const PICTURE = ['-f', 'lavfi', '-i', 'testsrc2=size=256x256:rate=25'];
const SOUND = ['-f', 'lavfi', '-i', 'sine=frequency=220:sample_rate=48000:duration=0.1'];

const CANDIDATES: readonly EncoderCandidate[] = [
  video('libx264', 'H.264 on the CPU', true),
  video('libopenh264', 'H.264 on the CPU'),
  video('h264_nvenc', 'H.264 on NVIDIA'),
  {
    name: 'h264_vaapi',
    required: false,
    what: 'H.264 on Intel and AMD',
    args: [
      ...['-vaapi_device', '/dev/dri/renderD128', ...PICTURE, '-frames:v', '1'],
      ...['-vf', 'format=nv12,hwupload', '-c:v', 'h264_vaapi'],
    ],
  },
  video('h264_qsv', 'H.264 on Intel', false, 'nv12'),
  video('h264_v4l2m2m', 'H.264 on small boards'),
  video('h264_videotoolbox', 'H.264 on Apple'),
  { name: 'aac', required: true, what: 'AAC sound for RTMP', args: [...SOUND, '-c:a', 'aac'] },
  {
    name: 'libopus',
    required: true,
    what: 'Opus sound from files',
    args: [...SOUND, '-c:a', 'libopus'],
  },
];

export async function examineFfmpeg(ffmpeg: string): Promise<DoctorItem[]> {
  const version = await probeProgram(ffmpeg, ['-hide_banner', '-version']);
  const found = /^ffmpeg version (\S+)/.exec(version.stdout)?.[1];
  if (version.code !== 0 || found === undefined) {
    const hint = 'install ffmpeg (Debian, Ubuntu: sudo apt-get install ffmpeg)';
    return [{ name: 'ffmpeg', ok: false, required: true, detail: lastLine(version.stderr), hint }];
  }
  const items: DoctorItem[] = [{ name: 'ffmpeg', ok: true, required: true, detail: found }];
  // One after the other: hardware encoders of one device may refuse to open twice.
  for (const candidate of CANDIDATES) items.push(await examineEncoder(ffmpeg, candidate));
  return items;
}

async function examineEncoder(ffmpeg: string, candidate: EncoderCandidate): Promise<DoctorItem> {
  const { name, required, what, args } = candidate;
  const base = ['-nostdin', '-hide_banner', '-loglevel', 'error'];
  const probe = await probeProgram(ffmpeg, [...base, ...args, '-f', 'null', '-']);
  const ok = probe.code === 0;
  const outcome = ok ? `works (${Math.round(probe.elapsedMs)} ms)` : firstLine(probe.stderr);
  return { name: `encoder ${name}`, ok, required, detail: `${what}: ${outcome}` };
}

function video(
  name: string,
  what: string,
  required = false,
  pixelFormat = 'yuv420p',
): EncoderCandidate {
  const args = [...PICTURE, '-frames:v', '1', '-pix_fmt', pixelFormat, '-c:v', name];
  return { name, required, what, args };
}
