import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { pino } from 'pino';
import { migrate } from '../../src/db/migrate.ts';
import { migrateQueue } from '../../src/queue/queue-backend.ts';

/** Namespace of queues in tests; on Redis each file adds its own. */
export const TEST_PREFIX = 'rowferry';

/** Makes a database with rowferry's tables once; cloning it is much quicker than migrating anew for each file. */
export async function createTemplate(adminUrl: string): Promise<{ name: string; drop(): Promise<void> }> {
  const name = `rowferry_template_${randomBytes(6).toString('hex')}`;
  await administer(adminUrl, `create database ${name}`);
  const url = databaseUrl(adminUrl, name);
  await migrate(url, pino({ level: 'silent' }));
  await migrateQueue({ kind: 'postgres', connectionString: url, prefix: TEST_PREFIX });
  return { name, drop: () => administer(adminUrl, `drop database ${name} with (force)`) };
}

/** Runs one statement as the administrator. */
export async function administer(adminUrl: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** The same server and user, another database. */
export function databaseUrl(adminUrl: string, name: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}
