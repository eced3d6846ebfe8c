import { vi } from 'vitest';

/** Waits until it is true, for as long as a busy machine may need: Vitest's own second is over soon. */
export function until<T>(condition: () => T | Promise<T>): ReturnType<typeof vi.waitUntil<T>> {
  return vi.waitUntil(condition, { timeout: 40_000 });
}
