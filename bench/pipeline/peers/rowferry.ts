import { z } from 'zod';
import { exportLimits } from '../../../src/cli/export-limits.ts';
import { loadConfig } from '../../../src/config.ts';
import { defineDataset } from '../../../src/export/dataset.ts';
import type { Column } from '../../../src/export/dataset.ts';
import { runExport } from '../../../src/export/run-export.ts';
import type { ExportRequest } from '../../../src/export/run-export.ts';
import type { PassOptions } from './pass-options.ts';
import type { PassReport } from './peer.ts';
import { sinkOf } from './sinks.ts';

/** The service's own pipeline with its default settings, all its checks and the file's SHA-256 included. */
export async function runRowferry(
  { postgresUrl, columns, query, sink, key }: PassOptions,
  encoder: NonNullable<ExportRequest['encoder']>,
): Promise<PassReport> {
  const dataset = defineDataset({
    name: 'bench',
    title: 'Bench',
    description: 'A table of the bench',
    roles: ['admin'],
    params: z.object({}),
    formats: ['csv'],
    columns: columns.map((name) => ({ name, type: 'text', description: name })) as unknown as [Column],
    query: () => ({ text: query, values: [] }),
  });
  const take = await sinkOf(sink);
  return runExport({
    dataset,
    asker: { tenant: 'default', subject: 'bench', role: 'admin' },
    format: 'csv',
    params: {},
    encoder,
    source: { connectionString: postgresUrl, applicationName: 'rowferry-bench' },
    limits: exportLimits(loadConfig(process.env)),
    store: (body) => take(body, key),
    signal: new AbortController().signal,
  });
}
