import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

/** A database of its own on the bench's server, gone after `drop`. Leftovers are told by the name's beginning. */
export async function createDatabase(
  postgresUrl: string,
): Promise<{ name: string; url: string; drop(): Promise<void> }> {
  const name = `rowferry_bench_${randomBytes(4).toString('hex')}`;
  const url = new URL(postgresUrl);
  url.pathname = `/${name}`;
  await administer(postgresUrl, `create database ${name}`);
  return { name, url: url.href, drop: () => administer(postgresUrl, `drop database ${name} with (force)`) };
}

async function administer(connectionString: string, statement: string): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
