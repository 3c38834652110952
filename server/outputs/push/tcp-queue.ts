/**
 * Bytes of a connection that the other machine has not acknowledged: a kernel takes megabytes for a
 * target that has long stopped reading. From Linux' /proc/net/tcp; 0 elsewhere. Pure but for `read`.
 */
import { isIPv4 } from 'node:net';

export type Connection = {
  readonly localPort?: number | undefined;
  readonly remotePort?: number | undefined;
  readonly remoteAddress?: string | undefined;
};

export async function unacknowledged(
  { localPort, remotePort, remoteAddress }: Connection,
  read: (path: string) => Promise<string>,
): Promise<number> {
  if (localPort === undefined || remotePort === undefined) return 0;
  const tables = isIPv4(remoteAddress ?? '') ? ['/proc/net/tcp'] : ['/proc/net/tcp6'];
  // A connection to an IPv4 address may be kept among those of IPv6, mapped.
  for (const table of [...tables, '/proc/net/tcp6']) {
    const found = queueOf(await read(table).catch(() => ''), localPort, remotePort);
    if (found !== undefined) return found;
  }
  return 0;
}

/** `tx_queue` of the connection between two ports, proc(5); undefined where it is not listed. */
export function queueOf(table: string, localPort: number, remotePort: number): number | undefined {
  const [local, remote] = [localPort, remotePort].map(
    (port) => `:${port.toString(16).toUpperCase().padStart(4, '0')}`,
  );
  for (const line of table.split('\n').slice(1)) {
    const [, from, to, , queues] = line.trim().split(/\s+/);
    if (from?.endsWith(local!) && to?.endsWith(remote!))
      return parseInt(queues!.split(':')[0]!, 16);
  }
  return undefined;
}
