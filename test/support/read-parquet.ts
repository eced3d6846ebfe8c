import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

/** Types and rows of a Parquet file, and what a query over it (`file` is its name) says, by DuckDB. */
export async function readParquet(
  content: Buffer,
  query = 'select * from file',
): Promise<{ types: Record<string, string>; rows: unknown[][] }> {
  const folder = await mkdtemp(join(tmpdir(), 'rowferry-parquet-'));
  const path = join(folder, 'file.parquet');
  await writeFile(path, content);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await connection.run(`set timezone = 'UTC'`);
    await connection.run(`create view file as select * from read_parquet('${path}')`);
    const described = await connection.runAndReadAll('describe file');
    const types = described.getRowObjectsJson().map((row) => [row['column_name'], row['column_type']]);
    const read = await connection.runAndReadAll(query);
    return { types: Object.fromEntries(types) as Record<string, string>, rows: read.getRowsJson() };
  } finally {
    connection.closeSync();
    instance.closeSync();
    await rm(folder, { recursive: true });
  }
}
