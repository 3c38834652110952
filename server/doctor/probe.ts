/** Runs another program for the doctor: bounded in time and output, and never throws. */
import { execFile } from 'node:child_process';

export type Probe = {
  /** Undefined when the program didn't start, was killed or ran out of time. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly elapsedMs: number;
};

export type ProbeOptions = {
  readonly timeoutMs?: number;
  readonly env?: NodeJS.ProcessEnv;
};

const DEFAULT_TIMEOUT_MS = 15_000;
const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;

export function probeProgram(
  command: string,
  args: readonly string[],
  { timeoutMs = DEFAULT_TIMEOUT_MS, env }: ProbeOptions = {},
): Promise<Probe> {
  const startedMs = performance.now();
  const options = {
    timeout: timeoutMs,
    // A program that hangs in a driver doesn't listen to SIGTERM.
    killSignal: 'SIGKILL' as const,
    maxBuffer: MAX_OUTPUT_BYTES,
    ...(env && { env }),
  };
  return new Promise((resolve) => {
    execFile(command, args, options, (error, stdout, stderr) => {
      const elapsedMs = performance.now() - startedMs;
      const code = error === null ? 0 : error.code;
      if (typeof code === 'number') resolve({ code, stdout, stderr, elapsedMs });
      else {
        const reason = error?.killed ? `no answer in ${timeoutMs} ms` : String(error?.message);
        resolve({ code: undefined, stdout, stderr: stderr || reason, elapsedMs });
      }
    });
  });
}

/** The first line: libraries put the cause there; without ffmpeg's "[encoder @ 0x55d0]". */
export function firstLine(text: string): string {
  return (text.trim().split('\n')[0] ?? '').replace(/^\[.*? @ 0x[0-9a-f]+\] */, '').trim();
}

/** The last line: programs that end with an exception put the cause there. */
export function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}
