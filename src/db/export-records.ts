import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { Role } from '../export/dataset.ts';
import type { Compression, FormatName } from '../export/formats/format.ts';
import { exportColumns, toExportRecord } from './export-record.ts';
import type { ExportRecord, ExportStatus } from './export-record.ts';

export interface NewExport {
  /** The role it was asked for in: what an admin exports is not a user’s to see, whatever the subject is called. */
  role: Role;
  subject: string;
  dataset: string;
  format: FormatName;
  params: Readonly<Record<string, unknown>>;
  options?: { compression: Compression };
}

export interface ExportFilter {
  /** Only what this user has asked for; undefined for everybody's. */
  subject?: string | undefined;
  status?: ExportStatus | undefined;
  dataset?: string | undefined;
  /** At most this many. */
  limit: number;
  /** Only those after this `position`. */
  after?: string | undefined;
}

/** The exports as clients see them. All times are the database's: clocks of processes are not trusted. */
export class ExportRecords {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async create(values: NewExport): Promise<ExportRecord> {
    const [record] = await this.#query(
      `insert into rowferry.exports (id, role, subject, dataset, format, params, options)
       values ($1, $2, $3, $4, $5, $6, $7)
       returning ${exportColumns}`,
      [
        randomUUID(),
        values.role,
        values.subject,
        values.dataset,
        values.format,
        values.params,
        values.options ?? {},
      ],
    );
    if (record === undefined) throw new Error('insert returned no row');
    return record;
  }

  /** Undefined when there is none, or it was deleted. */
  async find(id: string): Promise<ExportRecord | undefined> {
    const [record] = await this.#query(
      `select ${exportColumns} from rowferry.exports where id = $1 and deleted_at is null`,
      [id],
    );
    return record;
  }

  /** Newest first. */
  async list({ subject, status, dataset, limit, after }: ExportFilter): Promise<ExportRecord[]> {
    const [createdAt, id] = after?.split('/') ?? [];
    return this.#query(
      `select ${exportColumns} from rowferry.exports
        where deleted_at is null
          and ($1::text is null or role = 'user' and subject = $1)
          and ($2::text is null or status = $2)
          and ($3::text is null or dataset = $3)
          and ($4::timestamptz is null or (created_at, id) < ($4::timestamptz, $5::uuid))
        order by created_at desc, id desc
        limit $6`,
      [subject, status, dataset, createdAt, id, limit],
    );
  }

  /** Ends an export that has not ended yet; a running attempt finds out at its next beat. Undefined when it had. */
  async cancel(id: string): Promise<ExportRecord | undefined> {
    const [record] = await this.#query(
      `update rowferry.exports set status = 'cancelled', finished_at = now()
        where id = $1 and deleted_at is null and status in ('queued', 'running')
        returning ${exportColumns}`,
      [id],
    );
    return record;
  }

  /**
   * Hides an export from every client, in whatever state, and stops it. The row stays until its file is gone from
   * storage. False when there is none.
   */
  async delete(id: string): Promise<boolean> {
    const { rowCount } = await this.#pool.query(
      `update rowferry.exports
          set deleted_at = now(),
              status = case when status in ('queued', 'running') then 'cancelled' else status end
        where id = $1 and deleted_at is null`,
      [id],
    );
    return rowCount === 1;
  }

  async #query(text: string, values: readonly unknown[]): Promise<ExportRecord[]> {
    const { rows } = await this.#pool.query(text, [...values]);
    return rows.map(toExportRecord);
  }
}
