import { z } from 'zod';
import { storedOptions } from '../export/export-options.ts';
import { fileFormatNames, formatNames } from '../export/formats/format.ts';
import { lane } from './turns.ts';

export const exportStatuses = ['queued', 'running', 'completed', 'failed', 'cancelled', 'expired'] as const;
export type ExportStatus = (typeof exportStatuses)[number];

const count = z.coerce.number().int();

const fileColumn = z.object({ name: z.string(), masked: z.boolean() });

/** One in the zip of a bundle. */
const fileOfBundle = z.object({
  name: z.string(),
  dataset: z.string(),
  format: z.enum(formatNames),
  options: storedOptions,
  rows: count,
  bytes: count,
  sha256: z.string(),
  columns: z.array(fileColumn),
});

/** One of its files; what is not said was not recorded then. */
const file = z.object({
  format: z.enum(fileFormatNames),
  name: z.string(),
  /** Not there any more once the file is gone. */
  objectKey: z.string().optional(),
  bytes: count,
  sha256: z.string(),
  /** Which way its rows took. */
  encoder: z.object({ path: z.enum(['bytes', 'rows']), reason: z.string() }).optional(),
  columns: z.array(fileColumn).optional(),
  /** Those of a bundle. */
  files: z.array(fileOfBundle).optional(),
});

export type FileRecord = z.output<typeof file>;

/**
 * One export as its row tells it; the row is the truth about it.
 *
 * `queued → running → completed | failed | cancelled`, `running → queued` for another try, `completed → expired`.
 */
const row = z.object({
  id: z.uuid(),
  tenant: z.string(),
  /** The API key it was asked for with; null for a token. */
  key_id: z.uuid().nullable(),
  /** The schedule that asked; null where somebody did. */
  schedule_id: z.uuid().nullable(),
  /** The bulk export it belongs to, while that is there. */
  bulk_id: z.uuid().nullable(),
  /** The role it was asked for in. */
  role: z.enum(['user', 'admin']),
  /** Whose export it is. */
  subject: z.string(),
  dataset: z.string(),
  formats: z.tuple([z.enum(fileFormatNames)], z.enum(fileFormatNames)),
  params: z.record(z.string(), z.unknown()),
  options: storedOptions,
  status: z.enum(exportStatuses),
  attempt: z.number().int(),
  /** Attempts that count against the limit; those handed back unharmed do not. */
  tries: z.number().int(),
  /** Written so far; once completed, what the file holds. */
  rows: count,
  bytes: count,
  estimated_rows: count.nullable(),
  lane,
  /** Its place among those that wait in its lane, lowest first; see {@link nextTurn}. */
  turn: count,
  /** Null before they are there. */
  files: z.array(file).nullable(),
  error_code: z.string().nullable(),
  error_message: z.string().nullable(),
  created_at: z.date(),
  started_at: z.date().nullable(),
  finished_at: z.date().nullable(),
  expires_at: z.date().nullable(),
  /** Until `expires_at`, by the database's clock; below 0 after it. */
  seconds_left: z.number().nullable(),
  /** `created_at` to the microsecond, which a Date does not hold, and the id: the place in a listing. */
  position: z.string(),
});

export const exportColumns =
  'id, tenant, key_id, schedule_id, bulk_id, role, subject, dataset, formats, params, options, status, attempt, attempt - released as tries, rows, bytes, ' +
  'estimated_rows, lane, turn, files, ' +
  'error_code, error_message, created_at, started_at, finished_at, expires_at, ' +
  "extract(epoch from expires_at - now())::float8 as seconds_left, created_at || '/' || id as position";

export type ExportRecord = ReturnType<typeof toExportRecord>;

export function toExportRecord(values: unknown) {
  const { key_id, schedule_id, bulk_id, estimated_rows, error_code, error_message, files, ...rest } =
    row.parse(values);
  const { created_at, started_at, finished_at, expires_at, seconds_left, ...plain } = rest;
  return {
    ...plain,
    keyId: key_id,
    scheduleId: schedule_id,
    bulkId: bulk_id,
    estimatedRows: estimated_rows,
    /** The first, where it makes no difference. */
    format: plain.formats[0],
    files: files ?? [],
    error: error_code === null ? null : { code: error_code, message: error_message ?? '' },
    createdAt: created_at,
    startedAt: started_at,
    finishedAt: finished_at,
    expiresAt: expires_at,
    secondsLeft: seconds_left,
  };
}
