import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import type { Logger } from '../logger.ts';

/** Schema of rowferry's own tables; nothing of the application's is touched. */
const SCHEMA = 'rowferry';

/** Brings the tables up to date. Safe to run from several processes at once: a lock lets one through at a time. */
export async function migrate(connectionString: string, logger: Logger): Promise<void> {
  const log = (message: string) => logger.debug(message);
  await runner({
    databaseUrl: connectionString,
    dir: fileURLToPath(new URL('migrations', import.meta.url)),
    direction: 'up',
    schema: SCHEMA,
    createSchema: true,
    migrationsTable: 'migrations',
    logger: {
      debug: log,
      info: log,
      warn: (message) => logger.warn(message),
      error: (message) => logger.error(message),
    },
  });
}
