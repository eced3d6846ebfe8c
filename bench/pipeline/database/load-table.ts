import { createHash } from 'node:crypto';
import { Client } from 'pg';
import type { BenchContext } from '../../scenario.ts';
import { definitionOf } from './bench-table.ts';
import type { BenchTable } from './bench-table.ts';

/**
 * Makes the table where it is missing. A table of an earlier run is kept as long as its definition is the same: the
 * comment on it holds the definition's hash.
 */
export async function loadTable(
  { postgresUrl, note }: Pick<BenchContext, 'postgresUrl' | 'note'>,
  table: BenchTable,
): Promise<void> {
  const definition = definitionOf(table);
  const version = createHash('sha256').update(definition).digest('hex');
  const client = new Client({ connectionString: postgresUrl });
  await client.connect();
  try {
    const found = await client.query<{ version: string | null }>(
      `select obj_description(to_regclass($1), 'pg_class') as version`,
      [`bench.${table.name}`],
    );
    if (found.rows[0]?.version === version) return;
    note(`making the table ${table.name} (kept for the next run) …`);
    // Created and filled in one transaction, it needs no WAL.
    await client.query(`begin; create schema if not exists bench; drop table if exists bench.${table.name};
      ${definition}; comment on table bench.${table.name} is '${version}'; commit`);
    // Frozen, so that no reader has hint bits to write.
    await client.query(`vacuum (freeze, analyze) bench.${table.name}`);
    await client.query('checkpoint');
  } finally {
    await client.end();
  }
}

/** Everything that earlier runs left in the server: tables, and databases of a run that was killed. */
export async function dropLeftOvers(postgresUrl: string, options: { tables: boolean }): Promise<void> {
  const client = new Client({ connectionString: postgresUrl });
  await client.connect();
  try {
    if (options.tables) await client.query('drop schema if exists bench cascade');
    const { rows } = await client.query<{ datname: string }>(
      `select datname from pg_database where datname like 'rowferry\\_bench\\_%'`,
    );
    for (const { datname } of rows) await client.query(`drop database ${datname} with (force)`);
  } finally {
    await client.end();
  }
}
