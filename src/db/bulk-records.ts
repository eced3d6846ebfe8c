import { auditSql } from './audit-log.ts';
import type { ActedBy } from './audit-log.ts';
import { countBulks, failuresOf } from './bulk-counts.ts';
import type { BulkCounts, BulkFailure } from './bulk-counts.ts';
import { bulkColumns, INVALID_SUBJECT, toBulkRecord } from './bulk-record.ts';
import type { BulkRecord, BulkStatus, SubjectStatus } from './bulk-record.ts';
import { listBulkSubjects } from './bulk-subjects.ts';
import type { BulkSubject } from './bulk-subjects.ts';
import type { Queryable } from './pool.ts';

export interface BulkFilter {
  tenant: string;
  status?: BulkStatus | undefined;
  /** At most this many. */
  limit: number;
  /** Only those after this `position`. */
  after?: string | undefined;
}

/** What a process does that is at it takes no effect any more, and the next one may begin. */
const fencedOff = 'attempt = b.attempt + 1, beat_at = null, tries = 0, not_before = now()';

/** Bulk exports as admins see them. Every method takes the tenant who asks and touches nothing of another's. */
export class BulkRecords {
  readonly #pool: Queryable;

  constructor(pool: Queryable) {
    this.#pool = pool;
  }

  /** Undefined when there is none, or it was deleted. */
  async find(tenant: string, id: string): Promise<BulkRecord | undefined> {
    const [record] = await this.#query(
      `select ${bulkColumns} from rowferry.bulk_exports where id = $2 and deleted_at is null and tenant = $1`,
      [tenant, id],
    );
    return record;
  }

  /** Newest first. */
  list({ tenant, status, limit, after }: BulkFilter): Promise<BulkRecord[]> {
    const [createdAt, id] = after?.split('/') ?? [];
    return this.#query(
      `select ${bulkColumns} from rowferry.bulk_exports
        where deleted_at is null and tenant = $1 and ($2::text is null or status = $2)
          and ($3::timestamptz is null or (created_at, id) < ($3::timestamptz, $4::uuid))
        order by created_at desc, id desc
        limit $5`,
      [tenant, status, createdAt, id, limit],
    );
  }

  /** Of records that {@link find} or {@link list} returned. */
  counts(records: readonly BulkRecord[]): Promise<Map<string, BulkCounts>> {
    return countBulks(
      this.#pool,
      records.map(({ id }) => id),
    );
  }

  failures({ id }: BulkRecord): Promise<BulkFailure[]> {
    return failuresOf(this.#pool, id);
  }

  /** In the order of their names. */
  subjects(
    { id }: BulkRecord,
    page: { status?: SubjectStatus | undefined; after?: string | undefined; limit: number },
  ): Promise<BulkSubject[]> {
    return listBulkSubjects(this.#pool, { bulkId: id, ...page });
  }

  /** Lets no more exports begin; a worker cancels those under way and writes the manifest. Undefined when it had ended. */
  async cancel({ tenant, id }: BulkRecord, by: ActedBy): Promise<BulkRecord | undefined> {
    const [record] = await this.#query(
      `with changed as (
         update rowferry.bulk_exports b set status = 'cancelling', ${fencedOff}
          where id = $2 and tenant = $1 and deleted_at is null and status in ('preparing', 'running')
         returning *
       ), audited as (${auditSql('changed', '$3', { act: 'bulk.cancelled', kind: 'bulk-export' })})
       select ${bulkColumns} from changed`,
      [tenant, id, by],
    );
    return record;
  }

  /**
   * Begins another round: subjects whose export failed wait for a new one, where the subjects could not be found they
   * are looked for again, and where the manifest could not be stored it is written. While the first round goes on they join it. Undefined when there is nothing to try again.
   *
   * @param how.keyId the key of who retries: it has to be good when an export starts, not the one of the first request
   */
  async retry(
    { tenant, id }: BulkRecord,
    { by, keyId }: { by: ActedBy; keyId: string | null },
  ): Promise<BulkRecord | undefined> {
    const [record] = await this.#query(
      `with bulk as (
         select id, finished_at is not null as ended, error_code is not null as incomplete,
                error_code is not null
                  and not exists (select from rowferry.bulk_subjects where bulk_id = $2) as unprepared
           from rowferry.bulk_exports
          where id = $2 and tenant = $1 and deleted_at is null
            and status in ('running', 'completed_with_failures', 'failed', 'cancelled')
            for update
       ), again as (
         update rowferry.bulk_subjects s
            set status = 'waiting', export_id = null, rows = 0, bytes = 0, sha256 = null, error_code = null,
                error_message = null, ended_at = null
           from bulk
          where s.bulk_id = bulk.id and s.status = 'failed' and s.error_code <> '${INVALID_SUBJECT}'
         returning s.bulk_id
       ), reopened as (
         update rowferry.bulk_exports b
            set status = case when bulk.unprepared then 'preparing' else 'running' end,
                round = b.round + bulk.ended::int, started_at = case when bulk.ended then now() else b.started_at end,
                finished_at = null, expires_at = null, manifest = null, error_code = null, error_message = null,
                key_id = $4,
                ${fencedOff}
           from bulk
          where b.id = bulk.id and (bulk.incomplete or exists (select from again))
         returning b.*
       ), audited as (${auditSql('reopened', '$3', {
         act: 'bulk.retried',
         kind: 'bulk-export',
         details: `jsonb_build_object('round', reopened.round, 'subjects', (select count(*) from again))`,
       })})
       select ${bulkColumns} from reopened`,
      [tenant, id, by, keyId],
    );
    return record;
  }

  /** Hides it from every client and stops it; a worker deletes its exports and files. False when there is none. */
  async delete({ tenant, id }: BulkRecord, by: ActedBy): Promise<boolean> {
    const { rowCount } = await this.#pool.query(
      `with changed as (
         update rowferry.bulk_exports b set deleted_at = now(), ${fencedOff}
          where id = $2 and tenant = $1 and deleted_at is null
         returning *
       ), audited as (${auditSql('changed', '$3', { act: 'bulk.deleted', kind: 'bulk-export' })})
       select id from changed`,
      [tenant, id, by],
    );
    return rowCount === 1;
  }

  /** Its own webhook, with its secret as it is stored. */
  async webhookOf(bulkId: string, url: string): Promise<{ id: string; secret: Buffer } | undefined> {
    const { rows } = await this.#pool.query<{ id: string; secret: Buffer }>(
      'select id, secret from rowferry.webhooks where bulk_id = $1 and url = $2',
      [bulkId, url],
    );
    return rows[0];
  }

  async #query(text: string, values: readonly unknown[]): Promise<BulkRecord[]> {
    const { rows } = await this.#pool.query(text, [...values]);
    return rows.map(toBulkRecord);
  }
}
