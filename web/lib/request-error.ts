/** What a request can fail with. */
import type { ErrorCode } from '../../server/protocol/index.ts';

/** Codes of the server's table and the two that only a client can meet. */
export type RequestErrorCode = ErrorCode | 'offline' | 'timeout';

export class RequestError extends Error {
  readonly code: RequestErrorCode;

  constructor(code: RequestErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RequestError';
    this.code = code;
  }
}
