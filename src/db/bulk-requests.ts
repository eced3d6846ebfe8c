import { createHash, randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { AppError } from '../errors.ts';
import type { ExportOptions } from '../export/export-options.ts';
import type { FileFormatName } from '../export/formats/format.ts';
import { audit, auditSql } from './audit-log.ts';
import type { ActedBy, AuditEntry } from './audit-log.ts';
import { bulkColumns, toBulkRecord } from './bulk-record.ts';
import type { BulkRecord, BulkSource } from './bulk-record.ts';
import { BulkRecords } from './bulk-records.ts';
import { MAX_AUDITED_PARAMS } from './export-records.ts';
import { sorted } from './fingerprint.ts';
import { recallRequest, rememberRequest } from './idempotency-records.ts';
import type { NotifyTargets } from './notify-targets.ts';
import { exhausted, limitStates } from './request-limits.ts';
import type { LimitState, RequestLimits } from './request-limits.ts';
import { inTurn, keyReused, PATIENCE_MS } from './request-turn.ts';
import { TenantLine } from './tenant-line.ts';
import { readUsage } from './usage-records.ts';

export interface NewBulk {
  tenant: string;
  /** The admin who asks. */
  subject: string;
  /** The API key that asks; none for a token. */
  keyId?: string;
  dataset: string;
  format: FileFormatName;
  /** What all exports share. */
  params: Readonly<Record<string, unknown>>;
  /** The parameter that takes the subject. */
  subjectParam: string;
  options: ExportOptions;
  source: BulkSource;
  /** For the source `list`; one that is there twice counts once. */
  subjects?: readonly string[];
  /** Who is to hear how it ends. */
  notify?: NotifyTargets | undefined;
  /** Whether the tenant's webhooks hear of each export too. */
  tellExports: boolean;
}

interface Limited {
  outcome: 'limited';
  limit: LimitState;
  limits: LimitState[];
}

export type BulkOutcome = { outcome: 'created' | 'replayed'; bulk: BulkRecord } | Limited;

/** `settled`: nothing has failed, so there is nothing to try again. */
export type BulkRetryOutcome = { outcome: 'retried'; bulk: BulkRecord } | { outcome: 'settled' } | Limited;

export interface BulkRequestsOptions {
  limits: RequestLimits;
  idempotencyHours: number;
  /** Bulk exports of one tenant that may be under way. */
  maxOpen: number;
  /** Requests of one tenant that may wait for each other in this process. */
  maxWaiting: number;
}

/** How a request comes. */
export interface AskingBulk {
  /** Who asks, for the audit log. */
  by: ActedBy;
  idempotencyKey?: string | undefined;
  /** Aborts when nobody waits for the answer any more; what is not committed by then is not made. */
  signal?: AbortSignal;
}

/** Accepts bulk exports. Those of one tenant take turns with its requests for exports. */
export class BulkRequests {
  readonly #pool: Pool;
  readonly #options: BulkRequestsOptions;
  readonly #line: TenantLine;

  constructor(pool: Pool, options: BulkRequestsOptions) {
    this.#pool = pool;
    this.#options = options;
    this.#line = new TenantLine({ maxLength: options.maxWaiting, patienceMs: PATIENCE_MS });
  }

  /**
   * @throws AppError `idempotency_key_reused`, `idempotency_key_in_flight`, `export_deleted`,
   *   `too_many_bulk_exports`, `too_many_at_once`; `tenant_busy` (retryable)
   */
  request(values: NewBulk, { by, idempotencyKey: key, signal }: AskingBulk): Promise<BulkOutcome> {
    const { tenant, subject } = values;
    const name = key === undefined ? undefined : JSON.stringify([tenant, 'admin', subject, key]);
    return this.#line.run(tenant, () =>
      inTurn(this.#pool, { tenant, name, signal }, (client) => this.#answer(client, values, key, by)),
    );
  }

  /**
   * Begins another round, as {@link BulkRecords.retry}. One that has ended is under way again then, and needs the room of a
   * new one.
   *
   * @throws AppError `too_many_bulk_exports`, `too_many_at_once`; `tenant_busy` (retryable)
   */
  retry(
    record: BulkRecord,
    { by, keyId, signal }: Omit<AskingBulk, 'idempotencyKey'> & { keyId: string | null },
  ): Promise<BulkRetryOutcome> {
    const { tenant } = record;
    return this.#line.run(tenant, () =>
      inTurn(this.#pool, { tenant, name: undefined, signal }, async (client): Promise<BulkRetryOutcome> => {
        if (record.finishedAt !== null) {
          const full = await this.#dayOver(client, { tenant, subject: record.requestedBy });
          if (full !== undefined) return full;
          await this.#checkOpen(client, tenant);
        }
        const bulk = await new BulkRecords(client).retry(record, { by, keyId });
        return bulk === undefined ? { outcome: 'settled' } : { outcome: 'retried', bulk };
      }),
    );
  }

  async #answer(
    client: PoolClient,
    values: NewBulk,
    key: string | undefined,
    by: ActedBy,
  ): Promise<BulkOutcome> {
    const { tenant, subject } = values;
    const requestHash = hashOf(values);
    const named = key === undefined ? undefined : { tenant, role: 'admin' as const, subject, key };
    const before =
      named === undefined ? undefined : await recallRequest(client, named, this.#options.idempotencyHours);
    if (before !== undefined) {
      if (!before.requestHash.equals(requestHash)) throw keyReused();
      const bulk = await find(client, tenant, before.exportId);
      await audit(client, replayOf(bulk, by));
      return { outcome: 'replayed', bulk };
    }
    const full = await this.#dayOver(client, values);
    if (full !== undefined) return full;
    await this.#checkOpen(client, tenant);
    const bulk = await insert(client, values, by);
    if (named !== undefined) await rememberRequest(client, named, { requestHash, exportId: bulk.id });
    return { outcome: 'created', bulk };
  }

  /** Rows and bytes of a day alone: there is no subject who asks, and bulk exports have a number of their own. */
  async #dayOver(
    client: PoolClient,
    { tenant, subject }: Pick<NewBulk, 'tenant' | 'subject'>,
  ): Promise<Limited | undefined> {
    const usage = await readUsage(client, { tenant, role: 'admin', subject });
    const limits = limitStates(this.#options.limits, usage);
    const limit = exhausted(limits.filter(({ name }) => /^tenant-(rows|bytes)-day$/.test(name)));
    return limit === undefined ? undefined : { outcome: 'limited', limit, limits };
  }

  async #checkOpen(client: PoolClient, tenant: string): Promise<void> {
    const { maxOpen } = this.#options;
    const { rows } = await client.query<{ open: number }>(
      `select count(*)::int as open from rowferry.bulk_exports
        where tenant = $1 and finished_at is null and deleted_at is null`,
      [tenant],
    );
    if ((rows[0]?.open ?? 0) < maxOpen) return;
    const message = `A tenant may have ${maxOpen} bulk exports under way (BULK_MAX_OPEN_PER_TENANT). Wait for one to end, or cancel it.`;
    throw new AppError('too_many_bulk_exports', message);
  }
}

