/**
 * Which pages may talk to the server. A server for this machine alone has no token, so a foreign
 * page that has its name resolve to 127.0.0.1 (DNS rebinding) must not reach it: there, only
 * loopback names are answered. Pure.
 */
const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '[::1]']);

/** `hostHeader` as the client sent it, with or without port. */
export function isKnownHost(
  hostHeader: string | undefined,
  server: { readonly host: string; readonly loopbackOnly: boolean },
): boolean {
  if (!server.loopbackOnly) return true;
  const name = hostHeader?.replace(/:\d+$/, '').toLowerCase() ?? '';
  return LOOPBACK_NAMES.has(name) || name === server.host;
}

/** A page may only talk to the server it came from; programs send no origin. */
export function isSameOrigin(origin: string | undefined, hostHeader: string | undefined): boolean {
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === hostHeader;
}
