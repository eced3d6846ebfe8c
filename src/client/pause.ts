import { setTimeout as delay } from 'node:timers/promises';

/** Up to this share longer, so that clients that began together do not come back together. */
const JITTER = 0.25;

/** @throws the signal's reason */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(ms * (1 + JITTER * Math.random()), undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** What `Retry-After` says in seconds. */
export function retryAfterMs(response: Response): number | undefined {
  const seconds = response.headers.get('retry-after');
  return seconds !== null && /^\d{1,6}$/.test(seconds) ? Number(seconds) * 1000 : undefined;
}

/** Doubles with each try, from half a second to half a minute. */
export function backoffMs(failures: number): number {
  return Math.min(30_000, 250 * 2 ** failures);
}
