/** However often an export or import failed, the next attempt is no further off than this. */
const MAX_RETRY_DELAY_MS = 5 * 60_000;

export interface RetryOptions {
  firstDelayMs: number;
  maxDelayMs: number;
  /** A message is given up when it has been tried for so long. */
  giveUpMs: number;
}

/**
 * Pause after a failed try: doubled with each, and somewhere between the half and the whole of it, so that what failed
 * together does not come back together.
 */
export function retryDelayMs(
  attempt: number,
  { firstDelayMs, maxDelayMs = MAX_RETRY_DELAY_MS }: { firstDelayMs: number; maxDelayMs?: number },
  random = Math.random,
): number {
  const whole = Math.min(maxDelayMs, firstDelayMs * 2 ** (attempt - 1));
  return whole / 2 + (random() * whole) / 2;
}
