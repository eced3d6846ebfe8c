import type { BulkCounts } from '../db/bulk-counts.ts';
import type { BulkRecord } from '../db/bulk-record.ts';
import type { BulkSubject } from '../db/bulk-subjects.ts';
import type { BulkExportResource } from './contract/bulk-schemas.ts';

/** A bulk export as admins see it. */
export function bulkResource(record: BulkRecord, counts: BulkCounts): BulkExportResource {
  const { id, dataset, format, params, options, requestedBy, status, round, source, manifest } = record;
  const self = `/v1/bulk-exports/${id}`;
  const shown = ({ fileName: name, bytes, sha256 }: NonNullable<typeof manifest>['csv']) => ({
    ...{ name, bytes, sha256 },
  });
  return {
    ...{ id, dataset, format, params, options, requestedBy, status, round },
    subjects: source.kind === 'named' ? { named: source.name, params: source.params } : source.kind,
    counts: { total: counts.total, ...counts.byStatus },
    progress: progressOf(record, counts),
    manifest: manifest === null ? null : { csv: shown(manifest.csv), json: shown(manifest.json) },
    error: record.error,
    createdAt: record.createdAt.toISOString(),
    startedAt: record.startedAt?.toISOString() ?? null,
    finishedAt: record.finishedAt?.toISOString() ?? null,
    expiresAt: record.expiresAt?.toISOString() ?? null,
    links: {
      self,
      exports: `${self}/exports`,
      ...(manifest === null ? {} : { manifest: `${self}/manifest` }),
    },
  };
}

/** The rest takes as long for each subject as those of this round took so far. */
function progressOf(record: BulkRecord, { byStatus, total, rows, bytes, endedInRound }: BulkCounts) {
  const open = byStatus.waiting + byStatus.queued + byStatus.running;
  const over = record.finishedAt !== null;
  const seconds = record.secondsRunning;
  const known = !over && record.status !== 'preparing' && seconds !== null && endedInRound > 0;
  return {
    rows,
    bytes,
    percent: over
      ? 100
      : record.status === 'preparing' || total === 0
        ? null
        : percentOf(total - open, total),
    etaSeconds: over ? 0 : known ? Math.ceil((seconds / endedInRound) * open) : null,
  };
}

/** Below 100 until the manifest is there. */
function percentOf(ended: number, total: number): number {
  return Math.min(99, Math.floor((100 * ended) / total));
}

/** One subject as admins see it. */
export function subjectResource({ exportId, ...rest }: BulkSubject) {
  const self = `/v1/exports/${exportId ?? ''}`;
  const there = exportId !== null && rest.status !== 'deleted';
  const download = rest.status === 'completed' ? { download: `${self}/download` } : {};
  return { ...rest, exportId, links: there ? { export: self, ...download } : {} };
}
