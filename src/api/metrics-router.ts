import { createHash, timingSafeEqual } from 'node:crypto';
import { Router } from 'express';
import type { Metrics } from '../metrics.ts';

export const METRICS_PATH = '/metrics';

/**
 * `/metrics`, for Prometheus. Who has the token may read it; where there is none everybody who reaches the port may, so
 * keep that behind the firewall.
 */
export function metricsRouter(metrics: Metrics, token?: string): Router {
  const router = Router();
  router.get(METRICS_PATH, async (request, response) => {
    if (token !== undefined && !isSame(request.get('authorization'), `Bearer ${token}`)) {
      response.set('WWW-Authenticate', 'Bearer realm="rowferry metrics"').status(401);
      response.type('text/plain').send('Send METRICS_TOKEN as `Authorization: Bearer <token>`.\n');
      return;
    }
    response.set('Content-Type', metrics.contentType).send(await metrics.render());
  });
  return router;
}

/** Takes as long for a nearly right one as for a wrong one. */
function isSame(given: string | undefined, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given ?? ''), digest(wanted));
}
