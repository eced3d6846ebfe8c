import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Pool } from 'pg';
import { createApp } from '../api/app.ts';
import { EventStreams } from '../api/event-streams.ts';
import type { PreviewOptions } from '../api/preview-handlers.ts';
import type { Config } from '../config.ts';
import { ApiKeys } from '../db/api-keys.ts';
import { AuditLog } from '../db/audit-log.ts';
import { readBacklog } from '../db/backlog-records.ts';
import { BulkRecords } from '../db/bulk-records.ts';
import { BulkRequests } from '../db/bulk-requests.ts';
import { ExportNotifications } from '../db/export-notifications.ts';
import { ExportFailures } from '../db/export-failures.ts';
import { ExportRecords } from '../db/export-records.ts';
import { ExportRequests } from '../db/export-requests.ts';
import { HistoryRecords } from '../db/history-records.ts';
import { ImportRecords } from '../db/import-records.ts';
import { pastSpeed } from '../db/past-speed.ts';
import { createPool } from '../db/pool.ts';
import { ScheduleRecords } from '../db/schedule-records.ts';
import { Sessions } from '../db/sessions.ts';
import { TenantActivity } from '../db/tenant-activity.ts';
import { TraceRecords } from '../db/trace-records.ts';
import { WatchedExports } from '../db/watched-exports.ts';
import { WebhookRecords } from '../db/webhook-records.ts';
import type { DatasetRegistry } from '../export/load-datasets.ts';
import { previewAny } from '../export/bundle/preview-bundle.ts';
import { RowEstimates } from '../export/row-estimates.ts';
import { sourceOf } from '../export/sources.ts';
import type { Logger } from '../logger.ts';
import { Metrics } from '../metrics.ts';
import { BulkQueue } from '../queue/bulk-queue.ts';
import { ExportQueue } from '../queue/export-queue.ts';
import { ImportQueue } from '../queue/import-queue.ts';
import type { ShutdownPhase } from '../shutdown.ts';
import { S3ObjectStore } from '../storage/s3-object-store.ts';
import type { Endpoints } from './endpoints.ts';
import { listen } from './listen.ts';
import { notifyPolicy } from './notifications.ts';
import { requestOptions, tokenVerifier } from './requesters.ts';
import { VERSION } from './version.ts';

export interface ApiProcess {
  /** Where it listens, e.g. `http://localhost:3000`. */
  url: string;
  phases: ShutdownPhase[];
}

