import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { AppError } from '../errors.ts';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/**
 * Seals what has to be stored and read again, such as the secrets that webhooks are signed with. What is sealed opens only
 * with one of the keys and for the owner it was sealed for, so a copy of the table, or a row moved to another one, is of
 * no use.
 */
export class SecretBox {
  readonly #keys: readonly Buffer[];

  /** @param keys the first one seals, all of them open: a new key is put in front of the old one */
  constructor(keys: readonly string[]) {
    this.#keys = keys.map((key) =>
      Buffer.from(hkdfSync('sha256', Buffer.from(key), '', 'rowferry webhook secrets', KEY_BYTES)),
    );
  }

  seal(secret: string, owner: string): Buffer {
    const [key] = this.#keys;
    if (key === undefined) throw new Error('there is no key');
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(owner));
    const sealed = [cipher.update(secret, 'utf8'), cipher.final()];
    return Buffer.concat([nonce, cipher.getAuthTag(), ...sealed]);
  }

  /** @throws AppError `secret_unreadable` when none of the keys opens it */
  open(sealed: Buffer, owner: string): string {
    const nonce = sealed.subarray(0, NONCE_BYTES);
    const tag = sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
    const text = sealed.subarray(NONCE_BYTES + TAG_BYTES);
    for (const key of this.#keys) {
      try {
        const decipher = createDecipheriv(CIPHER, key, nonce).setAAD(Buffer.from(owner)).setAuthTag(tag);
        return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
      } catch {
        // Sealed with another key.
      }
    }
    const message =
      'The secret of a webhook cannot be read: WEBHOOK_SECRET_KEY is not the one it was stored with.';
    throw new AppError('secret_unreadable', message, { retryable: true });
  }
}
