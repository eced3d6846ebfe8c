import { z } from 'zod';
import { exportLimits } from '../../../src/cli/export-limits.ts';
import { loadConfig } from '../../../src/config.ts';
import { defineDataset } from '../../../src/export/dataset.ts';
import type { Column, ColumnType } from '../../../src/export/dataset.ts';
import type { FormatName } from '../../../src/export/formats/format.ts';
import { runExport } from '../../../src/export/run-export.ts';
import type { ExportRequest } from '../../../src/export/run-export.ts';
import type { PassOptions } from './pass-options.ts';
import type { PassReport } from './peer.ts';
import { sinkOf } from './sinks.ts';

/** Of the diary, where it is not text: formats other than CSV write them as such. */
const types: Readonly<Record<string, ColumnType>> = { year: 'integer', rating: 'number', watched_at: 'date' };

/** The service's own pipeline with its default settings, all its checks and the file's SHA-256 included. */
export async function runRowferry(
  { postgresUrl, columns, query, sink, key }: PassOptions,
  encoder: NonNullable<ExportRequest['encoder']>,
  format: FormatName = 'csv',
): Promise<Required<PassReport>> {
  const dataset = defineDataset({
    name: 'bench',
    title: 'Bench',
    description: 'A table of the bench',
    roles: ['admin'],
    params: z.object({}),
    formats: [format],
    // A list that was made by map is not known to have any; a table of the bench does.
    columns: columns.map((name) => ({
      name,
      type: types[name] ?? 'text',
      description: name,
    })) as [Column, ...Column[]],
    query: () => ({ text: query, values: [] }),
  });
  const take = await sinkOf(sink);
  const { rows, bytes, stored } = await runExport({
    dataset,
    asker: { tenant: 'default', subject: 'bench', role: 'admin' },
    formats: [format],
    params: {},
    encoder,
    source: { connectionString: postgresUrl, applicationName: 'rowferry-bench' },
    limits: exportLimits(loadConfig(process.env)),
    store: (body) => take(body, key),
    signal: new AbortController().signal,
  });
  const [file] = stored;
  if (file === undefined) throw new Error(`there is no file in ${format}`);
  return { rows, bytes, sha256: file.sha256, encoder: file.encoder };
}
