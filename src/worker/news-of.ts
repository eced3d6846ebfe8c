import type { BulkCounts } from '../db/bulk-counts.ts';
import type { BulkRecord } from '../db/bulk-record.ts';
import type { ExportRecord } from '../db/export-record.ts';
import type { ClaimedNotification } from '../db/notification-records.ts';
import type { DatasetRegistry } from '../export/load-datasets.ts';
import type { BulkNews, ExportNews } from '../notify/news.ts';

/** What a message says, read from the row of its export. */
export function newsOf(
  { id, createdAt }: Pick<ClaimedNotification, 'id' | 'createdAt'>,
  kind: ExportNews['kind'],
  record: ExportRecord,
  datasets: DatasetRegistry,
): ExportNews {
  const { dataset, format, subject, error } = record;
  // A dataset that was taken away has no title any more.
  const title = datasets.get(dataset)?.title ?? dataset;
  return {
    id,
    kind,
    at: createdAt,
    export: { id: record.id, dataset, title, format, subject, files: filesOf(record), error },
  };
}

function filesOf({ status, files, rows, expiresAt }: ExportRecord): ExportNews['export']['files'] {
  if (status !== 'completed' || expiresAt === null) return [];
  return files.map(({ format, name, bytes, sha256 }) => ({ format, name, rows, bytes, sha256, expiresAt }));
}

/** The same of a bulk export that has ended. */
export function bulkNewsOf(
  { id, createdAt }: Pick<ClaimedNotification, 'id' | 'createdAt'>,
  { record, status, counts }: { record: BulkRecord; status: BulkNews['bulk']['status']; counts: BulkCounts },
  datasets: DatasetRegistry,
): BulkNews {
  const { dataset, format, error, manifest, expiresAt } = record;
  const title = datasets.get(dataset)?.title ?? dataset;
  return {
    id,
    kind: 'bulk_completed',
    at: createdAt,
    bulk: {
      ...{ id: record.id, dataset, title, format, status, error },
      counts: counts.byStatus,
      rows: counts.rows,
      bytes: counts.bytes,
      manifest: manifest === null || expiresAt === null ? null : { expiresAt },
    },
  };
}
