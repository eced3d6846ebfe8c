import { randomUUID } from 'node:crypto';
import type { Role } from '../export/dataset.ts';
import type { Compression, FormatName } from '../export/formats/format.ts';
import { withEvent } from './export-event.ts';
import { exportColumns, toExportRecord } from './export-record.ts';
import type { ExportRecord, ExportStatus } from './export-record.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { NotifyTargets } from './notify-targets.ts';
import type { Queryable } from './pool.ts';

export interface NewExport {
  tenant: string;
  /** The role it was asked for in: what an admin exports is not a user’s to see, whatever the subject is called. */
  role: Role;
  subject: string;
  /** The API key that asks; none for a token. */
  keyId?: string;
  dataset: string;
  format: FormatName;
  params: Readonly<Record<string, unknown>>;
  options?: { compression: Compression };
  /** Who is to hear how it ends. */
  notify?: NotifyTargets | undefined;
}

export interface ExportFilter {
  tenant: string;
  /** Only what this user has asked for; undefined for everybody's. */
  subject?: string | undefined;
  status?: ExportStatus | undefined;
  dataset?: string | undefined;
  /** At most this many. */
  limit: number;
  /** Only those after this `position`. */
  after?: string | undefined;
}

/**
 * The exports as clients see them. Every method takes the tenant who asks and touches nothing of another's, whatever the
 * id. All times are the database's: clocks of processes are not trusted.
 */
export class ExportRecords {
  readonly #pool: Queryable;

  constructor(pool: Queryable) {
    this.#pool = pool;
  }

  async create(values: NewExport): Promise<ExportRecord> {
    const [record] = await this.#query(
      withEvent(
        `insert into rowferry.exports
           (id, role, subject, dataset, format, params, options, tenant, key_id, fingerprint)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         returning *`,
        { kind: `'requested'` },
        exportColumns,
      ),
      [
        randomUUID(),
        values.role,
        values.subject,
        values.dataset,
        values.format,
        values.params,
        values.options ?? {},
        values.tenant,
        values.keyId,
        fingerprintOf(values),
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

  /**
   * One that was asked for in the same role by the same subject, exports the very same, and has not ended. It does not end
   * before the transaction does, so what is added to it counts.
   */
  async findInFlight(values: NewExport): Promise<ExportRecord | undefined> {
    const [record] = await this.#query(
      `select ${exportColumns} from rowferry.exports
        where tenant = $1 and role = $2 and subject = $3 and fingerprint = $4
          and status in ('queued', 'running') and deleted_at is null
        order by created_at
        limit 1
        for share`,
      [values.tenant, values.role, values.subject, fingerprintOf(values)],
    );
    return record;
  }

  /** Newest first. */
  async list({ tenant, subject, status, dataset, limit, after }: ExportFilter): Promise<ExportRecord[]> {
    const [createdAt, id] = after?.split('/') ?? [];
    return this.#query(
      `select ${exportColumns} from rowferry.exports
        where deleted_at is null and tenant = $7
          and ($1::text is null or role = 'user' and subject = $1)
          and ($2::text is null or status = $2)
          and ($3::text is null or dataset = $3)
          and ($4::timestamptz is null or (created_at, id) < ($4::timestamptz, $5::uuid))
        order by created_at desc, id desc
        limit $6`,
      [subject, status, dataset, createdAt, id, limit, tenant],
    );
  }

  /** Ends an export that has not ended yet; a running attempt finds out at its next beat. Undefined when it had. */
  async cancel(tenant: string, id: string): Promise<ExportRecord | undefined> {
    const [record] = await this.#query(
      withEvent(
        `update rowferry.exports
            set status = 'cancelled', finished_at = now(), sweep_at = case when attempt > 0 then now() end
          where id = $1 and deleted_at is null and tenant = $2 and status in ('queued', 'running')
          returning *`,
        { kind: `'cancelled'` },
        exportColumns,
      ),
      [id, tenant],
    );
    return record;
  }

  /**
   * Hides an export from every client, in whatever state, and stops it. The row stays until its file is gone from
   * storage. False when there is none.
   */
  async delete(tenant: string, id: string): Promise<boolean> {
    const { rowCount } = await this.#pool.query(
      withEvent(
        `update rowferry.exports
            set deleted_at = now(), sweep_at = now(),
                status = case when status in ('queued', 'running') then 'cancelled' else status end
          where id = $1 and deleted_at is null and tenant = $2
          returning *`,
        { kind: `'deleted'` },
        'id',
      ),
      [id, tenant],
    );
    return rowCount === 1;
  }

  async #query(text: string, values: readonly unknown[]): Promise<ExportRecord[]> {
    const { rows } = await this.#pool.query(text, [...values]);
    return rows.map(toExportRecord);
  }
}
