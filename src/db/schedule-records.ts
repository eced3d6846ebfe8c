import { randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import type { Role } from '../export/dataset.ts';
import type { ExportOptions } from '../export/export-options.ts';
import type { FileFormatName } from '../export/formats/format.ts';
import { auditSql } from './audit-log.ts';
import type { ActedBy, AuditAct } from './audit-log.ts';
import type { NotifyTargets } from './notify-targets.ts';
import type { Queryable } from './pool.ts';
import { refuseMore } from './schedule-limits.ts';
import type { ScheduleLimits, ScheduleOwner } from './schedule-limits.ts';
import { lastRun, runColumns, scheduleColumns, toScheduleRecord, toScheduleRun } from './schedule-record.ts';
import type { ScheduleRecord, ScheduleRun } from './schedule-record.ts';
import { inLockedTransaction, inTransaction } from './transaction.ts';

/** What is asked for, and when. */
export interface ScheduleContent {
  title: string;
  cron: string;
  timeZone: string;
  dataset: string;
  formats: readonly [FileFormatName, ...FileFormatName[]];
  params: Readonly<Record<string, unknown>>;
  options: ExportOptions;
  /** A webhook’s secret is sealed for its id here. */
  notify: NotifyTargets | undefined;
}

export interface ScheduleFilter {
  tenant: string;
  role?: Role | undefined;
  subject?: string | undefined;
  limit: number;
  after?: string | undefined;
}

/** Finds the first due time after the database's now. */
export type NextTime = (now: Date) => Date | undefined;

/** Runs that the history of a schedule shows. */
const RUNS_SHOWN = 100;
const contentOf = ({ title, cron, timeZone, dataset, formats, params, options, notify }: ScheduleContent) => [
  title,
  cron,
  timeZone,
  dataset,
  formats,
  params,
  options,
  notify?.emails ?? [],
  notify?.webhook?.id,
  notify?.webhook?.url,
  notify?.webhook?.secret,
];

/** Schedules as clients see them. Every method takes the tenant who asks and touches nothing of another's. */
export class ScheduleRecords {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** @throws AppError `too_many_schedules` */
  create(
    owner: ScheduleOwner,
    content: ScheduleContent,
    { nextAt, limits, by }: { nextAt: NextTime; limits: ScheduleLimits; by: ActedBy },
  ): Promise<ScheduleRecord> {
    const { tenant, role, subject, keyId } = owner;
    return this.#alone(tenant, async (client, now) => {
      await refuseMore(client, owner, limits);
      const record = await one(
        client,
        audited(
          `insert into rowferry.schedules
             (id, tenant, role, subject, key_id, next_at, title, cron, time_zone, dataset, formats, params, options,
              emails, webhook_id, webhook_url, webhook_secret)
           values ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
          'schedule.created',
        ),
        [by, randomUUID(), tenant, role, subject, keyId, nextAt(now), ...contentOf(content)],
      );
      if (record === undefined) throw new Error('insert returned no row');
      return record;
    });
  }

  /** Newest first. */
  async list({ tenant, role, subject, limit, after }: ScheduleFilter): Promise<ScheduleRecord[]> {
    const [createdAt, id] = after?.split('/') ?? [];
    const { rows } = await this.#pool.query(
      `select ${scheduleColumns}, "lastRun" from rowferry.schedules s ${lastRun}
        where s.tenant = $1
          and ($2::text is null or s.role = $2)
          and ($3::text is null or s.subject = $3)
          and ($4::timestamptz is null or (s.created_at, s.id) < ($4::timestamptz, $5::uuid))
        order by s.created_at desc, s.id desc
        limit $6`,
      [tenant, role, subject, createdAt, id, limit],
    );
    return rows.map(toScheduleRecord);
  }

  find(tenant: string, id: string): Promise<ScheduleRecord | undefined> {
    return one(
      this.#pool,
      `select ${scheduleColumns}, "lastRun" from rowferry.schedules s ${lastRun}
        where s.tenant = $1 and s.id = $2`,
      [tenant, id],
    );
  }

  /**
   * Changes what is asked for, and when; one that is paused stays so.
   *
   * @param how.keyId undefined leaves the key as it is
   */
  change(
    { tenant, id }: Pick<ScheduleRecord, 'tenant' | 'id'>,
    content: ScheduleContent,
    { nextAt, keyId, by }: { nextAt: NextTime; keyId: string | null | undefined; by: ActedBy },
  ): Promise<ScheduleRecord | undefined> {
    return this.#betweenRuns({ tenant, id }, (client, now) =>
      one(
        client,
        audited(
          `update rowferry.schedules
              set next_at = case when paused_at is null then $4::timestamptz end,
                  key_id = case when $5 then $6::uuid else key_id end,
                  title = $7, cron = $8, time_zone = $9, dataset = $10, formats = $11, params = $12, options = $13,
                  emails = $14, webhook_id = $15, webhook_url = $16, webhook_secret = $17
            where tenant = $2 and id = $3`,
          'schedule.changed',
        ),
        [by, tenant, id, nextAt(now), keyId !== undefined, keyId, ...contentOf(content)],
      ),
    );
  }

  /** Undefined when it is paused already, or there is none. */
  pause(tenant: string, id: string, by: ActedBy): Promise<ScheduleRecord | undefined> {
    return one(
      this.#pool,
      audited(
        `update rowferry.schedules set next_at = null, paused_at = now(), paused_reason = $4
          where tenant = $2 and id = $3 and paused_at is null`,
        'schedule.paused',
      ),
      [by, tenant, id, 'Somebody paused it.'],
    );
  }

  /** Goes on with the next due time; those in between are not made up for. Undefined when it is not paused. */
  resume(
    { tenant, id }: Pick<ScheduleRecord, 'tenant' | 'id'>,
    { nextAt, keyId, by }: { nextAt: NextTime; keyId: string | null | undefined; by: ActedBy },
  ): Promise<ScheduleRecord | undefined> {
    return this.#betweenRuns({ tenant, id }, (client, now) =>
      one(
        client,
        audited(
          `update rowferry.schedules
              set next_at = $4, paused_at = null, paused_reason = null,
                  key_id = case when $5 then $6::uuid else key_id end
            where tenant = $2 and id = $3 and paused_at is not null`,
          'schedule.resumed',
        ),
        [by, tenant, id, nextAt(now), keyId !== undefined, keyId],
      ),
    );
  }

  /** Its exports stay. */
  async delete(tenant: string, id: string, by: ActedBy): Promise<void> {
    const change = 'delete from rowferry.schedules where tenant = $2 and id = $3';
    await this.#pool.query(audited(change, 'schedule.deleted'), [by, tenant, id]);
  }

  /** What became of its due times, newest first. */
  async runs(tenant: string, id: string): Promise<ScheduleRun[]> {
    const { rows } = await this.#pool.query(
      `select ${runColumns}
         from rowferry.schedule_runs r
         join rowferry.schedules s on s.id = r.schedule_id
         left join rowferry.exports e on e.id = r.export_id and e.deleted_at is null
        where s.tenant = $1 and s.id = $2
        order by r.planned_at desc
        limit ${RUNS_SHOWN}`,
      [tenant, id],
    );
    return rows.map(toScheduleRun);
  }

  /** A worker may be running it for a time that was due a moment ago: the next one comes after that has been done. */
  #betweenRuns<T>(
    { tenant, id }: Pick<ScheduleRecord, 'tenant' | 'id'>,
    work: (client: PoolClient, now: Date) => Promise<T>,
  ): Promise<T> {
    return inTransaction(this.#pool, async (client) => {
      const locked = 'select from rowferry.schedules where tenant = $1 and id = $2 for no key update';
      await client.query(locked, [tenant, id]);
      return work(client, await nowOf(client));
    });
  }

  /** One at a time a tenant: two that count at once would both find room for one more. */
  #alone<T>(tenant: string, work: (client: PoolClient, now: Date) => Promise<T>): Promise<T> {
    return inLockedTransaction(this.#pool, `schedules of ${tenant}`, async (client) => {
      return work(client, await nowOf(client));
    });
  }
}

/** Not the beginning of the transaction, which may have waited. */
async function nowOf(client: PoolClient): Promise<Date> {
  const { rows } = await client.query<{ now: Date }>('select clock_timestamp() as now');
  return rows[0]?.now ?? new Date(NaN);
}

/** A change of a schedule with its line in the audit log; `$1` says who acts. Whom it tells may hold a secret. */
function audited(change: string, act: AuditAct): string {
  const details = `jsonb_build_object('subject', s.subject, 'role', s.role, 'cron', s.cron, 'timeZone', s.time_zone,
                                      'dataset', s.dataset, 'format', s.format, 'formats', s.formats)`;
  return `with s as (${change} returning *),
               audited as (${auditSql('s', '$1', { act, kind: 'schedule', details })})
          select ${scheduleColumns}, "lastRun" from s ${lastRun}`;
}

async function one(
  database: Queryable,
  text: string,
  values: readonly unknown[],
): Promise<ScheduleRecord | undefined> {
  const { rows } = await database.query(text, [...values]);
  return rows.map(toScheduleRecord)[0];
}
