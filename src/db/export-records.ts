import { randomUUID } from 'node:crypto';
import type { BaseExport } from '../export/changes-range.ts';
import type { Role } from '../export/dataset.ts';
import type { ExportOptions } from '../export/export-options.ts';
import type { FileFormatName } from '../export/formats/format.ts';
import { auditSql } from './audit-log.ts';
import type { ActedBy } from './audit-log.ts';
import { withEvent } from './export-event.ts';
import { listExports } from './export-list.ts';
import type { ExportFilter } from './export-list.ts';
import { exportColumns, toExportRecord } from './export-record.ts';
import type { ExportRecord } from './export-record.ts';
import { fingerprintOf } from './fingerprint.ts';
import { lastExport } from './last-export.ts';
import type { LastExportOf } from './last-export.ts';
import type { NotifyTargets } from './notify-targets.ts';
import { readPlaces } from './places.ts';
import type { Queryable } from './pool.ts';
import { nextTurn } from './turns.ts';
import type { Lane } from './turns.ts';

/** Larger ones are not copied into the audit log; the export has them. In bytes. */
export const MAX_AUDITED_PARAMS = 2000;

export interface NewExport {
  tenant: string;
  /** The role it was asked for in: what an admin exports is not a user’s to see, whatever the subject is called. */
  role: Role;
  subject: string;
  /** The API key that asks; none for a token. */
  keyId?: string;
  dataset: string;
  /** A file of each comes from one pass. */
  formats: readonly [FileFormatName, ...FileFormatName[]];
  params: Readonly<Record<string, unknown>>;
  options?: ExportOptions;
  /** Default: `normal`. */
  lane?: Lane | undefined;
  /** The schedule that asks. */
  scheduleId?: string;
  /** Who is to hear how it ends. */
  notify?: NotifyTargets | undefined;
}

/** So many of a subject's exports are looked through for one that was like it. */
const LATEST = 50;
/** What a request says, for the audit log: without whom it tells, which may hold a secret. */
const asked = (from: string, outcome: string) =>
  `jsonb_build_object('outcome', '${outcome}', 'dataset', dataset, 'format', format, 'formats', formats, 'role', ${from}.role) ||
   case when pg_column_size(params) <= ${MAX_AUDITED_PARAMS} then jsonb_build_object('params', params) else '{}' end`;

/**
 * The exports as clients see them. Every method takes the tenant who asks and touches nothing of another's, whatever the
 * id. All times are the database's: clocks of processes are not trusted.
 */
export class ExportRecords {
  readonly #pool: Queryable;

  constructor(pool: Queryable) {
    this.#pool = pool;
  }

