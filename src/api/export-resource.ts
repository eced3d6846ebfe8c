import type { ExportRecord } from '../db/export-record.ts';
import { fileTypeOf } from '../export/compression.ts';
import { formulaGuardOf } from '../export/formula-guard-of.ts';
import { columnNames } from './column-names.ts';
import type { ExportResource } from './contract/schemas.ts';

/** An export as clients see it. The place is that of one which waits. */
export function exportResource(
  record: ExportRecord,
  place: number | null = null,
  now = Date.now(),
): ExportResource {
  return {
    id: record.id,
    dataset: record.dataset,
    format: record.format,
    params: record.params,
    options: record.options,
    subject: record.subject,
    ...(record.scheduleId === null ? {} : { scheduleId: record.scheduleId }),
    ...(record.bulkId === null ? {} : { bulkExportId: record.bulkId }),
    status: record.status,
    attempt: record.attempt,
    queuePosition: record.status === 'queued' ? place : null,
    progress: progressOf(record, now),
    file: fileOf(record),
    error: record.error,
    createdAt: record.createdAt.toISOString(),
    startedAt: record.startedAt?.toISOString() ?? null,
    finishedAt: record.finishedAt?.toISOString() ?? null,
    links: {
      self: `/v1/exports/${record.id}`,
      ...(record.status === 'completed' ? { download: `/v1/exports/${record.id}/download` } : {}),
      ...(record.sha256 === null ? {} : { manifest: `/v1/exports/${record.id}/manifest` }),
    },
  };
}

/** Percent and ETA rest on the planner's guess: they are null without one, and never reach the end before the file. */
function progressOf(record: ExportRecord, now: number) {
  const { status, rows, bytes, estimatedRows, startedAt } = record;
  const measured = status === 'completed' || status === 'expired';
  const guess = estimatedRows === null || estimatedRows === 0 ? null : Math.max(estimatedRows, rows);
  const running = status === 'running' && guess !== null && rows > 0 && startedAt !== null;
  const elapsedSeconds = running ? Math.max(0, now - startedAt.getTime()) / 1000 : 0;
  return {
    rows,
    bytes,
    estimatedRows: measured ? rows : estimatedRows,
    percent: measured
      ? 100
      : guess === null
        ? status === 'queued'
          ? 0
          : null
        : Math.min(99, Math.floor((100 * rows) / guess)),
    etaSeconds: measured ? 0 : running ? Math.ceil((elapsedSeconds / rows) * (guess - rows)) : null,
  };
}

function fileOf(record: ExportRecord) {
  const { status, fileName, sha256, expiresAt } = record;
  if ((status !== 'completed' && status !== 'expired') || fileName === null) return null;
  return {
    name: fileName,
    bytes: record.bytes,
    rows: record.rows,
    sha256,
    contentType: fileTypeOf(record.format, record.options).contentType,
    formulaGuard: formulaGuardOf(record.format, record.options),
    encoder: record.encoder,
    ...(record.columns === null ? { columns: null, masked: null } : columnNames(record.columns)),
    ...(record.files === null ? {} : { files: record.files.map(fileOfBundle) }),
    expiresAt: expiresAt?.toISOString() ?? null,
  };
}

function fileOfBundle(file: NonNullable<ExportRecord['files']>[number]) {
  const { name, format, options, rows, bytes, sha256, columns } = file;
  const formulaGuard = formulaGuardOf(format, options);
  return { name, rows, bytes, sha256, formulaGuard, ...columnNames(columns) };
}
