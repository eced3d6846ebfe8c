import type { Pool, PoolClient } from 'pg';
import { audit } from './audit-log.ts';
import type { ExportRecord } from './export-record.ts';
import { scheduleColumns, toScheduleRecord } from './schedule-record.ts';
import type { ScheduleRecord, ScheduleRun } from './schedule-record.ts';
import { inTransaction } from './transaction.ts';

export type DueSchedule = ScheduleRecord & { nextAt: Date };

/** What became of one due time, and when the next one is. */
export interface SettledRun extends Pick<ScheduleRun, 'plannedAt' | 'outcome' | 'missed' | 'exportId'> {
  /** Why there is no export. */
  reason: { code: string; message: string } | undefined;
  /** Undefined: it is paused for the reason, and somebody has to see to it. */
  nextAt: Date | undefined;
  /** The export that was made now. */
  made: Pick<ExportRecord, 'id' | 'lane' | 'turn'> | undefined;
}

export type TakenSchedule =
  | { outcome: 'none' }
  | { outcome: 'settled'; schedule: DueSchedule; run: SettledRun }
  /** Everything was taken back; it stays due. */
  | { outcome: 'failed'; scheduleId: string; error: unknown };

/** Runs that are kept of each schedule. */
const RUNS_KEPT = 100;

/**
 * Schedules as workers see them. A row that is taken is locked, and others pass it by; its export, its run and its next
 * time are one transaction, so a worker that dies has done nothing. All times are the database's.
 */
export class DueSchedules {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /**
   * Takes one that is due and that nobody else is at, longest due first.
   *
   * @param except ids that are left alone
   * @param settle does what is to be done inside the transaction; when it rejects nothing has happened
   */
  async takeNext(
    except: readonly string[],
    settle: (schedule: DueSchedule, client: PoolClient) => Promise<SettledRun>,
  ): Promise<TakenSchedule> {
    let schedule: DueSchedule | undefined;
    try {
      const run = await inTransaction(this.#pool, async (client) => {
        const { rows } = await client.query(
          `select ${scheduleColumns}, null as "lastRun" from rowferry.schedules s
            where s.next_at <= now() and s.id <> all ($1::uuid[])
            order by s.next_at
            limit 1
            for update skip locked`,
          [except],
        );
        const [found] = rows.map(toScheduleRecord);
        if (!found?.nextAt) return undefined;
        schedule = { ...found, nextAt: found.nextAt };
        const settled = await settle(schedule, client);
        await record(client, schedule, settled);
        return settled;
      });
      if (schedule === undefined || run === undefined) return { outcome: 'none' };
      return { outcome: 'settled', schedule, run };
    } catch (error) {
      if (schedule === undefined) throw error;
      return { outcome: 'failed', scheduleId: schedule.id, error };
    }
  }
}

async function record(client: PoolClient, schedule: DueSchedule, run: SettledRun): Promise<void> {
  const { id, tenant } = schedule;
  const { plannedAt, outcome, missed, exportId, reason, nextAt } = run;
  // The key refuses a time that was run before, and with it the export of this transaction.
  await client.query(
    `insert into rowferry.schedule_runs (schedule_id, planned_at, outcome, missed, export_id, code, message)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [id, plannedAt, outcome, missed, exportId, reason?.code, reason?.message],
  );
  await client.query(
    `delete from rowferry.schedule_runs
      where schedule_id = $1
        and planned_at <= (select planned_at from rowferry.schedule_runs
                            where schedule_id = $1 order by planned_at desc offset $2 limit 1)`,
    [id, RUNS_KEPT],
  );
  await client.query(
    `update rowferry.schedules
        set next_at = $2, paused_at = case when $2::timestamptz is null then now() end, paused_reason = $3
      where id = $1`,
    [id, nextAt, nextAt === undefined ? (reason?.message ?? 'It has no further time.') : null],
  );
  if (nextAt !== undefined) return;
  const details = { code: reason?.code ?? 'no_further_time' };
  const object = { kind: 'schedule', id };
  await audit(client, { tenant, by: { kind: 'system' }, act: 'schedule.paused', object, details });
}
