/** Looks into media files with ffprobe. Main thread or a command. */
import { execFile } from 'node:child_process';
import { z } from 'zod';
import { AppError } from '../core/errors.ts';
import { FILE_INPUT, fileUrl } from './ffmpeg.ts';

const PROBE_TIMEOUT_MS = 15_000;

const ProbeReport = z.object({
  format: z.object({ format_name: z.string(), duration: z.coerce.number().optional() }),
  streams: z.array(
    z.object({
      codec_type: z.string(),
      codec_name: z.string().optional(),
      width: z.number().optional(),
      height: z.number().optional(),
      sample_rate: z.coerce.number().optional(),
      channels: z.number().optional(),
      duration: z.coerce.number().optional(),
      start_time: z.coerce.number().optional(),
      color_space: z.string().optional(),
      color_range: z.string().optional(),
    }),
  ),
});

/** What ffprobe says of a file, in its own words; times in seconds. */
export type ProbeReport = z.infer<typeof ProbeReport>;

/** Looks into a media file. Throws `unreadable_media` with the path and the reason. */
export async function probe(path: string, command = 'ffprobe'): Promise<ProbeReport> {
  const args = ['-v', 'error', ...FILE_INPUT, '-print_format', 'json'];
  const output = await new Promise<string>((resolve, reject) => {
    const limits = { timeout: PROBE_TIMEOUT_MS, killSignal: 'SIGKILL', maxBuffer: 4e6 } as const;
    const target = ['-show_format', '-show_streams', fileUrl(path)];
    execFile(command, [...args, ...target], limits, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(probeError(path, command, error, stderr));
    });
  });
  const report = ProbeReport.safeParse(JSON.parse(output));
  if (!report.success) throw unreadable(path, 'ffprobe found no streams in it', report.error);
  return report.data;
}

function probeError(
  path: string,
  command: string,
  error: NodeJS.ErrnoException | (Error & { readonly killed?: boolean }),
  stderr: string,
): AppError {
  if ('code' in error && error.code === 'ENOENT') {
    return new AppError('missing_dependency', `Cannot start "${command}": install ffmpeg`, error);
  }
  if ('killed' in error && error.killed) {
    return unreadable(path, `it could not be read within ${PROBE_TIMEOUT_MS / 1000} s`, error);
  }
  const lines = stderr.trim().split('\n').slice(-2);
  const reason = lines.map((line) => line.replace(/^\[.* @ .*\] |^file:.*: /, '')).join('; ');
  return unreadable(path, reason === '' ? error.message : reason, error);
}

function unreadable(path: string, reason: string, cause: unknown): AppError {
  return new AppError('unreadable_media', `Cannot read "${path}" as media: ${reason}`, cause);
}
