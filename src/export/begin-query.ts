import type { Client } from 'pg';
import { rangeFrom, serverOf } from './changes-range.ts';
import type { BaseExport, ChangesRange } from './changes-range.ts';
import type { Dataset, SqlQuery } from './dataset.ts';
import type { DatasetView } from './dataset-view.ts';
import type { ExportOptions } from './export-options.ts';
import { beginSnapshot } from './source-client.ts';
import type { Snapshot, SourceConnection } from './source-client.ts';

export interface BeginQueryOptions {
  connection: SourceConnection;
  dataset: Dataset;
  view: DatasetView;
  options?: ExportOptions;
  params: Record<string, unknown>;
  /** The export after which changes are looked for, where that is asked for and there is one. */
  base?: BaseExport | undefined;
}

/**
 * Connects, takes the snapshot, and knows then what is to be read in it: of changes only those behind the export before.
 *
 * @throws AppError `since_on_replica`, and as `beginSnapshot`
 */
export async function beginQuery(
  client: Client,
  { connection, dataset, view, options, params, base }: BeginQueryOptions,
): Promise<{ snapshot: Snapshot; query: SqlQuery; since?: ChangesRange }> {
  const taken = await beginSnapshot(client, connection);
  if (dataset.changes === undefined) return { snapshot: taken, query: view.query(params) };
  const server = await serverOf(client);
  const snapshot = server === null ? taken : { ...taken, server };
  if (options?.since === undefined) return { snapshot, query: view.query(params) };
  const since = rangeFrom(base, snapshot);
  return { snapshot, since, query: view.query(params, since.from?.id) };
}
