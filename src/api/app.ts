import express from 'express';
import type { Express } from 'express';
import helmet from 'helmet';
import { pinoHttp } from 'pino-http';
import type { Identity } from '../auth/identity.ts';
import type { TokenVerifier } from '../auth/tokens.ts';
import type { ApiKeys } from '../db/api-keys.ts';
import type { Sessions } from '../db/sessions.ts';
import type { Metrics } from '../metrics.ts';
import { adminHandlers } from './admin-handlers.ts';
import type { AdminOptions } from './admin-handlers.ts';
import { answerInTime } from './answer-in-time.ts';
import { authenticate } from './authenticate.ts';
import { bulkHandlers } from './bulk-handlers.ts';
import type { BulkOptions } from './bulk-handlers.ts';
import { operations } from './contract/index.ts';
import { bodyInTime } from './body-in-time.ts';
import { consoleRouter } from './console-router.ts';
import { cors } from './cors.ts';
import type { Operation } from './contract/operation.ts';
import { datasetsHandlers } from './datasets-handlers.ts';
import { docsRouter } from './docs-router.ts';
import { eventsHandlers } from './events-handlers.ts';
import type { EventsOptions } from './events-handlers.ts';
import { elementsRouter } from './elements-router.ts';
import { exportsHandlers } from './exports-handlers.ts';
import type { ExportsOptions } from './exports-handlers.ts';
import { FailedLogins } from './failed-logins.ts';
import { healthHandlers } from './health-handlers.ts';
import type { ReadinessChecks } from './health-handlers.ts';
import { historyHandlers } from './history-handlers.ts';
import { manifestHandlers } from './manifest-handlers.ts';
import type { HistoryOptions } from './history-handlers.ts';
import { importsHandlers } from './imports-handlers.ts';
import type { ImportsOptions } from './imports-handlers.ts';
import { limitWrites } from './limit-writes.ts';
import type { WritesPerMinute } from './limit-writes.ts';
import { limitsHandlers } from './limits-handlers.ts';
import { METRICS_PATH, metricsRouter } from './metrics-router.ts';
import { refuseDeepBodies } from './nesting.ts';
import { notificationsHandlers } from './notifications-handlers.ts';
import { openapiHandlers } from './openapi-handlers.ts';
import { operationsRouter } from './operations-router.ts';
import { previewHandlers } from './preview-handlers.ts';
import type { PreviewOptions } from './preview-handlers.ts';
import { errorHandler, unknownAddress } from './problem.ts';
import { mayOpenQueuePage, queuePage } from './queue-page.ts';
import type { QueuePageMode } from './queue-page.ts';
import { routeFinder } from './route-of.ts';
import { requestIdOf, watchRequests } from './watch-requests.ts';
import { noteForbidden } from './note-forbidden.ts';
import { RefusedActs } from './refused-acts.ts';
import { schedulesHandlers } from './schedules-handlers.ts';
import type { SchedulesOptions } from './schedules-handlers.ts';
import { sessionRouter } from './session-router.ts';
import { webhooksHandlers } from './webhooks-handlers.ts';
import type { WebhooksOptions } from './webhooks-handlers.ts';

export interface AppOptions
  extends ExportsOptions, PreviewOptions, HistoryOptions, EventsOptions, AdminOptions {
  apiKeys: ApiKeys;
  sessions: Sessions;
  queuePage: QueuePageMode;
  /** Where the API is for others. */
  publicUrl: string | undefined;
  metrics: Metrics;
  /** Who reads `/metrics` has to have it. Undefined: everybody may. */
  metricsToken: string | undefined;
  /** Undefined: no tokens are taken. */
  verifyToken: TokenVerifier | undefined;
  failuresPerMinute: number;
  writesPerMinute: WritesPerMinute;
  /** Lines about refused acts that a tenant gets in the audit log in a minute, from this process. */
  refusalsPerMinute: number;
  schedules: Omit<SchedulesOptions, 'datasets' | 'policy'>;
  /** Proxies whose `X-Forwarded-For` is believed. */
  proxyHops: number;
  webhooks: Omit<WebhooksOptions, 'notifications' | 'policy'>;
  imports: Omit<ImportsOptions, 'datasets' | 'store' | 'logger'>;
  readiness: ReadinessChecks;
  bulk: BulkOptions;
  bodyMaxBytes: number;
  /** Of requests that may list things. */
  largeBodyMaxBytes: number;
  bodyMaxDepth: number;
  /** Time that a client has to send a request, but for a file. */
  bodyTimeoutMs: number;
  /** Every request is answered within this time, be it by 503. */
  answerTimeoutMs: number;
  /** Origins whose pages may call the API; `*` for all. */
  corsOrigins: readonly string[];
}

