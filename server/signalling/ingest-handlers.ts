/** What socket.io asks about senders: the same as REST's `/sessions/:id/ingest` and `/inputs`. */
import type { Ingest } from '../ingest/ingest.ts';
import type { Handlers } from './handlers.ts';

export type IngestRequest = 'ingest:door' | 'ingest:renew' | 'input:voice';

export function ingestHandlers(
  ingest: Ingest,
  requireAdmin: () => void,
): Pick<Handlers, IngestRequest> {
  return {
    'ingest:door': ({ sessionId }) => {
      requireAdmin();
      return ingest.door(sessionId);
    },
    'ingest:renew': ({ sessionId }) => {
      requireAdmin();
      return ingest.renew(sessionId);
    },
    'input:voice': async ({ sessionId, from }) => {
      requireAdmin();
      await ingest.preferVoice(sessionId, from);
      return null;
    },
  };
}
