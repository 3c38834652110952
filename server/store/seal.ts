/**
 * Secrets at rest: AES-256-GCM under a key that lies beside the database, readable to its owner
 * alone, or comes from the environment. Who copies the database without it has nothing.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../core/errors.ts';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

export class Seal {
  readonly #key: Buffer;

  private constructor(key: Buffer) {
    this.#key = key;
  }

  /** `secret` from the environment, or `secret.key` in the folder, made when missing. */
  static async open(folder: string, secret: string | undefined): Promise<Seal> {
    if (secret !== undefined) return new Seal(createHash('sha256').update(secret).digest());
    const path = join(folder, 'secret.key');
    const known = await readFile(path).catch(() => undefined);
    if (known?.length === KEY_BYTES) return new Seal(known);
    if (known) {
      throw new AppError('folder_unreachable', `${path} is not a key of ${KEY_BYTES} bytes`);
    }
    const made = randomBytes(KEY_BYTES);
    await writeFile(path, made, { mode: 0o600, flag: 'wx' });
    return new Seal(made);
  }

  /** Base64 of nonce, tag and cipher text; `owner` binds it to its row. */
  close(text: string, owner: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key, nonce).setAAD(Buffer.from(owner));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
  }

  /** undefined when it was sealed under another key, for another owner, or damaged. */
  open(sealed: string, owner: string): string | undefined {
    const bytes = Buffer.from(sealed, 'base64');
    if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
    try {
      const nonce = bytes.subarray(0, NONCE_BYTES);
      const decipher = createDecipheriv(CIPHER, this.#key, nonce).setAAD(Buffer.from(owner));
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const text = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
      return Buffer.concat([text, decipher.final()]).toString('utf8');
    } catch {
      return undefined;
    }
  }
}
