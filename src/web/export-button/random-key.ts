/** A new Idempotency-Key; `crypto.randomUUID` is there under HTTPS alone. */
export function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('-');
}
