/**
 * How many bytes the other side of a connection has room for, from `ss` (iproute2): Node has no way to
 * ask its own sockets for TCP_INFO. Pure but for `run`.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Connection } from './tcp-queue.ts';

const TIMEOUT_MS = 2000;

/** undefined where there is no `ss`, or it does not know. */
export async function windowOf(
  { localPort, remotePort }: Connection,
  run: (args: readonly string[]) => Promise<string> = runSs,
): Promise<number | undefined> {
  if (localPort === undefined || remotePort === undefined) return undefined;
  const filter = ['sport', '=', `:${localPort}`, 'and', 'dport', '=', `:${remotePort}`];
  // Without `ss`, what the own kernel knows must do: see tcp-queue.ts.
  const text = await run(['-tinHO', ...filter]).catch(() => '');
  return readWindow(text);
}

/** `snd_wnd` of the one connection that is listed. A closed window is not mentioned. */
export function readWindow(text: string): number | undefined {
  const lines = text.split('\n').filter((line) => line.includes('bytes_acked:'));
  if (lines.length !== 1) return undefined;
  return Number(/ snd_wnd:(\d+)/.exec(lines[0]!)?.[1] ?? 0);
}

async function runSs(args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('ss', [...args], { timeout: TIMEOUT_MS });
  return stdout;
}
