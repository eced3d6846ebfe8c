import { once } from 'node:events';
import { createServer } from 'node:http';
import express from 'express';
import { healthOperations } from '../api/contract/service.ts';
import { healthHandlers } from '../api/health-handlers.ts';
import { metricsRouter } from '../api/metrics-router.ts';
import { operationsRouter } from '../api/operations-router.ts';
import type { Config } from '../config.ts';
import type { Finding } from '../doctor/finding.ts';
import { refuseToStartOn } from '../doctor/index.ts';
import { Metrics } from '../metrics.ts';
import { shutDown, shutdownRequested } from '../shutdown.ts';
import type { ShutdownPhase } from '../shutdown.ts';
import { startApi } from './api-process.ts';
import { listen } from './listen.ts';
import { examineAll, projectDatasets, withContext } from './context.ts';
import type { Context } from './context.ts';
import { refuseUnsafeProduction } from './production.ts';
import { traceIfAsked } from './trace-if-asked.ts';
import { VERSION } from './version.ts';
import { startWorker } from './worker-process.ts';

/** `rowferry api`: answers HTTP until SIGTERM or SIGINT. */
export function serveApi(): Promise<void> {
  return serve(
    'rowferry-api',
    async ({ config, endpoints, logger }) => {
      const api = await startApi(config, endpoints, await projectDatasets(config), logger);
      logger.info({ address: api.url }, 'the API is listening');
      return api.phases;
    },
    canStartWithout,
  );
}

/** The API accepts without Redis, so one that starts while Redis is away does not make it worse. */
const canStartWithout = ({ check, away }: Finding) => check === 'redis' && away === true;

/** `rowferry worker`: runs exports until SIGTERM or SIGINT, then lets them end or hands them back. */
export function serveWorker(): Promise<void> {
  return serve('rowferry-worker', async ({ config, endpoints, logger }) => {
    const metrics = new Metrics(VERSION);
    const health = await startHealth(config, metrics);
    const datasets = await projectDatasets(config);
    const worker = await startWorker(config, endpoints, datasets, logger, { metrics }).catch(
      async (error: unknown) => {
        await shutDown(health, logger);
        throw error;
      },
    );
    logger.info({ concurrency: config.WORKER_CONCURRENCY }, 'the worker is taking exports');
    return [...worker.phases, ...health];
  });
}

async function serve(
  name: string,
  start: (context: Context) => Promise<ShutdownPhase[]>,
  isBearable: (finding: Finding) => boolean = () => false,
): Promise<void> {
  await withContext(
    name,
    async (context) => {
      const { logger } = context;
      const findings = await examineAll(context);
      refuseToStartOn(findings.filter((finding) => !isBearable(finding)));
      for (const { check, detail, remedy } of findings.filter(({ state }) => state !== 'ok')) {
        logger.warn({ check, remedy }, detail);
      }
      await refuseUnsafeProduction(context);
      // From here on, so that a signal that comes right after the start ends it in order too.
      const requested = shutdownRequested();
      const tracing = await traceIfAsked(name, context.config);
      const phases = [...(await start(context)), ...tracing];
      const signal = await requested;
      logger.info({ signal }, 'shutting down; a second signal ends at once');
      await shutDown(phases, logger);
      logger.info('down');
    },
    'stdout',
  );
  // A connection to a server that hangs would keep the process alive.
  process.exit();
}

async function startHealth(
  { WORKER_HEALTH_PORT, HOST, METRICS_TOKEN }: Config,
  metrics: Metrics,
): Promise<ShutdownPhase[]> {
  if (WORKER_HEALTH_PORT === undefined) return [];
  const health = operationsRouter(healthOperations, healthHandlers({}));
  const app = express().disable('x-powered-by').use(health, metricsRouter(metrics, METRICS_TOKEN));
  const server = createServer(app);
  await listen(server, { host: HOST, port: WORKER_HEALTH_PORT });
  const run = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return [{ name: 'the health port', timeoutMs: 1000, run }];
}
