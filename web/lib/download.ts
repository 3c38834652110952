/** Files that the server gives only to who has its token: a plain link can't say it. */
import type { ErrorCode } from '../../server/protocol/index.ts';
import { RequestError } from './request-error.ts';
import { recall } from './storage.ts';

/** `path` starts after /api/v1. Rejects with a RequestError. */
export async function fetchFile(path: string): Promise<Blob> {
  const token = recall('token');
  const headers: HeadersInit = token === null ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(`/api/v1${path}`, { headers });
  if (response.ok) return response.blob();
  const answer = (await response.json().catch(() => ({}))) as {
    readonly error?: { readonly code: ErrorCode; readonly message: string };
  };
  const { code, message } = answer.error ?? { code: 'internal', message: response.statusText };
  throw new RequestError(code, message);
}

export async function download(path: string, name: string): Promise<void> {
  save(await fetchFile(path), name);
}

/** Something that was made in this page. */
export function saveText(text: string, name: string): void {
  save(
    new Blob([text], { type: name.endsWith('.json') ? 'application/json' : 'text/plain' }),
    name,
  );
}

function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has its own hold on it by the next turn.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
