import { Router } from 'express';

/** What must answer before requests should come: name and check. A check rejects when its part is away. */
export type ReadinessChecks = Readonly<Record<string, () => Promise<unknown>>>;

/**
 * `/livez`: the process answers. `/readyz`: so do the parts it needs, by name. A queue that is away does not make the
 * API unready: it still accepts, and the janitor delivers.
 */
export function healthRouter(checks: ReadinessChecks): Router {
  const router = Router();
  router.get('/livez', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/readyz', async (_request, response) => {
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]): Promise<[string, string]> => [
        name,
        await check().then(
          () => 'ok',
          () => 'unavailable',
        ),
      ]),
    );
    const ready = results.every(([, state]) => state === 'ok');
    response
      .status(ready ? 200 : 503)
      .json({ status: ready ? 'ok' : 'unavailable', checks: Object.fromEntries(results) });
  });
  return router;
}
