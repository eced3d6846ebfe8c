import { randomBytes } from 'node:crypto';
import { Pool } from 'pg';
import { afterAll, beforeAll, inject } from 'vitest';
import { administer, databaseUrl } from './template-database.ts';

export interface TestDatabase {
  /** Only after `beforeAll` has run. */
  readonly url: string;
  readonly pool: Pool;
}

/** A database of this file's own, with rowferry's tables, gone when the file is done. Call it at the top of a file. */
export function useTestDatabase(): TestDatabase {
  const { postgresUrl, templateDatabase } = inject('services');
  const name = `rowferry_test_${randomBytes(6).toString('hex')}`;
  const url = databaseUrl(postgresUrl, name);
  let pool: Pool | undefined;
  beforeAll(async () => {
    await administer(postgresUrl, `create database ${name} template ${templateDatabase}`);
    pool = new Pool({ connectionString: url, max: 5 });
    // A test that kills backends kills ours too.
    pool.on('error', () => undefined);
  });
  afterAll(async () => {
    await pool?.end();
    await administer(postgresUrl, `drop database if exists ${name} with (force)`);
  });
  return {
    url,
    get pool() {
      if (pool === undefined) throw new Error('the database is made in beforeAll');
      return pool;
    },
  };
}
