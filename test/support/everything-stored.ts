import { Redis } from 'ioredis';
import type { TestDatabase } from './test-database.ts';

/** All rows of all tables as text, those of the queue included: for what must not be in any. */
export async function everythingInTheDatabase({ pool }: TestDatabase): Promise<string> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  const texts = await Promise.all(
    tables.map(async ({ name }) => {
      const { rows } = await pool.query<{ text: string }>(`select t::text as text from ${name} t`);
      return rows.map(({ text }) => text).join('\n');
    }),
  );
  return texts.join('\n');
}

/** Names and dumps of all keys of an installation's queue. */
export async function everythingInRedis(url: string, env: Record<string, string>): Promise<string> {
  const redis = new Redis(url);
  try {
    const keys = await redis.keys(`${env['QUEUE_PREFIX']}:*`);
    const dumps = await Promise.all(keys.map((one): Promise<Buffer | null> => redis.dumpBuffer(one)));
    return [...keys, ...dumps.map((dump) => dump?.toString('latin1') ?? '')].join('\n');
  } finally {
    redis.disconnect();
  }
}
