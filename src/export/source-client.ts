import type { Socket } from 'node:net';
import { Client } from 'pg';
import { AppError, messageOf } from '../errors.ts';
import { databaseError } from './database-error.ts';

export interface SourceConnection {
  connectionString: string;
  /** Seen in pg_stat_activity. */
  applicationName: string;
  /** After it the server itself ends the statement and lets the snapshot go, in milliseconds. */
  deadlineMs: number;
}

/** Time to get a connection, in milliseconds. */
const CONNECT_TIMEOUT_MS = 10_000;
const CLOSE_TIMEOUT_MS = 1000;

/**
 * PostgreSQL's own text form of a value depends on the session; with these every server writes the same file.
 */
const TEXT_FORM = {
  datestyle: 'ISO, YMD',
  intervalstyle: 'iso_8601',
  timezone: 'UTC',
  bytea_output: 'hex',
  extra_float_digits: '1',
};

/**
 * A connection of its own for one export, inside a repeatable-read, read-only transaction: one snapshot for the whole
 * file. A pooled client would hang its next borrower if a cursor were left open on it.
 *
 * @throws AppError `source_unreachable` (retryable) and what {@link databaseError} makes of PostgreSQL's refusals;
 *   `query_timeout_set` when the connection string carries pg's `query_timeout`, which cuts a slow export short and
 *   calls it a success
 */
export async function openSourceClient(options: SourceConnection): Promise<Client> {
  const client = createSourceClient(options);
  await beginSnapshot(client, options);
  return client;
}

/** The client of {@link openSourceClient} before it is connected, so that its caller can drop it at any time. */
export function createSourceClient(options: SourceConnection): Client {
  const client = new Client({
    connectionString: options.connectionString,
    application_name: options.applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 30_000,
  });
  refuseQueryTimeout(client);
  // Without a listener a lost connection would end the process. Whoever reads from the client adds their own.
  client.on('error', () => undefined);
  return client;
}

/** Connects, and begins the transaction that every row is read in. */
export async function beginSnapshot(client: Client, options: SourceConnection): Promise<void> {
  try {
    await client.connect();
    await client.query('begin transaction isolation level repeatable read, read only');
    // Not as startup parameters, which connection poolers refuse.
    const deadline = `${options.deadlineMs}ms`;
    const limits = { statement_timeout: deadline, idle_in_transaction_session_timeout: deadline };
    await setLocal(client, { ...TEXT_FORM, ...limits });
    await noticeLostClients(client);
  } catch (error) {
    dropConnection(client);
    throw databaseError(error);
  }
}

/** Ends the connection at once, whatever the server is doing: an open cursor would keep a polite `end()` waiting. */
export function dropConnection(client: Client): void {
  socketOf(client).destroy();
}

/** Says goodbye, so that the server logs no broken connection, but waits for a dead one no longer than a moment. */
export async function closeSourceClient(client: Client): Promise<void> {
  const impatience = setTimeout(() => dropConnection(client), CLOSE_TIMEOUT_MS);
  await client.end().catch(() => undefined);
  clearTimeout(impatience);
}

/** The socket under a client; pg has no public way to it. */
export function socketOf(client: Client): Socket {
  return (client as unknown as { connection: { stream: Socket } }).connection.stream;
}

async function setLocal(client: Client, values: Record<string, string>): Promise<void> {
  const calls = Object.keys(values).map((name, index) => `set_config('${name}', $${index + 1}, true)`);
  await client.query(`select ${calls.join(', ')}`, Object.values(values));
}

/** A server that is busy sorting for a client that has gone stops within a quarter of a second, where its platform can tell. */
async function noticeLostClients(client: Client): Promise<void> {
  await client.query('savepoint before_setting');
  try {
    await setLocal(client, { client_connection_check_interval: '250ms' });
  } catch (error) {
    if (!messageOf(error).includes('client_connection_check_interval')) throw error;
    await client.query('rollback to savepoint before_setting');
  }
}

/** pg keeps what it made of the connection string in a property that its types leave out. */
function refuseQueryTimeout(client: Client): void {
  const parameters = (client as unknown as { connectionParameters: { query_timeout?: unknown } })
    .connectionParameters;
  if (parameters.query_timeout) {
    throw new AppError(
      'query_timeout_set',
      'The source database connection has a query_timeout. It cuts off an export whose reader is slow and lets it ' +
        'pass for complete. Remove query_timeout from SOURCE_DATABASE_URL (or DATABASE_URL); ' +
        'EXPORT_DEADLINE_SECONDS bounds an export instead.',
    );
  }
}