/** Starts to answer HTTP. @throws AppError `port_in_use`, `no_permission` */
export async function startApi(
  config: Config,
  endpoints: Endpoints,
  datasets: DatasetRegistry,
  logger: Logger,
): Promise<ApiProcess> {
  const pool = createPool({
    connectionString: endpoints.databaseUrl,
    max: config.DATABASE_POOL_SIZE,
    answerTimeoutMs: config.API_ANSWER_TIMEOUT_MS,
    logger,
  });
  const queue = new ExportQueue({ backend: endpoints.queue, timeoutMs: config.QUEUE_ADD_TIMEOUT_MS, logger });
  const imports = new ImportQueue({
    backend: endpoints.queue,
    timeoutMs: config.QUEUE_ADD_TIMEOUT_MS,
    logger,
  });
  const bulkQueue = new BulkQueue({
    backend: endpoints.queue,
    timeoutMs: config.QUEUE_ADD_TIMEOUT_MS,
    logger,
  });
  const store = new S3ObjectStore(endpoints.s3);
  const metrics = new Metrics(VERSION);
  metrics.databasePool.watch(pool);
  metrics.backlog.watch({ queue: () => queue.depth(), records: () => readBacklog(pool) });
  const estimates = new RowEstimates({
    sources: endpoints.sources,
    timeoutMs: config.FAST_LANE_ESTIMATE_TIMEOUT_MS,
    connections: config.FAST_LANE_ESTIMATE_CONNECTIONS,
  });
  const apiKeys = new ApiKeys(pool);
  const streams = new EventStreams({
    watched: new WatchedExports(pool),
    apiKeys,
    lookMs: config.EVENTS_LOOK_MS,
    heartbeatMs: config.EVENTS_HEARTBEAT_SECONDS * 1000,
    maxStreams: config.EVENTS_MAX_STREAMS,
    maxStreamsPerSubject: config.EVENTS_MAX_STREAMS_PER_SUBJECT,
    logger,
  });
  const app = createApp({
    datasets,
    records: new ExportRecords(pool),
    requests: new ExportRequests(pool, requestOptions(config)),
    bulk: {
      records: new BulkRecords(pool),
      requests: new BulkRequests(pool, {
        ...requestOptions(config),
        maxOpen: config.BULK_MAX_OPEN_PER_TENANT,
      }),
      queue: bulkQueue,
      maxSubjects: config.BULK_MAX_SUBJECTS,
    },
    largeBodyMaxBytes: config.BULK_BODY_MAX_BYTES,
    notifications: new ExportNotifications(pool),
    notify: notifyPolicy(config),
    webhooks: {
      webhooks: new WebhookRecords(pool),
      maxWebhooks: config.WEBHOOK_MAX_PER_TENANT,
      rotationHours: config.WEBHOOK_ROTATION_HOURS,
    },
    traces: new TraceRecords(pool),
    schedules: {
      schedules: new ScheduleRecords(pool),
      minIntervalMinutes: config.SCHEDULE_MIN_INTERVAL_MINUTES,
      limits: { perSubject: config.SCHEDULE_MAX_PER_SUBJECT, perTenant: config.SCHEDULE_MAX_PER_TENANT },
    },
    imports: {
      records: new ImportRecords(pool, {
        quota: {
          perSubject: config.IMPORT_MAX_OPEN_PER_SUBJECT,
          perTenant: config.IMPORT_MAX_OPEN_PER_TENANT,
        },
        idempotencyHours: config.IDEMPOTENCY_RETENTION_HOURS,
      }),
      queue: imports,
      keyPrefix: config.S3_KEY_PREFIX,
      maxBytes: config.IMPORT_MAX_BYTES,
      maxRequestBytes: config.API_BODY_MAX_BYTES,
    },
    auditLog: new AuditLog(pool),
    failures: new ExportFailures(pool),
    refusalsPerMinute: config.AUDIT_REFUSALS_PER_MINUTE,
    history: new HistoryRecords(pool),
    metrics,
    metricsToken: config.METRICS_TOKEN,
    apiKeys,
    sessions: new Sessions(pool, {
      hours: config.CONSOLE_SESSION_HOURS,
      perSubject: config.CONSOLE_SESSIONS_PER_SUBJECT,
    }),
    queuePage: config.CONSOLE_QUEUE_PAGE,
    publicUrl: config.PUBLIC_URL,
    activity: new TenantActivity(pool),
    streams,
    verifyToken: tokenVerifier(config),
    failuresPerMinute: config.AUTH_FAILURES_PER_MINUTE,
    writesPerMinute: {
      subject: config.LIMIT_SUBJECT_WRITES_PER_MINUTE,
      tenant: config.LIMIT_TENANT_WRITES_PER_MINUTE,
    },
    proxyHops: config.API_PROXY_HOPS,
    queue,
    lanes: {
      estimateRows: (...asked) => estimates.of(...asked),
      maxRows: config.FAST_LANE_MAX_ROWS,
      timeoutMs: config.FAST_LANE_ESTIMATE_TIMEOUT_MS,
    },
    store,
    downloadUrlTtlSeconds: config.DOWNLOAD_URL_TTL_SECONDS,
    bodyMaxBytes: config.API_BODY_MAX_BYTES,
    previews: previewsOf(config, endpoints, pool),
    bodyMaxDepth: config.API_BODY_MAX_DEPTH,
    bodyTimeoutMs: config.API_REQUEST_TIMEOUT_SECONDS * 1000,
    answerTimeoutMs: config.API_ANSWER_TIMEOUT_MS,
    corsOrigins: config.CORS_ORIGINS,
    readiness: { database: () => pool.query('select 1') },
    logger,
  });
  const server = createServer(
    {
      headersTimeout: config.API_REQUEST_TIMEOUT_SECONDS * 1000,
      // The longest that any request may take; createApp sees to the others.
      requestTimeout:
        1000 * Math.max(config.API_REQUEST_TIMEOUT_SECONDS, config.IMPORT_UPLOAD_TIMEOUT_SECONDS),
      connectionsCheckingInterval: SLOW_CHECK_MS,
    },
    app,
  );
  let url: string;
  try {
    // With Redis the API starts without it: it accepts, and the janitor delivers.
    if (endpoints.queue.kind === 'postgres') await Promise.all([queue.ready(), imports.ready()]);
    url = await listen(server, { host: config.HOST, port: config.PORT });
  } catch (error) {
    store.close();
    await Promise.allSettled([
      queue.close(),
      bulkQueue.close(),
      imports.close(),
      estimates.close(),
      pool.end(),
    ]);
    throw error;
  }
  const closeServer = async () => {
    const closed = once(server, 'close');
    server.close();
    streams.close();
    server.closeIdleConnections();
    await closed;
  };
  return {
    url,
    phases: [
      { name: 'the API', timeoutMs: API_CLOSE_MS, run: closeServer },
      {
        name: 'the API’s queues',
        timeoutMs: CONNECTION_CLOSE_MS,
        run: () => Promise.all([queue.close(), bulkQueue.close(), imports.close()]),
      },
      {
        name: 'the API’s connections',
        timeoutMs: CONNECTION_CLOSE_MS,
        run: () => {
          server.closeAllConnections();
          store.close();
          return Promise.all([estimates.close(), pool.end()]);
        },
      },
    ],
  };
}

function previewsOf(config: Config, { sources }: Endpoints, pool: Pool): PreviewOptions['previews'] {
  const limits = {
    rows: Math.min(config.PREVIEW_ROWS, config.EXPORT_MAX_ROWS),
    maxBytes: config.PREVIEW_MAX_BYTES,
    timeoutMs: config.PREVIEW_TIMEOUT_SECONDS * 1000,
    bytesPerSecond: config.PREVIEW_BYTES_PER_SECOND,
  };
  return {
    maxAtOnce: config.PREVIEW_CONCURRENCY,
    pastSpeed: (kind) => pastSpeed(pool, kind),
    make: (asked) => {
      const connectionString = sourceOf(sources, asked.dataset);
      const source = { connectionString, applicationName: 'rowferry-preview' };
      return previewAny({ ...asked, encoder: config.EXPORT_ENCODER, source, limits });
    },
  };
}

/** How often Node looks for clients that are too slow. Its default lets them have half a minute more. */
const SLOW_CHECK_MS = 1000;
const API_CLOSE_MS = 2000;
const CONNECTION_CLOSE_MS = 1000;
