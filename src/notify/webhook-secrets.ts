import { randomBytes } from 'node:crypto';
import { SecretBox } from './secret-box.ts';

/** Standard Webhooks wants 24 to 64 bytes. */
const SECRET_BYTES = 32;

/** Makes and keeps what webhooks are signed with. A secret is sealed for the id of its webhook. */
export class WebhookSecrets {
  readonly #box: SecretBox;

  /** @param keys as of {@link SecretBox} */
  constructor(keys: readonly string[]) {
    this.#box = new SecretBox(keys);
  }

  /** A new secret, in the form in which the libraries of Standard Webhooks take it, and how it is stored. */
  make(webhookId: string): { secret: string; sealed: Buffer } {
    const secret = `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
    return { secret, sealed: this.#box.seal(secret, webhookId) };
  }

  /** The same secret for another webhook. @throws AppError `secret_unreadable` */
  resealed(sealed: Buffer, from: string, to: string): Buffer {
    return this.#box.seal(this.open(sealed, from), to);
  }

  /** @throws AppError `secret_unreadable` (retryable: another process may have the key) */
  open(sealed: Buffer, webhookId: string): string {
    return this.#box.open(sealed, webhookId);
  }
}
