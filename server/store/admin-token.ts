/**
 * The admin token of a server that others can reach: made at the first start, shown once, kept
 * only as a hash.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Database } from './sqlite.ts';

const SETTING = 'admin_token_sha256';

export class AdminToken {
  readonly #hash: Buffer;

  private constructor(hash: Buffer) {
    this.#hash = hash;
  }

  /** `show` is called with the token at the one time that it is made. */
  static async open(database: Database, show: (token: string) => void): Promise<AdminToken> {
    const row = await database
      .selectFrom('setting')
      .select('value')
      .where('name', '=', SETTING)
      .executeTakeFirst();
    if (row) return new AdminToken(Buffer.from(row.value, 'hex'));
    const token = randomBytes(24).toString('base64url');
    const hash = digest(token);
    await database
      .insertInto('setting')
      .values({ name: SETTING, value: hash.toString('hex') })
      .execute();
    show(token);
    return new AdminToken(hash);
  }

  matches(token: string | undefined): boolean {
    return token !== undefined && timingSafeEqual(digest(token), this.#hash);
  }
}

/** The token has 192 random bits, so one round of SHA-256 is enough against guessing. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
