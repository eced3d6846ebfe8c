import type { Pool } from 'pg';
import type { BaseColumn, BaseExport } from '../export/changes-range.ts';
import type { ExportProgress, ExportResult } from '../export/run-export.ts';
import { withEvent } from './export-event.ts';
import { exportColumns, toExportRecord } from './export-record.ts';
import type { ExportRecord, FileRecord } from './export-record.ts';
import { lastExport } from './last-export.ts';
import type { Queryable } from './pool.ts';
import { msUntilAlone } from './suspects.ts';
import { inTransaction } from './transaction.ts';
import { nextTurn } from './turns.ts';

export type Claim =
  /** `takenOver`: from an attempt whose worker fell silent. */
  | { outcome: 'claimed'; export: ExportRecord; takenOver: boolean }
  /** Not its time yet, or another worker is at it: look again after `delayMs`. */
  | { outcome: 'wait'; delayMs: number }
  /** All attempts are used up and none of them could say why. */
  | { outcome: 'exhausted' }
  /** There is nothing (more) to do. */
  | { outcome: 'settled' };

export interface PublishedFile extends Required<Omit<FileRecord, 'columns' | 'files'>> {
  columns: ExportResult['columns'];
  /** Of a bundle. */
  files?: ExportResult['files'];
  /** As it is in storage beside the file. */
  manifest: object;
}

export interface PublishedFiles extends Pick<ExportResult, 'rows' | 'bytes'> {
  /** One for each format, in their order. */
  files: readonly PublishedFile[];
  retentionHours: number;
}

/** Why an attempt ends without a file. */
export interface FailureReason {
  code: string;
  /** For people. */
  message: string;
}

export interface AttemptRecordsOptions {
  /** Silence after which a running attempt counts as dead. */
  leaseSeconds: number;
  /** Attempts that may fail before the export does. */
  maxAttempts: number;
  /** Attempts that may be handed back without counting; later ones count: they may be what brings their workers down. */
  maxReleases: number;
}

/** An export that was ended, and the attempt it was at. */
interface EndedExport {
  id: string;
  attempt: number;
  dataset: string;
  format: string;
}

/** A worker may die of anything once. */
const SUSPECT_AFTER_DEATHS = 2;
/** History keeps the request and so many attempts; one that is handed back for days must not grow it without end. */
const ATTEMPTS_REMEMBERED = 50;
const REASON = `jsonb_build_object('code', $3::text, 'message', left($4::text, 2000))`;

/**
 * A worker's view of an export. The attempt number is the fence: every write names it, so that a worker that was
 * overtaken, cancelled or stopped and continued hits no row and learns that it is out. Each method but `claim`
 * and `failExhausted` resolves to whether the attempt was still the running one, or to undefined where it was not.
 */
export class AttemptRecords {
  readonly #pool: Pool;
  readonly #leaseSeconds: number;
  readonly #maxAttempts: number;
  readonly #maxReleases: number;
  readonly #suspectAfter: number;

  constructor(pool: Pool, options: AttemptRecordsOptions) {
    this.#pool = pool;
    this.#leaseSeconds = options.leaseSeconds;
    this.#maxAttempts = options.maxAttempts;
    this.#maxReleases = options.maxReleases;
    // One attempt at least is left to be run alone.
    this.#suspectAfter = Math.max(1, Math.min(SUSPECT_AFTER_DEATHS, options.maxAttempts - 1));
  }

  /**
   * Starts the next attempt, unless another is alive. Of the exports under which workers died again and again, one may be
   * what kills them, so they are run one at a time: it dies alone then, and costs the others no more attempts.
   */
  async claim(id: string): Promise<Claim> {
    const claimed = await this.#start(this.#pool, id, this.#suspectAfter - 1);
    if (claimed !== undefined) return claimed;
    const { rows } = await this.#pool.query<{ wait: number; exhausted: boolean; suspect: boolean }>(
      `select greatest(0, ceil(1000 * extract(epoch from wake_at - now())))::float8 as wait,
              attempt - released >= $3 and wake_at <= now() as exhausted,
              deaths + (status = 'running')::int >= $4 and wake_at <= now() as suspect
         from (select *, case status when 'queued' then not_before
                                     else greatest(not_before, beat_at + make_interval(secs => $2)) end as wake_at
                 from rowferry.exports) e
        where id = $1 and deleted_at is null and status in ('queued', 'running')`,
      [id, this.#leaseSeconds, this.#maxAttempts, this.#suspectAfter],
    );
    const [open] = rows;
    if (open === undefined) return { outcome: 'settled' };
    if (open.exhausted) return { outcome: 'exhausted' };
    return open.suspect ? this.#claimAlone(id) : { outcome: 'wait', delayMs: open.wait };
  }

