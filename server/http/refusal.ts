/** Fastify's own refusals (bad JSON, wrong schema, too large) in our words. */
import { AppError, toAppError } from '../core/errors.ts';

export function refusal(error: unknown): AppError {
  return clientFault(error) ?? toAppError(error);
}

function clientFault(error: unknown): AppError | undefined {
  if (error instanceof AppError || !(error instanceof Error)) return undefined;
  const status = (error as { readonly statusCode?: number }).statusCode;
  if (status === undefined || status < 400 || status >= 500) return undefined;
  const code = status === 413 ? 'too_large' : status === 415 ? 'unsupported_type' : 'bad_request';
  return new AppError(code, error.message, error);
}