/** Builds the HTTP interface from what it needs; does no I/O of its own. */
export function createApp(options: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.set('trust proxy', options.proxyHops);
  app.set('public https', options.publicUrl?.startsWith('https:') === true);
  app.use(watchRequests(options.metrics, routeFinder(operations, [METRICS_PATH])));
  app.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: { defaultSrc: ["'none'"], styleSrc: ["'self'"] },
      },
    }),
  );
  app.use('/v1', cors(options.corsOrigins));
  app.use(bodyInTime(options.bodyTimeoutMs, operations.createImport.path));
  app.use(
    answerInTime(
      options.answerTimeoutMs,
      new Set([operations.previewExport.path, operations.createImport.path]),
    ),
  );
  app.use(metricsRouter(options.metrics, options.metricsToken));
  app.use(
    pinoHttp({
      logger: options.logger,
      genReqId: (request) => requestIdOf(request),
      autoLogging: { ignore: ({ url }) => /^\/(livez|readyz)\b/.test(url) },
      // Never headers: they carry keys on the way in and signed links on the way out.
      serializers: {
        req: ({ id, method, url }: { id: unknown; method: string; url: string }) => ({
          id,
          method,
          path: url.split('?')[0],
        }),
        res: ({ statusCode }: { statusCode: number }) => ({ statusCode }),
      },
    }),
  );
  app.use(consoleRouter());
  app.use(docsRouter());
  app.use(elementsRouter());
  const { apiKeys, verifyToken, sessions, failuresPerMinute, logger } = options;
  const failedLogins = new FailedLogins({ perMinute: failuresPerMinute, logger });
  const { auditLog, refusalsPerMinute: perMinute } = options;
  const refusedActs = new RefusedActs({ auditLog, perMinute, logger });
  const credentials = { apiKeys, verifyToken, sessions, failedLogins, refusedActs };
  // Whoever may do anything at all may sign in to see what.
  const authenticated = authenticate(credentials, { anyScope: true });
  const seesQueue = (identity: Identity) => mayOpenQueuePage(identity, options.queuePage);
  app.use(sessionRouter(sessions, { authenticated, seesQueue }));
  app.use(queuePage(options.queue, sessions, options.queuePage));
  app.use('/v1', authenticate(credentials), limitWrites(options.writesPerMinute));
  const { notifications, notify: policy } = options;
  const handlers = {
    ...exportsHandlers(options),
    ...eventsHandlers(options),
    ...bulkHandlers(options.bulk, options),
    ...previewHandlers(options),
    ...historyHandlers(options),
    ...limitsHandlers(options),
    ...manifestHandlers(options),
    ...notificationsHandlers(options),
    ...webhooksHandlers({ ...options.webhooks, notifications, policy }),
    ...schedulesHandlers({ ...options.schedules, datasets: options.datasets, policy }),
    ...importsHandlers({ ...options.imports, datasets: options.datasets, store: options.store, logger }),
    ...adminHandlers(options),
    ...datasetsHandlers(options.datasets),
    ...healthHandlers(options.readiness),
    ...openapiHandlers(),
  };
  const refuseDeep = refuseDeepBodies(options.bodyMaxDepth);
  const usual = [express.json({ limit: options.bodyMaxBytes }), refuseDeep];
  const large = [express.json({ limit: options.largeBodyMaxBytes }), refuseDeep];
  const readBody = ({ largeBody }: Operation) => (largeBody === true ? large : usual);
  app.use(operationsRouter(operations, handlers, readBody));
  app.use(unknownAddress);
  app.use(noteForbidden(refusedActs));
  app.use(errorHandler(options.logger));
  return app;
}
