import type { Pool } from 'pg';
import { exportColumns, toExportRecord } from './export-record.ts';
import type { ExportRecord } from './export-record.ts';
import type { Queryable } from './pool.ts';
import { Suspects } from './suspects.ts';
import type { AttemptLimits } from './suspects.ts';

export type Claim =
  /** `takenOver`: from an attempt whose worker fell silent. */
  | { outcome: 'claimed'; export: ExportRecord; takenOver: boolean }
  /** Not its time yet, or another worker is at it: look again after `delayMs`. */
  | { outcome: 'wait'; delayMs: number }
  /** All attempts are used up and none of them could say why. */
  | { outcome: 'exhausted' }
  /** There is nothing (more) to do. */
  | { outcome: 'settled' };

/** History keeps the request and so many attempts; one that is handed back for days must not grow it without end. */
const ATTEMPTS_REMEMBERED = 50;

/** How a worker comes by an attempt at an export. What becomes of it then, {@link AttemptRecords} has. */
export class AttemptClaims {
  readonly #pool: Pool;
  readonly #leaseSeconds: number;
  readonly #maxAttempts: number;
  readonly #suspects: Suspects;

  constructor(pool: Pool, limits: AttemptLimits) {
    this.#pool = pool;
    this.#leaseSeconds = limits.leaseSeconds;
    this.#maxAttempts = limits.maxAttempts;
    this.#suspects = new Suspects(pool, limits);
  }

  /** Starts the next attempt, unless another is alive. {@link Suspects} are started one at a time. */
  async claim(id: string): Promise<Claim> {
    const claimed = await this.#start(this.#pool, id, this.#suspects.deaths - 1);
    if (claimed !== undefined) return claimed;
    const { rows } = await this.#pool.query<{ wait: number; exhausted: boolean; suspect: boolean }>(
      `select greatest(0, ceil(1000 * extract(epoch from wake_at - now())))::float8 as wait,
              attempt - released >= $3 and wake_at <= now() as exhausted,
              deaths + (status = 'running')::int >= $4 and wake_at <= now() as suspect
         from (select *, case status when 'queued' then not_before
                                     else greatest(not_before, beat_at + make_interval(secs => $2)) end as wake_at
                 from rowferry.exports) e
        where id = $1 and deleted_at is null and status in ('queued', 'running')`,
      [id, this.#leaseSeconds, this.#maxAttempts, this.#suspects.deaths],
    );
    const [open] = rows;
    if (open === undefined) return { outcome: 'settled' };
    if (open.exhausted) return { outcome: 'exhausted' };
    if (!open.suspect) return { outcome: 'wait', delayMs: open.wait };
    const { started, delayMs } = await this.#suspects.startAlone({ table: 'exports', id }, (transaction) =>
      this.#start(transaction, id),
    );
    return started ?? { outcome: 'wait', delayMs };
  }

  /** @param mostDeaths with which it is started; default: however many */
  async #start(database: Queryable, id: string, mostDeaths?: number): Promise<Claim | undefined> {
    // Whose attempt it was is only seen before the update; the lock makes sure that nobody else changes it meanwhile.
    const { rows } = await database.query<{ taken_over: boolean }>(
      `with before as (
         select id, status from rowferry.exports
          where id = $1 and deleted_at is null and attempt - released < $3 and not_before <= now()
            and (status = 'queued' or status = 'running' and beat_at < now() - make_interval(secs => $2))
            and ($4::int is null or deaths + (status = 'running')::int <= $4)
          for update
       ), claimed as (
         update rowferry.exports e
            set status = 'running', attempt = attempt + 1, beat_at = now(), started_at = now(),
                rows = 0, bytes = 0, deaths = deaths + (before.status = 'running')::int
           from before
          where e.id = before.id
         returning e.*, before.status = 'running' as taken_over
       ), forgotten as (
         delete from rowferry.export_events o
          using claimed
          where o.export_id = claimed.id and o.attempt between 1 and claimed.attempt - ${ATTEMPTS_REMEMBERED}
       ), noted as (
         insert into rowferry.export_events (export_id, attempt, kind)
         select id, attempt, case when taken_over then 'taken_over' else 'started' end from claimed
       )
       select ${exportColumns}, taken_over from claimed`,
      [id, this.#leaseSeconds, this.#maxAttempts, mostDeaths],
    );
    const [row] = rows;
    return row && { outcome: 'claimed', export: toExportRecord(row), takenOver: row.taken_over };
  }
}
