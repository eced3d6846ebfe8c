/** A new Idempotency-Key; `crypto.randomUUID` is there under HTTPS alone. */
export function randomKey(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join('-');
}
