import type { Socket } from 'node:net';
import { Client } from 'pg';
import { AppError, messageOf } from '../errors.ts';
import { runBound } from './bound-statements.ts';
import type { BoundStatement } from './bound-statements.ts';
import { databaseError } from './database-error.ts';
import type { SessionContext } from './dataset.ts';

export interface SourceConnection {
  connectionString: string;
  /** Seen in pg_stat_activity. */
  applicationName: string;
  /** After it the server itself ends the statement and lets the snapshot go, in milliseconds. */
  deadlineMs: number;
  /** Name of the zone that times are told in. Default: UTC. */
  timeZone?: string | undefined;
  /** What the dataset tells the session of the one who asks. */
  session?: SessionContext;
  /** Settings that address and deadline come from, for whoever has to change them. Default: those of exports. */
  settings?: { url: string; deadline: string };
}

/** What every row of an export is as of. */
export interface Snapshot {
  /** ISO 8601 with microseconds, by the server's clock. */
  takenAt: string;
  /** As `pg_current_snapshot()` gives it. */
  id: string;
  /** On which server it can be compared with others; undefined where nobody has asked, and on a replica. */
  server?: string | undefined;
}

const SNAPSHOT: BoundStatement = {
  text: `select to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), pg_current_snapshot()::text`,
};

const EXPORT_SETTINGS = {
  url: 'SOURCE_DATABASE_URL (or DATABASE_URL)',
  deadline: 'EXPORT_DEADLINE_SECONDS',
};

/** Time to get a connection, in milliseconds. */
const CONNECT_TIMEOUT_MS = 10_000;
const CLOSE_TIMEOUT_MS = 1000;

/**
 * PostgreSQL's own text form of a value depends on the session; with these every server writes the same file.
 */
export const TEXT_FORM = {
  datestyle: 'ISO, YMD',
  intervalstyle: 'iso_8601',
  lc_monetary: 'C',
  bytea_output: 'hex',
  extra_float_digits: '1',
};

/** A server that is busy sorting for a client that has gone stops within a quarter of a second. */
const NOTICE_LOST_CLIENTS = { client_connection_check_interval: '250ms' };

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
  refuseQueryTimeout(client, options.settings);
  // Without a listener a lost connection would end the process. Whoever reads from the client adds their own.
  client.on('error', () => undefined);
  return client;
}

/**
 * Connects, and begins the transaction that every row is read in. All of it goes in one message: for a short export the
 * round trips are a good part of the time.
 */
export async function beginSnapshot(
  client: Client,
  { deadlineMs, timeZone = 'UTC', session = {} }: SourceConnection,
): Promise<Snapshot> {
  // Not as startup parameters, which connection poolers refuse.
  const settings = {
    ...TEXT_FORM,
    timezone: timeZone,
    statement_timeout: `${Math.ceil(deadlineMs)}ms`,
    idle_in_transaction_session_timeout: `${Math.ceil(deadlineMs)}ms`,
  };
  try {
    await client.connect();
    try {
      return snapshotOf(await runBound(client, begin({ ...settings, ...NOTICE_LOST_CLIENTS }, session)));
    } catch (error) {
      // The server's platform cannot tell.
      if (!messageOf(error).includes('client_connection_check_interval')) throw error;
      return snapshotOf(await runBound(client, [{ text: 'rollback' }, ...begin(settings, session)]));
    }
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

function begin(settings: Settings, session: SessionContext): BoundStatement[] {
  return [
    { text: 'begin transaction isolation level repeatable read, read only' },
    ...settingsOf(session, settings),
    SNAPSHOT,
  ];
}

function snapshotOf([takenAt, id]: readonly (string | null)[]): Snapshot {
  return { takenAt: takenAt ?? '', id: id ?? '' };
}

/** Every setting ends with the transaction, so the next one on this server process has none of it. */
export function settingsOf(
  { settings: custom = {}, role }: SessionContext,
  settings: Settings,
): BoundStatement[] {
  return [
    setLocal({ ...settings, ...custom }),
    // Last: the others are set with the rights of the connection.
    ...(role === undefined ? [] : [setLocal({ role })]),
  ];
}

type Settings = Readonly<Record<string, string>>;

/** SET LOCAL with names and values that are bound, none of them pasted into the text. */
function setLocal(settings: Settings): BoundStatement {
  const pairs = Object.entries(settings);
  const calls = pairs.map((_, index) => `set_config($${2 * index + 1}, $${2 * index + 2}, true)`);
  return { text: `select ${calls.join(', ')}`, values: pairs.flat() };
}

/** pg keeps what it made of the connection string in a property that its types leave out. */
function refuseQueryTimeout(client: Client, settings = EXPORT_SETTINGS): void {
  const parameters = (client as unknown as { connectionParameters: { query_timeout?: unknown } })
    .connectionParameters;
  if (parameters.query_timeout) {
    throw new AppError(
      'query_timeout_set',
      'The database connection has a query_timeout. It cuts off what takes long and lets it pass for complete. ' +
        `Remove query_timeout from ${settings.url}; ${settings.deadline} is the limit instead.`,
    );
  }
}
