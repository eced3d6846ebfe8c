import type { healthOperations } from './contract/service.ts';
import type { Handlers } from './operations-router.ts';

/** What must answer before requests should come: name and check. A check rejects when its part is away. */
export type ReadinessChecks = Readonly<Record<string, () => Promise<unknown>>>;

/**
 * `/livez`: the process answers. `/readyz`: so do the parts it needs, by name. A queue that is away does not make the
 * API unready: it still accepts, and the janitor delivers.
 */
export function healthHandlers(checks: ReadinessChecks): Handlers<typeof healthOperations> {
  return {
    livez: () => ({ status: 200, body: { status: 'ok' } }),

    async readyz() {
      const results = await Promise.all(
        Object.entries(checks).map(async ([name, check]): Promise<[string, 'ok' | 'unavailable']> => [
          name,
          await check().then(
            () => 'ok',
            () => 'unavailable',
          ),
        ]),
      );
      const body = { checks: Object.fromEntries(results) };
      return results.every(([, state]) => state === 'ok')
        ? { status: 200, body: { status: 'ok', ...body } }
        : { status: 503, body: { status: 'unavailable', ...body } };
    },
  };
}
