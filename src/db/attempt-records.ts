import type { Pool } from 'pg';
import type { BaseColumn, BaseExport } from '../export/changes-range.ts';
import type { ExportProgress, ExportResult } from '../export/run-export.ts';
import { withEvent } from './export-event.ts';
import type { ExportRecord, FileRecord } from './export-record.ts';
import { lastExport } from './last-export.ts';
import type { AttemptLimits } from './suspects.ts';
import { nextTurn } from './turns.ts';

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

export interface AttemptRecordsOptions extends AttemptLimits {
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

const REASON = `jsonb_build_object('code', $3::text, 'message', left($4::text, 2000))`;

/**
 * A worker's view of an attempt that it has claimed. The attempt number is the fence: every write names it, so that a
 * worker that was overtaken, cancelled or stopped and continued hits no row and learns that it is out. Each method but
 * `failExhausted` resolves to whether the attempt was still the running one, or to undefined where it was not.
 */
export class AttemptRecords {
  readonly #pool: Pool;
  readonly #leaseSeconds: number;
  readonly #maxAttempts: number;
  readonly #maxReleases: number;

  constructor(pool: Pool, options: AttemptRecordsOptions) {
    this.#pool = pool;
    this.#leaseSeconds = options.leaseSeconds;
    this.#maxAttempts = options.maxAttempts;
    this.#maxReleases = options.maxReleases;
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
