import type { Finding } from '../doctor/finding.ts';
import { refuseToStartOn } from '../doctor/index.ts';
import { Metrics } from '../metrics.ts';
import { shutDown, shutdownRequested } from '../shutdown.ts';
import type { ShutdownPhase } from '../shutdown.ts';
import { examineAll, projectDatasets, withContext } from './context.ts';
import type { Context } from './context.ts';
import { refuseUnsafeProduction, warnOfOpenMetrics } from './production.ts';
import { traceIfAsked } from './trace-if-asked.ts';
import { VERSION } from './version.ts';

/** `rowferry api`: answers HTTP until SIGTERM or SIGINT. */
export function serveApi(): Promise<void> {
  return serve(
    'rowferry-api',
    async ({ config, endpoints, logger }) => {
      warnOfOpenMetrics({ config, logger });
      const { startApi } = await import('./api-process.ts');
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
    const { startWorker } = await import('./worker-process.ts');
    const metrics = new Metrics(VERSION);
    const health = await healthPort({ config, logger }, metrics);
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

/** Only a worker that is to be asked for its health loads what answers HTTP. */
async function healthPort(
  { config, logger }: Pick<Context, 'config' | 'logger'>,
  metrics: Metrics,
): Promise<ShutdownPhase[]> {
  const { WORKER_HEALTH_PORT: port } = config;
  if (port === undefined) return [];
  warnOfOpenMetrics({ config, logger });
  return (await import('./health-port.ts')).openHealthPort(port, config, metrics);
}
