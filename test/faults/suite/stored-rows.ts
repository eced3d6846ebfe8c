import { Client } from 'pg';

/** Fills the table of the dataset `stored`: rows of version 1. */
export async function makeStoredRows(connectionString: string, count: number): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    await client.query(`
      drop table if exists public.stored;
      create table public.stored (id int primary key, version int not null);
      insert into public.stored select n, 1 from generate_series(1, ${count}) as n`);
  } finally {
    await client.end();
  }
}

/** The file of that dataset, written without any of rowferry's code. */
export function* storedPieces(count: number, version: number): Generator<string> {
  yield 'id,version\n';
  for (let id = 1; id <= count; id++) yield `${id},${version}\n`;
}
