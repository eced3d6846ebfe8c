import { readFile } from 'node:fs/promises';
import { Pool } from 'pg';

/** The application's own database, with its tables and two people in it. */
export async function openDatabase(): Promise<Pool> {
  const database = new Pool({ connectionString: process.env.DATABASE_URL ?? (await embeddedDatabase()) });
  await database.query(await read('schema.sql'));
  const { rowCount } = await database.query(
    `insert into users (id, name) values (1001, 'Ada'), (1002, 'Ben') on conflict do nothing`,
  );
  if (rowCount === 2) await database.query(await read('demo-diary.sql'));
  return database;
}

/** The PostgreSQL that `rowferry start` has brought; it writes down where that is. You have your own. */
async function embeddedDatabase(): Promise<string> {
  const running = JSON.parse(await read('.rowferry/running.json')) as { databaseUrl: string };
  return running.databaseUrl;
}

const read = (path: string) => readFile(new URL(path, import.meta.url), 'utf8');
