import type { Readable } from 'node:stream';
import type { Pool } from 'pg';
import { z } from 'zod';
import { defineDataset } from '../../src/export/dataset.ts';
import type { Asker, Column, Dataset } from '../../src/export/dataset.ts';
import { formatNames } from '../../src/export/formats/format.ts';
import type { FileFormatName } from '../../src/export/formats/format.ts';
import { runExport } from '../../src/export/run-export.ts';
import type { ExportLimits, ExportRequest, ExportResult, StoredFile } from '../../src/export/run-export.ts';

/** A dataset over one SQL text; all columns are text unless said otherwise. */
export function datasetOf(text: string, columns: readonly (string | Column)[]): Dataset {
  const declared = columns.map((column) =>
    typeof column === 'string' ? { name: column, type: 'text' as const, description: column } : column,
  );
  return defineDataset({
    name: 'under-test',
    title: 'Under test',
    description: 'A dataset of a test',
    roles: ['admin'],
    params: z.object({}),
    formats: formatNames,
    columns: declared as [Column, ...Column[]],
    query: () => ({ text, values: [] }),
  });
}

export const testLimits: ExportLimits = {
  batchRows: 1000,
  batchBytes: 4 * 1024 * 1024,
  maxRows: 1_000_000_000,
  maxBytes: 1024 ** 4,
  maxFieldBytes: 256 * 1024 * 1024,
  stallTimeoutMs: 20_000,
  deadlineMs: 60_000,
  rowGroupBytes: 1024 * 1024,
};

/** Name by which a test finds the backend of its export. */
export const APPLICATION_NAME = 'rowferry-export under-test';

/** Backends of exports under test in this database; only those whose query starts with `query`, if given. */
export async function backendsOf(pool: Pool, query = ''): Promise<number[]> {
  const { rows } = await pool.query<{ pid: number }>(
    `select pid from pg_stat_activity
      where application_name = $1 and datname = current_database() and starts_with(ltrim(query), $2)`,
    [APPLICATION_NAME, query],
  );
  return rows.map(({ pid }) => pid);
}

/** Who asks where it makes no difference. */
export const ADMIN: Asker = { tenant: 'default', subject: 'operator', role: 'admin' };

type Overrides = Partial<Omit<ExportRequest, 'source' | 'limits' | 'formats'>> & {
  format?: FileFormatName;
  connectionString: string;
  dataset: Dataset;
  limits?: Partial<ExportLimits>;
};

/** Runs an export in one format into memory, or into `store`. */
export async function runTestExport({
  connectionString,
  limits,
  format = 'csv',
  ...rest
}: Overrides): Promise<ExportResult & StoredFile & { text: string; content: Buffer }> {
  const chunks: Buffer[] = [];
  const collect = async (body: Readable) => {
    for await (const chunk of body) chunks.push(chunk as Buffer);
  };
  const result = await runExport({
    formats: [format],
    asker: ADMIN,
    params: {},
    source: { connectionString, applicationName: APPLICATION_NAME },
    limits: { ...testLimits, ...limits },
    store: collect,
    signal: new AbortController().signal,
    ...rest,
  });
  const content = Buffer.concat(chunks);
  const [file] = result.stored;
  if (file === undefined) throw new Error('there is no file');
  return { ...result, ...file, content, text: content.toString() };
}
