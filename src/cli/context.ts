import { fileURLToPath } from 'node:url';
import type { Config } from '../config.ts';
import { loadConfig } from '../config.ts';
import type { Finding } from '../doctor/finding.ts';
import { AppError } from '../errors.ts';
import { auditLogDataset } from '../export/audit-log-dataset.ts';
import { loadDatasets } from '../export/load-datasets.ts';
import { sourceSetting } from '../export/sources.ts';
import type { DatasetRegistry } from '../export/load-datasets.ts';
import { createLogger } from '../logger.ts';
import type { Logger } from '../logger.ts';
import { openEndpoints } from './endpoints.ts';
import type { Endpoints } from './endpoints.ts';

// What only some commands need is loaded by those: `rowferry export` has no use for the S3 client, the queue or the doctor,
// which together take more memory than an export.

/** What most commands need. */
export interface Context {
  config: Config;
  logger: Logger;
  endpoints: Endpoints;
}

/**
 * Reads the configuration, opens what it names (or the embedded servers), runs `work`, and closes again. A service logs
 * to standard output; a command keeps that for its result.
 */
export async function withContext<T>(
  name: string,
  work: (context: Context) => Promise<T>,
  logTo: 'stdout' | 'stderr' = 'stderr',
): Promise<T> {
  const config = loadConfig(process.env);
  const logger = createLogger({ level: config.LOG_LEVEL, name, to: logTo });
  const endpoints = await openEndpoints(config, logger);
  try {
    return await work({ config, logger, endpoints });
  } finally {
    await endpoints.close();
  }
}

/** What may be exported: those of the project, and those that rowferry brings. */
export async function projectDatasets(config: Config): Promise<DatasetRegistry> {
  const names = ['default', ...Object.keys(config.namedSources)];
  const directory = config.DATASETS_DIR ?? fileURLToPath(new URL('../../datasets', import.meta.url));
  const own = await loadDatasets(directory, names);
  if (own.has(auditLogDataset.name)) {
    const message = `The name "${auditLogDataset.name}" is taken by a dataset that rowferry brings. Give yours another.`;
    throw new AppError('bad_dataset', message);
  }
  return new Map([...own, [auditLogDataset.name, auditLogDataset]]);
}

/** Brings the tables of records and queue up to date. */
export async function migrateAll({
  endpoints,
  logger,
}: Pick<Context, 'endpoints' | 'logger'>): Promise<void> {
  const [{ migrate }, { migrateQueue }] = await Promise.all([
    import('../db/migrate.ts'),
    import('../queue/queue-backend.ts'),
  ]);
  await migrate(endpoints.databaseUrl, logger);
  await migrateQueue(endpoints.queue);
}

/** Looks at every part that this configuration names. @throws AppError `bad_dataset` */
export async function examineAll({
  endpoints,
  config,
}: Pick<Context, 'endpoints' | 'config'>): Promise<Finding[]> {
  const { examine } = await import('../doctor/index.ts');
  const datasets = [...(await projectDatasets(config)).values()];
  // That of the records is looked at as such.
  const exported = Object.entries(endpoints.sources).filter(([name]) => name !== auditLogDataset.source);
  const sources = exported.map(([name, connectionString]) => {
    const own = datasets.filter(
      ({ source = 'default', session }) => source === name && session !== undefined,
    );
    return {
      name,
      setting: sourceSetting(name),
      connectionString,
      holdsRecords: connectionString === endpoints.databaseUrl,
      withSession: own.map((dataset) => dataset.name),
      deadlineMs: config.EXPORT_DEADLINE_SECONDS * 1000,
    };
  });
  return examine({
    databaseUrl: endpoints.databaseUrl,
    sources,
    redisUrl: config.REDIS_URL,
    smtpUrl: config.SMTP_URL,
    s3: endpoints.s3,
    keyPrefix: config.S3_KEY_PREFIX,
  });
}
