/**
 * The keys that let senders in: stream key of RTMP, bearer token of WHIP. Kept sealed, since the
 * panel shows them, and given to sessions in order: a server with one session at a time has one key
 * for good, and OBS needs to be set up once. Main thread; owned by Ingest.
 */
import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Logger } from '../core/log.ts';
import type { SessionId } from '../protocol/ids.ts';
import type { Seal } from '../store/seal.ts';
import type { Database } from '../store/sqlite.ts';

const SETTING = 'ingest_keys';
/** 192 bits. */
const KEY_BYTES = 24;

const Kept = z.array(z.string());

export type IngestKeysOptions = {
  readonly database: Database;
  readonly seal: Seal;
  readonly log: Logger;
};

export class IngestKeys {
  readonly #options: IngestKeysOptions;
  /** By their place; a session takes the first that is free. */
  readonly #keys: string[];
  readonly #holders: (SessionId | undefined)[] = [];
  #saved: Promise<void> = Promise.resolve();

  private constructor(options: IngestKeysOptions, keys: string[]) {
    this.#options = options;
    this.#keys = keys;
  }

  /** Keys sealed under another secret are forgotten: new ones are made as they are needed. */
  static async open(options: IngestKeysOptions): Promise<IngestKeys> {
    const row = await options.database
      .selectFrom('setting')
      .select('value')
      .where('name', '=', SETTING)
      .executeTakeFirst();
    const sealed = row ? Kept.safeParse(JSON.parse(row.value)) : undefined;
    const opened = sealed?.data?.map((each) => options.seal.open(each, SETTING)) ?? [];
    const keys = opened.filter((key) => key !== undefined);
    if (keys.length < opened.length) {
      options.log.warn('ingest keys can not be read; was their secret changed?');
    }
    return new IngestKeys(options, keys);
  }

  /** The session's key, given to it by the first call. */
  of(session: SessionId): string {
    let place = this.#holders.indexOf(session);
    if (place < 0) {
      place = this.#free();
      this.#holders[place] = session;
    }
    return this.#keys[place] ?? this.#make(place);
  }

  /** Another key for this session; the one before lets nobody in any more. */
  renew(session: SessionId): string {
    this.of(session);
    return this.#make(this.#holders.indexOf(session));
  }

  /** The session has ended: the next one may have its key. */
  release(session: SessionId): void {
    const place = this.#holders.indexOf(session);
    if (place >= 0) this.#holders[place] = undefined;
  }

  /** Whose key has this hash; comparing hashes, the time it takes tells nothing. */
  holderOf(hash: string): SessionId | undefined {
    return this.#holders.find(
      (session, place) => session !== undefined && keyHash(this.#keys[place] ?? '') === hash,
    );
  }

  /** Hashes of the keys of all sessions there are. */
  get hashes(): string[] {
    return this.#holders.flatMap((session) => (session ? [keyHash(this.of(session))] : []));
  }

  /** Resolves when all is written. */
  async close(): Promise<void> {
    await this.#saved;
  }

  #free(): number {
    const place = this.#holders.findIndex((session) => session === undefined);
    return place < 0 ? this.#holders.length : place;
  }

  #make(place: number): string {
    const key = randomBytes(KEY_BYTES).toString('base64url');
    this.#keys[place] = key;
    this.#saved = this.#saved
      .then(() => this.#save())
      .catch((error: unknown) => {
        this.#options.log.error({ err: error }, 'ingest keys could not be kept');
      });
    return key;
  }

  async #save(): Promise<void> {
    const { database, seal } = this.#options;
    const value = JSON.stringify(this.#keys.map((key) => seal.close(key, SETTING)));
    await database
      .insertInto('setting')
      .values({ name: SETTING, value })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
      .execute();
  }
}

export function keyHash(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
