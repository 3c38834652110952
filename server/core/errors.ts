/**
 * One error type for everything a person or program can run into. The code is the contract,
 * the sentence is for people: it names the offending value and the legal ones.
 */
import { ERROR_STATUS, type ErrorCode } from '../protocol/errors.ts';

export class AppError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'AppError';
    this.code = code;
  }

  /** HTTP status that answers this error. */
  get status(): number {
    return ERROR_STATUS[this.code];
  }
}

/** Any thrown value as an AppError; what is not one becomes `internal`, with its cause kept. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new AppError('internal', message, thrown);
}
