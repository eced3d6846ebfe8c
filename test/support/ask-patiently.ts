import { setTimeout as pause } from 'node:timers/promises';

/**
 * Sends a request until it is answered by something else than that the service is busy, each time when it says to come back,
 * as a client does: on a busy machine those who wait for others of their tenant are sent away. What was made although the
 * answer came too late is found again.
 */
export async function askPatiently(send: () => Promise<Response>): Promise<Response> {
  for (;;) {
    const answer = await send();
    if (!(await isBusy(answer))) return answer;
    const seconds = Number(answer.headers.get('retry-after'));
    if (!(seconds > 0)) throw new Error(`a ${answer.status} says not when to come back`);
    await pause(seconds * 1000);
  }
}

async function isBusy(answer: Response): Promise<boolean> {
  if (answer.status !== 429) return answer.status === 503;
  return ((await answer.clone().json()) as { code: string }).code === 'too_many_at_once';
}
