import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from '../../../src/errors.ts';

const INTERVAL_MS = 20;

/**
 * Waits for something to be so: looks again and again until `look` gives anything but undefined and false. An error
 * counts as “not yet”: what is looked at may be the very thing that was killed.
 *
 * @throws Error that says what did not happen, and what was in the way
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  seconds = 30,
): Promise<T> {
  let trouble = '';
  for (const deadline = performance.now() + seconds * 1000; performance.now() < deadline;) {
    try {
      const found = await look();
      if (found !== undefined && found !== false) return found;
      trouble = '';
    } catch (error) {
      trouble = ` (${messageOf(error)})`;
    }
    await pause(INTERVAL_MS);
  }
  throw new Error(`not within ${seconds} s: ${what}${trouble}`);
}
