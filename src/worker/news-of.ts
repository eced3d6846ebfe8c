import type { ExportRecord } from '../db/export-record.ts';
import type { ClaimedNotification } from '../db/notification-records.ts';
import type { DatasetRegistry } from '../export/load-datasets.ts';
import type { News } from '../notify/news.ts';

/** What a message says, read from the row of its export. */
export function newsOf(
  { id, kind, createdAt }: Pick<ClaimedNotification, 'id' | 'kind' | 'createdAt'>,
  record: ExportRecord,
  datasets: DatasetRegistry,
): News {
  const { dataset, format, subject, error } = record;
  // A dataset that was taken away has no title any more.
  const title = datasets.get(dataset)?.title ?? dataset;
  return {
    id,
    kind,
    at: createdAt,
    export: { id: record.id, dataset, title, format, subject, file: fileOf(record), error },
  };
}

function fileOf({ status, fileName, rows, bytes, sha256, expiresAt }: ExportRecord): News['export']['file'] {
  if (status !== 'completed' || fileName === null || sha256 === null || expiresAt === null) return null;
  return { name: fileName, rows, bytes, sha256, expiresAt };
}
