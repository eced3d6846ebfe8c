import { once } from 'node:events';
import { createServer } from 'node:http';
import express from 'express';
import { healthOperations } from '../api/contract/service.ts';
import { healthHandlers } from '../api/health-handlers.ts';
import { metricsRouter } from '../api/metrics-router.ts';
import { operationsRouter } from '../api/operations-router.ts';
import type { Config } from '../config.ts';
import type { Metrics } from '../metrics.ts';
import type { ShutdownPhase } from '../shutdown.ts';
import { listen } from './listen.ts';

/** Where a worker says how it is, and what it has counted. Returns how that ends. */
export async function openHealthPort(
  port: number,
  { HOST, METRICS_TOKEN }: Pick<Config, 'HOST' | 'METRICS_TOKEN'>,
  metrics: Metrics,
): Promise<ShutdownPhase[]> {
  const health = operationsRouter(healthOperations, healthHandlers({}));
  const app = express().disable('x-powered-by').use(health, metricsRouter(metrics, METRICS_TOKEN));
  const server = createServer(app);
  await listen(server, { host: HOST, port });
  const run = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return [{ name: 'the health port', timeoutMs: 1000, run }];
}
