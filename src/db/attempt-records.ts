import type { Pool } from 'pg';
import type { ExportProgress, ExportResult } from '../export/run-export.ts';
import { exportColumns, toExportRecord } from './export-record.ts';
import type { ExportRecord } from './export-record.ts';

export type Claim =
  | { outcome: 'claimed'; export: ExportRecord }
  /** Not its time yet, or another worker is at it: look again after `delayMs`. */
  | { outcome: 'wait'; delayMs: number }
  /** All attempts are used up and none of them could say why. */
  | { outcome: 'exhausted' }
  /** There is nothing (more) to do. */
  | { outcome: 'settled' };

export interface PublishedFile extends ExportResult {
  objectKey: string;
  fileName: string;
  retentionHours: number;
}

/**
 * A worker's view of an export. The attempt number is the fence: every write names it, so that a worker that was
 * overtaken, cancelled or stopped and continued hits no row and learns that it is out. Each method but `claim` resolves
 * to whether the attempt was still the running one.
 */
export class AttemptRecords {
  readonly #pool: Pool;
  readonly #leaseSeconds: number;
  readonly #maxAttempts: number;

  /** @param options.leaseSeconds silence after which a running attempt counts as dead */
  constructor(pool: Pool, options: { leaseSeconds: number; maxAttempts: number }) {
    this.#pool = pool;
    this.#leaseSeconds = options.leaseSeconds;
    this.#maxAttempts = options.maxAttempts;
  }

  /** Starts the next attempt, unless another is alive. */
  async claim(id: string): Promise<Claim> {
    const claimed = await this.#pool.query(
      `update rowferry.exports
          set status = 'running', attempt = attempt + 1, beat_at = now(), started_at = now(),
              rows = 0, bytes = 0
        where id = $1 and deleted_at is null and attempt - released < $3
          and (status = 'queued' and not_before <= now()
               or status = 'running' and beat_at < now() - make_interval(secs => $2))
        returning ${exportColumns}`,
      [id, this.#leaseSeconds, this.#maxAttempts],
    );
    if (claimed.rows.length > 0) return { outcome: 'claimed', export: toExportRecord(claimed.rows[0]) };
    const { rows } = await this.#pool.query<{ wait: number; exhausted: boolean }>(
      `select greatest(0, ceil(1000 * extract(epoch from wake_at - now())))::float8 as wait,
              attempt - released >= $3 and wake_at <= now() as exhausted
         from (select *, case status when 'queued' then not_before
                                     else beat_at + make_interval(secs => $2) end as wake_at
                 from rowferry.exports) e
        where id = $1 and deleted_at is null and status in ('queued', 'running')`,
      [id, this.#leaseSeconds, this.#maxAttempts],
    );
    const [open] = rows;
    if (open === undefined) return { outcome: 'settled' };
    return open.exhausted ? { outcome: 'exhausted' } : { outcome: 'wait', delayMs: open.wait };
  }

  /** Says that the attempt is alive and how far it is. */
  beat(id: string, attempt: number, progress: ExportProgress): Promise<boolean> {
    return this.#write(id, attempt, 'beat_at = now(), rows = $3, bytes = $4, estimated_rows = $5', [
      progress.rows,
      progress.bytes,
      progress.estimatedRows,
    ]);
  }

  /** Makes the file the export's result. When it resolves to false the caller deletes the object. */
  publish(id: string, attempt: number, file: PublishedFile): Promise<boolean> {
    return this.#write(
      id,
      attempt,
      `status = 'completed', finished_at = now(), expires_at = now() + make_interval(hours => $3),
       rows = $4, bytes = $5, sha256 = $6, object_key = $7, file_name = $8, encoder = $9`,
      [file.retentionHours, file.rows, file.bytes, file.sha256, file.objectKey, file.fileName, file.encoder],
    );
  }

  /** Puts the export back for another attempt, not before `delayMs` from now. */
  retryLater(id: string, attempt: number, delayMs: number): Promise<boolean> {
    return this.#write(id, attempt, `status = 'queued', not_before = now() + make_interval(secs => $3)`, [
      delayMs / 1000,
    ]);
  }

  /** Hands the attempt back unharmed: it does not count against the limit. */
  release(id: string, attempt: number): Promise<boolean> {
    return this.#write(id, attempt, `status = 'queued', not_before = now(), released = released + 1`, []);
  }

  /** Ends the export with a reason a person understands. */
  fail(id: string, attempt: number, error: { code: string; message: string }): Promise<boolean> {
    return this.#write(
      id,
      attempt,
      `status = 'failed', finished_at = now(), error_code = $3, error_message = $4`,
      [error.code, error.message],
    );
  }

  /** Ends an export whose attempts are used up and died without a word. */
  async failExhausted(id: string, error: { code: string; message: string }): Promise<boolean> {
    const { rowCount } = await this.#pool.query(
      `update rowferry.exports
          set status = 'failed', finished_at = now(), error_code = $4, error_message = $5
        where id = $1 and deleted_at is null and attempt - released >= $3
          and (status = 'queued' or status = 'running' and beat_at < now() - make_interval(secs => $2))`,
      [id, this.#leaseSeconds, this.#maxAttempts, error.code, error.message],
    );
    return rowCount === 1;
  }

  async #write(
    id: string,
    attempt: number,
    assignments: string,
    values: readonly unknown[],
  ): Promise<boolean> {
    const { rowCount } = await this.#pool.query(
      `update rowferry.exports set ${assignments}
        where id = $1 and attempt = $2 and status = 'running' and deleted_at is null`,
      [id, attempt, ...values],
    );
    return rowCount === 1;
  }
}
