import { z } from 'zod';
import { storedOptions } from '../export/export-options.ts';
import { fileFormatNames } from '../export/formats/format.ts';

export const bulkStatuses = [
  'preparing',
  'running',
  'cancelling',
  'completed',
  'completed_with_failures',
  'failed',
  'cancelled',
] as const;
export type BulkStatus = (typeof bulkStatuses)[number];

/** What may become of one subject; `deleted`: its export was deleted. */
export const subjectStatuses = [
  'waiting',
  'queued',
  'running',
  'completed',
  'failed',
  'cancelled',
  'expired',
  'deleted',
] as const;
export type SubjectStatus = (typeof subjectStatuses)[number];

/** Why a subject has no export: the dataset does not take it. Another try would not help. */
export const INVALID_SUBJECT = 'invalid_subject';

export const manifestFormats = ['csv', 'json'] as const;
export type ManifestFormat = (typeof manifestFormats)[number];

/** Where the subjects of a bulk export come from. */
const source = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all') }),
  z.object({ kind: z.literal('list') }),
  z.object({ kind: z.literal('named'), name: z.string(), params: z.record(z.string(), z.unknown()) }),
]);
export type BulkSource = z.output<typeof source>;

const manifestFile = z.object({
  objectKey: z.string(),
  fileName: z.string(),
  bytes: z.number().int(),
  sha256: z.string(),
});
export type ManifestFile = z.output<typeof manifestFile>;
const manifest = z.object({ csv: manifestFile, json: manifestFile });
export type Manifest = z.output<typeof manifest>;

/**
 * One bulk export as its row tells it.
 *
 * `preparing → running → completed | completed_with_failures | failed`, `preparing | running → cancelling → cancelled`,
 * `preparing → failed` where the subjects cannot be found, and by a retry back to `preparing` or `running`.
 */
const row = z.object({
  id: z.uuid(),
  tenant: z.string(),
  /** The admin. */
  requested_by: z.string(),
  key_id: z.uuid().nullable(),
  dataset: z.string(),
  format: z.enum(fileFormatNames),
  params: z.record(z.string(), z.unknown()),
  options: storedOptions,
  source,
  status: z.enum(bulkStatuses),
  round: z.number().int(),
  attempt: z.number().int(),
  tries: z.number().int(),
  error_code: z.string().nullable(),
  error_message: z.string().nullable(),
  manifest: manifest.nullable(),
  created_at: z.date(),
  started_at: z.date().nullable(),
  finished_at: z.date().nullable(),
  expires_at: z.date().nullable(),
  deleted_at: z.date().nullable(),
  seconds_left: z.number().nullable(),
  seconds_running: z.number().nullable(),
  position: z.string(),
});

export const bulkColumns =
  'id, tenant, requested_by, key_id, dataset, format, params, options, source, status, round, attempt, tries, ' +
  'error_code, error_message, manifest, created_at, started_at, finished_at, expires_at, deleted_at, ' +
  'extract(epoch from expires_at - now())::float8 as seconds_left, ' +
  'extract(epoch from now() - started_at)::float8 as seconds_running, ' +
  "created_at || '/' || id as position";

export type BulkRecord = ReturnType<typeof toBulkRecord>;

export function toBulkRecord(values: unknown) {
  const parsed = row.parse(values);
  const { id, tenant, dataset, format, params, options, status, round, attempt, tries, position } = parsed;
  const { error_code: code, error_message: message } = parsed;
  return {
    ...{ id, tenant, dataset, format, params, options, status, round, attempt, tries, position },
    requestedBy: parsed.requested_by,
    /** The API key that asked, or that retried; none for a token. */
    keyId: parsed.key_id,
    source: parsed.source,
    error: code === null ? null : { code, message: message ?? '' },
    manifest: parsed.manifest,
    createdAt: parsed.created_at,
    startedAt: parsed.started_at,
    finishedAt: parsed.finished_at,
    expiresAt: parsed.expires_at,
    deleted: parsed.deleted_at !== null,
    /** Until `expiresAt`, by the database's clock; below 0 after it. */
    secondsLeft: parsed.seconds_left,
    /** Since the round began. */
    secondsRunning: parsed.seconds_running,
  };
}
