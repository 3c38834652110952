/** `posecast bench`: measures this machine. */
import type { Config } from '../config.ts';
import { AppError } from '../core/errors.ts';

export type BenchOptions = {
  readonly json: boolean;
  readonly data?: string;
  readonly seconds?: number;
};

export async function bench(_config: Config, what: string, _options: BenchOptions): Promise<void> {
  throw new AppError('bad_request', `'${what}' is no bench`);
}
