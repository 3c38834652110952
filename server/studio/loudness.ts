/** The first of two passes over a sound whose loudness is to be brought somewhere (EBU R 128). */
import { AppError } from '../core/errors.ts';
import { FfmpegProcess } from '../outputs/ffmpeg-process.ts';
import { loudnessCommand, type Loudness, type MixedSound } from '../outputs/render-command.ts';

export type Measuring = {
  readonly seconds: number;
  readonly ffmpeg: string;
  readonly signal: AbortSignal;
};

/** Without `loudness` where there is too little sound to have one: it stays as it is. */
export async function measureLoudness(
  sound: MixedSound,
  target: number,
  { seconds, ffmpeg: command, signal }: Measuring,
): Promise<{ readonly loudness?: Loudness }> {
  await using ffmpeg = await FfmpegProcess.open(loudnessCommand(sound, seconds, target), command);
  ffmpeg.stdout.resume();
  ffmpeg.stdin.end();
  const stop = (): void => void ffmpeg.close();
  signal.addEventListener('abort', stop, { once: true });
  await ffmpeg.exited;
  signal.removeEventListener('abort', stop);
  signal.throwIfAborted();
  const report = /\{[^{}]*\}\s*$/.exec(ffmpeg.stderrTail.join('\n'))?.[0];
  if (report === undefined) {
    throw new AppError('unreadable_media', `The loudness of ${sound.path} could not be measured`);
  }
  const measured = JSON.parse(report) as Loudness['measured'];
  const { input_i, input_tp, input_lra, input_thresh } = measured;
  const isKnown = [input_i, input_tp, input_lra, input_thresh].every((value) =>
    Number.isFinite(Number(value)),
  );
  return isKnown ? { loudness: { target, measured } } : {};
}
