/** A JSON file of an uploaded archive, checked. */
import type { z } from 'zod';
import { AppError } from '../core/errors.ts';

/** Throws `bad_request` naming the file and the place that is wrong. */
export function readUploadJson<S extends z.ZodType>(
  name: string,
  schema: S,
  bytes: Uint8Array,
): z.infer<S> {
  let data: unknown;
  try {
    data = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new AppError('bad_request', `${name} is no JSON`, cause);
  }
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new AppError('bad_request', `${name} at "${issue?.path.join('.') ?? ''}": ${issue?.message ?? 'invalid'}`); // prettier-ignore
}
