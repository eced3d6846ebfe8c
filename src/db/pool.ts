import { Pool } from 'pg';
import type { ClientBase } from 'pg';
import type { Logger } from '../logger.ts';

/** The pool, or one connection that is in a transaction. */
export type Queryable = Pick<Pool, 'query'>;

/** How long the parts of a query may take, in milliseconds. */
interface Patience {
  connect: number;
  /** By the server's watch: all our queries are small, and a hanging one would hold up an answer. */
  statement: number;
  /** By ours, for a server that is gone without a word. Never on a connection that an export reads from. */
  query: number;
}

/** For work that nobody waits for. */
const PATIENT: Patience = { connect: 5000, statement: 15_000, query: 20_000 };

/** Time to get a connection, or to query on it, must leave some for saying that it failed. */
function within(answerMs: number): Patience {
  return { connect: answerMs * 0.5, statement: Math.ceil(answerMs * 0.7), query: answerMs * 0.8 };
}

export interface PoolOptions {
  connectionString: string;
  max: number;
  /** Somebody waits for an answer, at most so long. Left out: nobody does. */
  answerTimeoutMs?: number;
  logger: Logger;
}

/** Connections for the export records. Exports themselves never run on it: each has a connection of its own. */
export function createPool({ connectionString, max, answerTimeoutMs, logger }: PoolOptions): Pool {
  const patience = answerTimeoutMs === undefined ? PATIENT : within(answerTimeoutMs);
  const pool = new Pool({
    connectionString,
    max,
    application_name: 'rowferry',
    connectionTimeoutMillis: patience.connect,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    query_timeout: patience.query,
    // Not as a startup parameter, which connection poolers refuse.
    // eslint-disable-next-line @typescript-eslint/no-misused-promises -- the pool waits for it; its types do not say so
    onConnect: async (client: ClientBase) => {
      // Positions in a listing are timestamps as text, which must read the same in every session.
      await client.query(`set statement_timeout = ${patience.statement}; set datestyle = 'ISO, YMD'`);
    },
  });
  // An idle connection may die with its server; without a listener the process would die with it.
  pool.on('error', (error) => logger.warn({ err: error }, 'an idle database connection was lost'));
  // So may one that is lent out for a transaction, in its query or between two: its borrower finds out by its next query.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