function replayOf({ tenant, id, dataset, format }: BulkRecord, by: ActedBy): AuditEntry {
  const details = { outcome: 'replayed', dataset, format };
  return { tenant, by, act: 'bulk.requested', object: { kind: 'bulk-export', id }, details };
}

/** What a request says, for the audit log: how many subjects, not which; the books have them. */
const asked = `jsonb_build_object('outcome', 'created', 'dataset', dataset, 'format', format, 'subjects', $13::int) ||
  case when pg_column_size(params) + pg_column_size(source) <= ${MAX_AUDITED_PARAMS}
       then jsonb_build_object('params', params, 'source', source) else '{}' end`;

async function insert(client: PoolClient, values: NewBulk, by: ActedBy): Promise<BulkRecord> {
  const { tenant, subject, keyId, dataset, format, params, subjectParam, options, source, notify } = values;
  const id = randomUUID();
  // A list is there as a whole; other subjects have to be looked for.
  const status = values.subjects === undefined ? 'preparing' : 'running';
  const inserted = await client.query(
    `with changed as (
       insert into rowferry.bulk_exports
         (id, tenant, requested_by, key_id, dataset, format, params, subject_param, options, source, tell_exports,
          status, started_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, case when $12 = 'running' then now() end)
       returning *
     ), audited as (${auditSql('changed', '$14', { act: 'bulk.requested', kind: 'bulk-export', details: asked })})
     select ${bulkColumns} from changed`,
    [
      ...[id, tenant, subject, keyId, dataset, format, params, subjectParam, options, source],
      ...[values.tellExports, status, values.subjects?.length, by],
    ],
  );
  await client.query(
    'insert into rowferry.bulk_subjects (bulk_id, subject) select $1, unnest($2::text[]) on conflict do nothing',
    [id, values.subjects ?? []],
  );
  if (notify !== undefined) await addTargets(client, { id, tenant }, notify);
  return toBulkRecord(inserted.rows[0]);
}

async function addTargets(
  client: PoolClient,
  { id, tenant }: { id: string; tenant: string },
  { emails, webhook }: NotifyTargets,
): Promise<void> {
  await client.query(
    'insert into rowferry.bulk_email_recipients (bulk_id, address) select $1, unnest($2::text[]) on conflict do nothing',
    [id, emails],
  );
  if (webhook === undefined) return;
  await client.query(
    'insert into rowferry.webhooks (id, tenant, bulk_id, url, secret) values ($1, $2, $3, $4, $5)',
    [webhook.id, tenant, id, webhook.url, webhook.secret],
  );
}

async function find(client: PoolClient, tenant: string, id: string): Promise<BulkRecord> {
  const { rows } = await client.query(
    `select ${bulkColumns} from rowferry.bulk_exports where id = $1 and tenant = $2 and deleted_at is null`,
    [id, tenant],
  );
  if (rows.length > 0) return toBulkRecord(rows[0]);
  const message =
    'The bulk export that this Idempotency-Key made was deleted. Take a new key to make another.';
  throw new AppError('export_deleted', message);
}

/** SHA-256 of the whole request; it is not that of any request for one export. */
function hashOf({
  dataset,
  format,
  params,
  options,
  source,
  subjects,
  notify,
  tellExports,
}: NewBulk): Buffer {
  const told = [[...(notify?.emails ?? [])].sort(), notify?.webhook?.url ?? null, tellExports];
  const text = JSON.stringify({ bulk: { dataset, format, params, options, source, subjects, told } }, sorted);
  return createHash('sha256').update(text).digest();
}
