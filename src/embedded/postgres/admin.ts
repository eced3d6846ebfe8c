import { realpath } from 'node:fs/promises';

import { Client } from 'pg';

import { AppError } from '../../errors.ts';
import { ROWFERRY } from './cluster.ts';

/** What a server says about itself to one who knows the password. */
export interface ServerFacts {
  version: string;
  data: string;
}

/** The URL under which clients reach the server: loopback, no TLS, whatever `PGSSLMODE` says. */
export function urlOf(port: number, password: string, database = ROWFERRY): string {
  return `postgresql://${ROWFERRY}:${password}@127.0.0.1:${port}/${database}?sslmode=disable`;
}

/**
 * Logs in, and creates the database `rowferry` when it is missing. Rejects with pg's errors (`ECONNREFUSED`, `28P01`,
 * `57P03` …); with an AppError when another data directory is served on that port.
 */
export async function openDatabase(port: number, password: string, data: string): Promise<ServerFacts> {
  const client = new Client({
    connectionString: urlOf(port, password, 'postgres'),
    connectionTimeoutMillis: 5_000,
    query_timeout: 60_000,
  });
  // A connection lost between queries is reported here too, and would otherwise end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const facts = await client.query<ServerFacts & { present: boolean }>(
      `SELECT current_setting('server_version') AS version, current_setting('data_directory') AS data,
              EXISTS (SELECT FROM pg_database WHERE datname = $1) AS present`,
      [ROWFERRY],
    );
    const row = facts.rows[0];
    if (row === undefined || (await realpath(row.data)) !== (await realpath(data))) {
      throw new AppError(
        'embedded_postgres_failed',
        `The server on port ${port} serves other data (${row?.data ?? '?'}) than ${data}.`,
      );
    }
    if (!row.present) await client.query(`CREATE DATABASE ${ROWFERRY}`);
    return { version: row.version, data: row.data };
  } finally {
    await client.end().catch(() => undefined);
  }
}
