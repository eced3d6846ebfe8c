import type { ExportRecord, FileRecord } from '../db/export-record.ts';
import { fileTypeOf } from '../export/compression.ts';
import { formulaGuardOf } from '../export/formula-guard-of.ts';
import { optionsOf } from '../export/options-of.ts';
import { columnNames } from './column-names.ts';
import type { ExportResource } from './contract/schemas.ts';

/** An export as clients see it. The place is that of one which waits. */
export function exportResource(
  record: ExportRecord,
  place: number | null = null,
  now = Date.now(),
): ExportResource {
  const files = filesOf(record);
  return {
    id: record.id,
    dataset: record.dataset,
    format: record.format,
    formats: record.formats,
    params: record.params,
    options: record.options,
    subject: record.subject,
    ...(record.scheduleId === null ? {} : { scheduleId: record.scheduleId }),
    ...(record.bulkId === null ? {} : { bulkExportId: record.bulkId }),
    status: record.status,
    attempt: record.attempt,
    queuePosition: record.status === 'queued' ? place : null,
    progress: progressOf(record, now),
    file: files[0] ?? null,
    files,
    error: record.error,
    createdAt: record.createdAt.toISOString(),
    startedAt: record.startedAt?.toISOString() ?? null,
    finishedAt: record.finishedAt?.toISOString() ?? null,
    links: {
      self: `/v1/exports/${record.id}`,
      ...(record.status === 'completed' ? { download: `/v1/exports/${record.id}/download` } : {}),
      ...(record.files.length === 0 ? {} : { manifest: `/v1/exports/${record.id}/manifest` }),
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

function filesOf({ rows, options, files, expiresAt }: ExportRecord): ExportResource['files'] {
  return files.map(({ format, name, bytes, sha256, encoder, columns, files: bundled }) => {
    const own = optionsOf(format, options);
    return {
      ...{ format, name, bytes, rows, sha256 },
      contentType: fileTypeOf(format, own).contentType,
      formulaGuard: formulaGuardOf(format, own),
      encoder: encoder ?? null,
      ...(columns === undefined ? { columns: null, masked: null } : columnNames(columns)),
      ...(bundled === undefined ? {} : { files: bundled.map(fileOfBundle) }),
      expiresAt: expiresAt?.toISOString() ?? null,
    };
  });
}

function fileOfBundle(file: NonNullable<FileRecord['files']>[number]) {
  const { name, format, options, rows, bytes, sha256, columns } = file;
  const formulaGuard = formulaGuardOf(format, options);
  return { name, rows, bytes, sha256, formulaGuard, ...columnNames(columns) };
}
