import { join } from 'node:path';
import { selectOf } from '../database/bench-table.ts';
import type { NodeTask } from './node-task.ts';
import { compiledTree } from '../process/compiled-tree.ts';
import type { Peer } from './peer.ts';

/** More would not fit into the heap that Node.js takes by itself. */
const LOAD_ALL_ROWS = 1_500_000;

function node(name: string, { way, sink }: Pick<NodeTask, 'way' | 'sink'>): Peer {
  return {
    name,
    command: async ({ postgresUrl, table, warmUpRows, key, s3Env }) => ({
      program: process.execPath,
      args: [join(await compiledTree(), 'bench/pipeline/peers/peer-child.js')],
      env: s3Env,
      warmUp: `${JSON.stringify({
        way,
        sink,
        postgresUrl,
        columns: Object.keys(table.columns),
        warmUp: selectOf(table, warmUpRows),
        query: selectOf(table),
        key,
      } satisfies NodeTask)}\n`,
      go: 'go\n',
    }),
  };
}

export const copy = node('COPY by pg-copy-streams', { way: 'copy', sink: 'null' });
export const naive = node('library defaults', { way: 'naive', sink: 'null' });
export const rowferryBytes = node('rowferry, byte path', { way: 'rowferry-bytes', sink: 'null' });
export const rowferryRows = node('rowferry, row path', { way: 'rowferry-rows', sink: 'null' });
/** The row path in the other formats. */
export const rowferryFormats = (['tsv', 'ndjson', 'json', 'xlsx', 'parquet'] as const).map((format) =>
  node(`rowferry, ${format}`, { way: `rowferry-${format}`, sink: 'null' }),
);

export const copyToS3 = node('COPY → S3, SDK defaults', { way: 'copy', sink: 'default-upload' });
export const copyToOwnStore = node("COPY → S3, rowferry's store", { way: 'copy', sink: 'own-store' });
export const naiveToS3 = node('library defaults → S3', { way: 'naive', sink: 'default-upload' });
export const loadAllToS3: Peer = {
  ...node('load all, then upload', { way: 'load-all', sink: 'default-upload' }),
  missing: (rows) =>
    Promise.resolve(rows > LOAD_ALL_ROWS ? `${rows} rows do not fit into its memory` : undefined),
};
export const rowferryBytesToS3 = node('rowferry → S3, byte path', {
  way: 'rowferry-bytes',
  sink: 'own-store',
});
export const rowferryRowsToS3 = node('rowferry → S3, row path', { way: 'rowferry-rows', sink: 'own-store' });
