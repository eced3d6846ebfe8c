import type { EventEmitter } from 'node:events';

const QUIET_MS = 10_000;

/** Reports an emitter's errors, but a storm of them once in ten seconds: a lost Redis is tried again all the time. */
export function onFirstOfMany(emitter: Pick<EventEmitter, 'on'>, report: (error: unknown) => void): void {
  let quietUntil = 0;
  emitter.on('error', (error: unknown) => {
    const now = performance.now();
    if (now < quietUntil) return;
    quietUntil = now + QUIET_MS;
    report(error);
  });
}
