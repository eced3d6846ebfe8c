import express from 'express';
import type { Express } from 'express';
import helmet from 'helmet';
import { pinoHttp } from 'pino-http';
import type { TokenVerifier } from '../auth/tokens.ts';
import type { ApiKeys } from '../db/api-keys.ts';
import type { Metrics } from '../metrics.ts';
import { answerInTime } from './answer-in-time.ts';
import { authenticate } from './authenticate.ts';
import { datasetsRouter } from './datasets-router.ts';
import { exportsRouter } from './exports-router.ts';
import type { ExportsRouterOptions } from './exports-router.ts';
import { FailedLogins } from './failed-logins.ts';
import { healthRouter } from './health-router.ts';
import type { ReadinessChecks } from './health-router.ts';
import { historyRouter } from './history-router.ts';
import type { HistoryRouterOptions } from './history-router.ts';
import { metricsRouter } from './metrics-router.ts';
import { refuseDeepBodies } from './nesting.ts';
import { errorHandler, unknownAddress } from './problem.ts';
import { welcomeRouter } from './welcome-router.ts';

export interface AppOptions extends ExportsRouterOptions, HistoryRouterOptions {
  apiKeys: ApiKeys;
  metrics: Metrics;
  /** Undefined: no tokens are taken. */
  verifyToken: TokenVerifier | undefined;
  failuresPerMinute: number;
  /** Proxies whose `X-Forwarded-For` is believed. */
  proxyHops: number;
  readiness: ReadinessChecks;
  bodyMaxBytes: number;
  bodyMaxDepth: number;
  /** Every request is answered within this time, be it by 503. */
  answerTimeoutMs: number;
}

/** Builds the HTTP interface from what it needs; does no I/O of its own. */
export function createApp(options: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.set('trust proxy', options.proxyHops);
  app.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: { defaultSrc: ["'none'"], styleSrc: ["'self'"] },
      },
    }),
  );
  app.use(answerInTime(options.answerTimeoutMs));
  app.use(healthRouter(options.readiness), metricsRouter(options.metrics));
  app.use(
    pinoHttp({
      logger: options.logger,
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
  app.use(welcomeRouter());
  const { apiKeys, verifyToken, failuresPerMinute, logger } = options;
  const failedLogins = new FailedLogins({ perMinute: failuresPerMinute, logger });
  app.use('/v1', authenticate({ apiKeys, verifyToken, failedLogins }));
  app.use('/v1', express.json({ limit: options.bodyMaxBytes }), refuseDeepBodies(options.bodyMaxDepth));
  app.use('/v1/exports', exportsRouter(options), historyRouter(options));
  app.use('/v1/datasets', datasetsRouter(options.datasets));
  app.use(unknownAddress);
  app.use(errorHandler(options.logger));
  return app;
}
