import type { SessionId } from '../../server/protocol/index.ts';

/** The session of `/<page>/<session>`; null where that part is missing or can't be an id. */
export function sessionIn(path: string, page: 'watch' | 'overlay'): SessionId | null {
  const id = new RegExp(`^/${page}/([A-Za-z0-9_-]{1,64})/?$`).exec(path)?.[1];
  return id === undefined ? null : (id as SessionId);
}