  /** @param by leaves a line in the audit log, as everywhere here; undefined where nobody acts but rowferry itself */
  async create(values: NewExport, by?: ActedBy): Promise<ExportRecord> {
    const [record] = await this.#query(
      withEvent(
        `insert into rowferry.exports
           (id, role, subject, dataset, formats, params, options, tenant, key_id, fingerprint, lane, schedule_id, turn)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, ${nextTurn('$8', '$11')})
         returning *`,
        { kind: `'requested'` },
        exportColumns,
        auditSql('changed', '$13', {
          act: 'export.requested',
          kind: 'export',
          details: asked('changed', 'created'),
        }),
      ),
      [
        randomUUID(),
        values.role,
        values.subject,
        values.dataset,
        values.formats,
        values.params,
        values.options ?? {},
        values.tenant,
        values.keyId,
        fingerprintOf(values),
        values.lane ?? 'normal',
        values.scheduleId,
        by,
      ],
    );
    if (record === undefined) throw new Error('insert returned no row');
    return record;
  }

  /** Undefined when there is none, or it was deleted. */
  async find(tenant: string, id: string): Promise<ExportRecord | undefined> {
    const [record] = await this.#query(
      `select ${exportColumns} from rowferry.exports where id = $1 and deleted_at is null and tenant = $2`,
      [id, tenant],
    );
    return record;
  }

  /** What was said of its file of a format when it was published; null where nothing was. */
  async manifestOf(id: string, format: FileFormatName): Promise<unknown> {
    const { rows } = await this.#pool.query<{ manifest: unknown }>(
      'select manifests -> $2 as manifest from rowferry.exports where id = $1',
      [id, format],
    );
    return rows[0]?.manifest ?? null;
  }

  /**
   * One that was asked for in the same role by the same subject, exports the very same, and has not ended. It does not end
   * before the transaction does, so what is added to it counts.
   */
  async findInFlight(values: NewExport, by?: ActedBy): Promise<ExportRecord | undefined> {
    const [record] = await this.#query(
      `with same as (
         select * from rowferry.exports
          where tenant = $1 and role = $2 and subject = $3 and fingerprint = $4
            and status in ('queued', 'running') and deleted_at is null
          order by created_at
          limit 1
          for share
       ), audited as (${auditSql('same', '$5', { act: 'export.requested', kind: 'export', details: asked('same', 'joined') })})
       select ${exportColumns} from same`,
      [values.tenant, values.role, values.subject, fingerprintOf(values), by],
    );
    return record;
  }

  /**
   * Rows of the last file with the same content that the same subject got; undefined when none of their latest exports
   * was of it.
   */
  async lastRows({ tenant, role, subject, dataset, params }: NewExport): Promise<number | undefined> {
    const { rows } = await this.#pool.query<{ rows: number }>(
      `select rows::float8 as rows
         from (select role, dataset, params, status, rows, created_at from rowferry.exports
                where tenant = $1 and subject = $2
                order by created_at desc, id desc
                limit ${LATEST}) latest
        where role = $3 and dataset = $4 and params = $5 and status in ('completed', 'expired')
        order by created_at desc
        limit 1`,
      [tenant, subject, role, dataset, params],
    );
    return rows[0]?.rows;
  }

  /** See {@link lastExport}; of what is asked for by a person, not by a schedule or in bulk. */
  lastExport(asked: Omit<LastExportOf, 'scheduleId' | 'inBulk'>): Promise<BaseExport | undefined> {
    return lastExport(this.#pool, { ...asked, scheduleId: null, inBulk: false });
  }

  /** See {@link readPlaces}. */
  places(ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return readPlaces(this.#pool, ids);
  }

  /** Newest first. */
  list(filter: ExportFilter): Promise<ExportRecord[]> {
    return listExports(this.#pool, filter);
  }

  /** Ends an export that has not ended yet; a running attempt finds out at its next beat. Undefined when it had. */
  async cancel(tenant: string, id: string, by?: ActedBy): Promise<ExportRecord | undefined> {
    const [record] = await this.#query(
      withEvent(
        `update rowferry.exports
            set status = 'cancelled', finished_at = now(), sweep_at = case when attempt > 0 then now() end
          where id = $1 and deleted_at is null and tenant = $2 and status in ('queued', 'running')
          returning *`,
        { kind: `'cancelled'` },
        exportColumns,
        auditSql('changed', '$3', { act: 'export.cancelled', kind: 'export' }),
      ),
      [id, tenant, by],
    );
    return record;
  }

  /**
   * Hides an export from every client, in whatever state, and stops it. The row stays until its file is gone from
   * storage. False when there is none.
   */
  async delete(tenant: string, id: string, by?: ActedBy): Promise<boolean> {
    const { rowCount } = await this.#pool.query(
      withEvent(
        `update rowferry.exports
            set deleted_at = now(), sweep_at = now(),
                status = case when status in ('queued', 'running') then 'cancelled' else status end
          where id = $1 and deleted_at is null and tenant = $2
          returning *`,
        { kind: `'deleted'` },
        'id',
        auditSql('changed', '$3', { act: 'export.deleted', kind: 'export' }),
      ),
      [id, tenant, by],
    );
    return rowCount === 1;
  }

  /** Ends the time of a file now; its object is still there. Undefined when there is no file any more. */
  async expire(tenant: string, id: string, by?: ActedBy): Promise<ExportRecord | undefined> {
    const [record] = await this.#query(
      withEvent(
        `update rowferry.exports set status = 'expired', expires_at = now(), sweep_at = now()
          where id = $1 and deleted_at is null and tenant = $2 and status = 'completed'
          returning *`,
        { kind: `'expired_early'` },
        exportColumns,
        auditSql('changed', '$3', { act: 'export.expired', kind: 'export' }),
      ),
      [id, tenant, by],
    );
    return record;
  }

  /**
   * Puts a failed export back, as it was asked for, with all its attempts anew. Numbers of attempts go on: they are the
   * fence. What was told of its failure is not true any more, so it is forgotten, and a second one is told again.
   *
   * @param how.keyId the key that has to be good when it starts, of its owner who acts; undefined leaves it as it is
   * @returns undefined when it has not failed
   */
  async retry(
    tenant: string,
    id: string,
    { keyId, by }: { keyId?: string | null | undefined; by?: ActedBy | undefined } = {},
  ): Promise<ExportRecord | undefined> {
    const [record] = await this.#query(
      `with changed as (
         update rowferry.exports e
            set status = 'queued', turn = ${nextTurn('e.tenant', 'e.lane')}, released = attempt, deaths = 0, not_before = now(),
                retried_at = now(), rows = 0, bytes = 0,
                estimated_rows = null, started_at = null, finished_at = null, error_code = null,
                error_message = null, sweep_at = null, key_id = case when $3 then $4::uuid else key_id end
          where id = $1 and deleted_at is null and tenant = $2 and status = 'failed'
         returning *
       ), noted as (
         insert into rowferry.export_events (export_id, attempt, kind) select id, attempt, 'retried' from changed
       ), untold as (
         delete from rowferry.notifications where kind = 'failed' and export_id in (select id from changed)
       ), audited as (${auditSql('changed', '$5', { act: 'export.retried', kind: 'export' })})
       select ${exportColumns} from changed`,
      [id, tenant, keyId !== undefined, keyId, by],
    );
    return record;
  }

  async #query(text: string, values: readonly unknown[]): Promise<ExportRecord[]> {
    const { rows } = await this.#pool.query(text, [...values]);
    return rows.map(toExportRecord);
  }
}