  /** Starts an attempt at an export under which workers have died, while no other such export runs. */
  async #claimAlone(id: string): Promise<Claim> {
    return inTransaction(this.#pool, async (client) => {
      const waitMs = await msUntilAlone(client, id, {
        deaths: this.#suspectAfter,
        leaseSeconds: this.#leaseSeconds,
      });
      if (waitMs === 0) return (await this.#start(client, id)) ?? { outcome: 'wait', delayMs: 0 };
      // It is not due until then, so that the janitor does not take it for lost.
      await client.query(
        `update rowferry.exports set not_before = now() + make_interval(secs => $2::float8 / 1000)
          where id = $1 and status in ('queued', 'running')`,
        [id, waitMs],
      );
      return { outcome: 'wait', delayMs: waitMs };
    });
  }

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

  /** The export after whose snapshot this one is to look for changes; undefined where there is none yet. */
  baseOf(
    { bulkId, ...record }: ExportRecord,
    columns: readonly BaseColumn[],
  ): Promise<BaseExport | undefined> {
    return lastExport(this.#pool, { ...record, columns, inBulk: bulkId !== null });
  }

  /** Says that the attempt is alive and how far it is. */
  async beat(id: string, attempt: number, progress: ExportProgress): Promise<boolean> {
    const { rowCount } = await this.#pool.query(
      this.#fenced('beat_at = now(), rows = $3, bytes = $4, estimated_rows = $5'),
      [id, attempt, progress.rows, progress.bytes, progress.estimatedRows],
    );
    return rowCount === 1;
  }

  /** Makes the files the export's result, all at once. When it resolves to false the caller deletes the objects. */
  publish(
    id: string,
    attempt: number,
    { files, rows, bytes, retentionHours }: PublishedFiles,
  ): Promise<boolean> {
    const manifests = Object.fromEntries(files.map(({ format, manifest }) => [format, manifest]));
    return this.#end(
      id,
      attempt,
      `status = 'completed', finished_at = now(), expires_at = now() + make_interval(hours => $3),
       rows = $4, bytes = $5, files = $6, manifests = $7,
       sweep_at = case when attempt > 1 then now() end`,
      { kind: `'completed'`, details: `jsonb_build_object('rows', rows, 'bytes', bytes)` },
      [
        ...[retentionHours, rows, bytes],
        JSON.stringify(files.map(({ manifest: _, ...file }) => file)),
        manifests,
      ],
    );
  }

  /**
   * Puts the export back for another attempt, not before `delayMs` from now. It takes a new turn, as if it were asked for
   * now: exports that fail again and again must not take more turns than others. Its worker lived to tell, so the deaths
   * before are forgotten. Resolves to its turn.
   */
  retryLater(
    id: string,
    attempt: number,
    reason: FailureReason & { delayMs: number },
  ): Promise<{ turn: number } | undefined> {
    return this.#change(
      id,
      attempt,
      `status = 'queued', not_before = now() + make_interval(secs => $5::float8), deaths = 0,
       turn = ${nextTurn('e.tenant', 'e.lane')}`,
      {
        kind: `'retry_scheduled'`,
        details: `${REASON} || jsonb_build_object('delaySeconds', $5::float8)`,
      },
      [reason.code, reason.message, reason.delayMs / 1000],
    );
  }

  /** Hands the attempt back unharmed: it does not count against the limit, and its turn has come already. */
  release(id: string, attempt: number, code: string): Promise<boolean> {
    return this.#end(
      id,
      attempt,
      `status = 'queued', not_before = now(), released = least(released + 1, greatest(released, $4::int))`,
      { kind: `'handed_back'`, details: `jsonb_build_object('code', $3::text)` },
      [code, this.#maxReleases],
    );
  }

  /** Hands an attempt that is too big for the fast lane back, into the other one; that happens once. Resolves to its turn there. */
  leaveFastLane(id: string, attempt: number): Promise<{ turn: number } | undefined> {
    return this.#change(
      id,
      attempt,
      `status = 'queued', not_before = now(), lane = 'normal', turn = ${nextTurn('e.tenant', `'normal'`)},
       released = released + 1`,
      { kind: `'lane_left'`, details: `'{}'::jsonb` },
      [],
    );
  }

  /** Ends the export with a reason a person understands. */
  fail(id: string, attempt: number, reason: FailureReason): Promise<boolean> {
    return this.#end(
      id,
      attempt,
      `status = 'failed', finished_at = now(), error_code = $3, error_message = $4, sweep_at = now()`,
      { kind: `'failed'`, details: REASON },
      [reason.code, reason.message],
    );
  }

  /**
   * Ends exports whose attempts are used up and the last of which died without a word: one, or all there are (a thousand
   * at most). Not one whose last attempt has come to life meanwhile. Resolves to those that were ended.
   */
  async failExhausted(reason: FailureReason, id?: string): Promise<EndedExport[]> {
    const { rows } = await this.#pool.query<EndedExport>(
      withEvent(
        `update rowferry.exports
            set status = 'failed', finished_at = now(), error_code = $3, error_message = $4, sweep_at = now()
          where id in (select id from rowferry.exports
                        where ($5::uuid is null or id = $5) and deleted_at is null
                          and status in ('queued', 'running') and attempt - released >= $1
                        limit 1000)
            and attempt - released >= $1
            and (status = 'queued' or status = 'running' and beat_at < now() - make_interval(secs => $2))
          returning *`,
        { kind: `'failed'`, details: REASON },
        'id, attempt, dataset, format',
      ),
      [this.#maxAttempts, this.#leaseSeconds, reason.code, reason.message, id],
    );
    return rows;
  }

  /** An update that hits the row only while this attempt is the running one. */
  #fenced(assignments: string): string {
    return `update rowferry.exports e set ${assignments}
             where id = $1 and attempt = $2 and status = 'running' and deleted_at is null`;
  }

  async #end(
    id: string,
    attempt: number,
    assignments: string,
    event: { kind: string; details: string },
    values: readonly unknown[],
  ): Promise<boolean> {
    return (await this.#change(id, attempt, assignments, event, values)) !== undefined;
  }

  async #change(
    id: string,
    attempt: number,
    assignments: string,
    event: { kind: string; details: string },
    values: readonly unknown[],
  ): Promise<{ turn: number } | undefined> {
    const { rows } = await this.#pool.query<{ turn: number }>(
      withEvent(`${this.#fenced(assignments)} returning *`, event, 'turn::float8 as turn'),
      [id, attempt, ...values],
    );
    return rows[0];
  }
}
