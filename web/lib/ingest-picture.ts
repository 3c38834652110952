/**
 * The picture that OBS sends to the server, as a stream in this browser. A picture that has to be
 * coded anew begins only when it is asked for, so it is asked for until it is there.
 */
import type { SessionId } from '../../server/protocol/index.ts';
import { RequestError } from './request-error.ts';
import { WatchPeer } from './rtc.ts';
import type { Client } from './socket.ts';

const ATTEMPTS = 12;
const PAUSE_MS = 800;

export type IngestPicture = { readonly stream: MediaStream; readonly close: () => void };

/** `onOther`: another picture comes in than the one that was opened. Throws `not_found`. */
export async function openIngestPicture(
  client: Client,
  sessionId: SessionId,
  onOther: () => void,
): Promise<IngestPicture> {
  const peer = await open(client, sessionId);
  let shown: number | undefined;
  const off = client.on('session:inputs', ({ sessionId: id, inputs }) => {
    if (id !== sessionId || !inputs.video) return;
    shown ??= inputs.video.number;
    if (shown !== inputs.video.number) onOther();
  });
  const close = (): void => {
    off();
    peer.close();
  };
  return { stream: peer.stream, close };
}

async function open(client: Client, sessionId: SessionId): Promise<WatchPeer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await WatchPeer.open({ client, sessionId, source: 'ingest' });
    } catch (error) {
      const absent = error instanceof RequestError && error.code === 'not_found';
      if (!absent || attempt === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
