import type { Role } from '../export/dataset.ts';
import type { ExportOptions } from '../export/export-options.ts';

/** As src/import/import-report.ts declares them: records know imports by their data alone. */
export const importStatuses = ['queued', 'running', 'completed', 'failed'] as const;
type ImportStatus = (typeof importStatuses)[number];

/** What somebody asks for. */
export interface NewImport {
  id: string;
  tenant: string;
  role: Role;
  subject: string;
  keyId: string | null;
  dataset: string;
  params: Readonly<Record<string, unknown>>;
  preset: string | null;
  /** How the file was written, where that was said. */
  format: string | null;
  options: ExportOptions | null;
  onInvalid: string;
  dryRun: boolean;
  /** Where the file is. */
  objectKey: string;
  fileBytes: number;
  requestHash: Buffer;
  idempotencyKey: string | null;
}

/** An import as it is now. */
export interface ImportRecord extends Omit<NewImport, 'idempotencyKey' | 'objectKey'> {
  /** Null once the file is gone. */
  objectKey: string | null;
  status: ImportStatus;
  attempt: number;
  /** Those that count. */
  tries: number;
  rowsRead: number;
  /** What the import made of it, once it is completed. */
  report: unknown;
  errorCode: string | null;
  errorMessage: string | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
}

export const importColumns = `id, tenant, role, subject, key_id as "keyId", dataset, params, preset, format,
  options,
  on_invalid as "onInvalid", dry_run as "dryRun", object_key as "objectKey", file_bytes::float8 as "fileBytes",
  request_hash as "requestHash", status, attempt, attempt - released as tries, rows_read::float8 as "rowsRead", report,
  error_code as "errorCode", error_message as "errorMessage", created_at as "createdAt", started_at as "startedAt",
  finished_at as "finishedAt"`;
