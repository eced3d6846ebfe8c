import { Pool } from 'pg';
import type { ClientBase } from 'pg';
import type { Logger } from '../logger.ts';

/** The pool, or one connection that is in a transaction. */
export type Queryable = Pick<Pool, 'query'>;

/** Time a query of ours may take, in milliseconds: they are all small, and a hanging one would hold up an answer. */
const STATEMENT_TIMEOUT_MS = 15_000;
/** The same, watched by us, for a server that is gone without a word. Never on a connection that an export reads from. */
const QUERY_TIMEOUT_MS = 20_000;
const CONNECT_TIMEOUT_MS = 5000;

/** Connections for the export records. Exports themselves never run on it: each has a connection of its own. */
export function createPool(options: { connectionString: string; max: number; logger: Logger }): Pool {
  const pool = new Pool({
    connectionString: options.connectionString,
    max: options.max,
    application_name: 'rowferry',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    query_timeout: QUERY_TIMEOUT_MS,
    // Not as a startup parameter, which connection poolers refuse. The pool waits for it; its types do not say so.
    // eslint-disable-next-line @typescript-eslint/no-misused-promises
    onConnect: async (client: ClientBase) => {
      // Positions in a listing are timestamps as text, which must read the same in every session.
      await client.query(`set statement_timeout = ${STATEMENT_TIMEOUT_MS}; set datestyle = 'ISO, YMD'`);
    },
  });
  // An idle connection may die with its server; without a listener the process would die with it.
  pool.on('error', (error) => options.logger.warn({ err: error }, 'an idle database connection was lost'));
  return pool;
}
