import { Client } from 'pg';
import { messageOf } from '../errors.ts';
import { fail, ok } from './finding.ts';
import type { Finding } from './finding.ts';

const OLDEST_VERSION = 140_000;
const CONNECT_TIMEOUT_MS = 5000;

/** The database that keeps the records: reachable, new enough, and sessions are sessions. */
export async function checkDatabase(connectionString: string): Promise<Finding[]> {
  return withClient('database', 'DATABASE_URL', connectionString, async (client) => {
    const findings = [await version('database', client)];
    findings.push(
      (await isTransactionPooler(connectionString))
        ? fail(
            'database',
            'DATABASE_URL goes through a connection pooler in transaction mode, where locks and LISTEN do not work.',
            'Point DATABASE_URL at PostgreSQL itself, or at a pooler in session mode.',
          )
        : ok('database', 'sessions are kept (no pooler in transaction mode)'),
    );
    const { rows } = await client.query<{ there: boolean }>(
      `select to_regclass('rowferry.exports') is not null as there`,
    );
    if (rows[0]?.there !== true) {
      const remedy = 'Run `rowferry migrate` once, as a role that may create a schema in this database.';
      findings.push(fail('database', 'rowferry’s tables are missing.', remedy));
    }
    return findings;
  });
}

/** Opens a connection for a check. One that fails is its only finding. */
export async function withClient(
  check: string,
  setting: string,
  connectionString: string,
  work: (client: Client) => Promise<Finding[]>,
): Promise<Finding[]> {
  const client = connect(connectionString);
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    const remedy = `Check ${setting}: host, port, user, password, database name, and that the server accepts connections.`;
    return [fail(check, `PostgreSQL does not answer: ${messageOf(error)}`, remedy)];
  } finally {
    await client.end().catch(() => undefined);
  }
}

export async function version(check: string, client: Client): Promise<Finding> {
  const { rows } = await client.query<{ number: number; name: string }>(
    `select current_setting('server_version_num')::int as number, current_setting('server_version') as name`,
  );
  const found = rows[0] ?? { number: 0, name: 'unknown' };
  if (found.number >= OLDEST_VERSION) return ok(check, `PostgreSQL ${found.name}`);
  return fail(check, `PostgreSQL ${found.name} is too old.`, 'Use PostgreSQL 14 or newer.');
}

/**
 * Two clients that are both connected have two backends, unless a pooler lends one backend out by transaction: then the
 * second client, inside a transaction, gets the one that the first has just let go.
 */
export async function isTransactionPooler(connectionString: string): Promise<boolean> {
  const first = connect(connectionString);
  const second = connect(connectionString);
  try {
    await first.connect();
    await second.connect();
    const idle = await backendOf(first);
    await second.query('begin');
    const busy = await backendOf(second);
    await second.query('rollback');
    return idle === busy;
  } finally {
    await Promise.allSettled([first.end(), second.end()]);
  }
}

async function backendOf(client: Client): Promise<number | undefined> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return rows[0]?.pid;
}

function connect(connectionString: string): Client {
  const client = new Client({
    connectionString,
    application_name: 'rowferry-doctor',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  client.on('error', () => undefined);
  return client;
}
