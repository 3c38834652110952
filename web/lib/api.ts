/** The REST door, for what is not a session's affair: models, templates, triggers. */
import type { ErrorCode } from '../../server/protocol/index.ts';
import { RequestError } from './request-error.ts';
import { recall } from './storage.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Rejects with a RequestError: the server's own code, or `offline`. `path` starts after /api/v1. */
export async function api<T>(method: Method, path: string, body?: unknown): Promise<T> {
  const response = await ask(method, path, body);
  if (response.status === 204) return undefined as T;
  const answer = (await response.json().catch(() => ({}))) as {
    readonly error?: { readonly code: ErrorCode; readonly message: string };
  };
  if (response.ok) return answer as T;
  const { code, message } = answer.error ?? { code: 'internal', message: response.statusText };
  throw new RequestError(code, message);
}

async function ask(method: Method, path: string, body: unknown): Promise<Response> {
  const token = recall('token');
  // Files go as they are; everything else as JSON.
  const raw = body instanceof Blob;
  try {
    return await fetch(`/api/v1${path}`, {
      method,
      headers: {
        ...(body !== undefined && {
          'content-type': raw ? 'application/octet-stream' : 'application/json',
        }),
        ...(token !== null && { authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { body: raw ? body : JSON.stringify(body) }),
    });
  } catch (cause) {
    throw new RequestError('offline', 'The server is out of reach.', { cause });
  }
}
