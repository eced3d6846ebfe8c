import { Router } from 'express';
import type { Metrics } from '../metrics.ts';

/** `/metrics`, for Prometheus. Like the health checks it asks for no key: keep it behind the firewall. */
export function metricsRouter(metrics: Metrics): Router {
  const router = Router();
  router.get('/metrics', async (_request, response) => {
    response.set('Content-Type', metrics.contentType).send(await metrics.render());
  });
  return router;
}
