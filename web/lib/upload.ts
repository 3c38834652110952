/** Sends a file to the server, telling how far it is; fetch() can't. `path` starts after /api/v1. */
import { RequestError } from './request-error.ts';
import { recall } from './storage.ts';

export type UploadWatch = {
  readonly signal: AbortSignal;
  /** Share that has left, 0..1. */
  readonly onShare: (share: number) => void;
};

/** Rejects with a RequestError, or with the signal's reason when it was cancelled. */
export function upload<T>(path: string, file: Blob, { signal, onShare }: UploadWatch): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    request.open('POST', `/api/v1${path}`);
    request.setRequestHeader('content-type', 'application/octet-stream');
    const token = recall('token');
    if (token !== null) request.setRequestHeader('authorization', `Bearer ${token}`);
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded, total }) => onShare(total > 0 ? loaded / total : 0);
    request.onerror = () => reject(new RequestError('offline', 'The server is out of reach.'));
    request.onabort = () => reject(signal.reason as Error);
    request.onload = () => {
      const answer = request.response as (T & { readonly error?: Failed }) | null;
      if (request.status < 300 && answer) {
        resolve(answer);
        return;
      }
      const { code, message } = answer?.error ?? { code: 'internal', message: request.statusText };
      reject(new RequestError(code, message));
    };
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}

type Failed = {
  readonly code: ConstructorParameters<typeof RequestError>[0];
  readonly message: string;
};
