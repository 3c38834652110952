/** mediasoup's refusals in our words. */
import { AppError } from '../core/errors.ts';

/** mediasoup refuses bad parameters with TypeErrors: the client's fault, not ours. */
export async function checked<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('bad_request', `The media server refuses this: ${reason}`, error);
  }
}
