import type { PoolClient } from 'pg';
import type { DueSchedule, DueSchedules, SettledRun } from '../db/due-schedules.ts';
import type { ExportRequests } from '../db/export-requests.ts';
import type { NotifyTargets } from '../db/notify-targets.ts';
import { AppError } from '../errors.ts';
import type { DatasetRegistry } from '../export/load-datasets.ts';
import type { Logger } from '../logger.ts';
import type { ExportQueue } from '../queue/export-queue.ts';
import { Timetable } from '../schedule/timetable.ts';
import { askedNow } from './asked-now.ts';
import { checkRights } from './check-rights.ts';
import type { KeyStates } from './check-rights.ts';

export interface ScheduleRunnerOptions {
  due: DueSchedules;
  requests: ExportRequests;
  datasets: DatasetRegistry;
  apiKeys: KeyStates;
  queue: Pick<ExportQueue, 'add'>;
  /** A webhook of an export alone, of its schedule’s. */
  webhookOf: (schedule: DueSchedule) => NotifyTargets['webhook'];
  intervalMs: number;
  logger: Logger;
}

type Asked = Pick<SettledRun, 'outcome' | 'exportId' | 'reason' | 'made'> & { pause?: boolean };

/**
 * Asks for the exports of schedules when they are due, exactly as their owners would: with the rights, keys and limits
 * of that moment. Every worker has one; a schedule that one of them has taken is passed by.
 */
export class ScheduleRunner {
  readonly #options: ScheduleRunnerOptions;
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #pass: Promise<void> = Promise.resolve();

  constructor(options: ScheduleRunnerOptions) {
    this.#options = options;
  }

  start(): void {
    const next = () => {
      this.#pass = this.run().finally(() => {
        if (!this.#stopping.signal.aborted) this.#timer = setTimeout(next, this.#options.intervalMs);
      });
    };
    next();
  }

  /** Resolves when a pass under way has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    clearTimeout(this.#timer);
    await this.#pass;
  }

  /** One pass over all that is due. Never rejects: what went wrong is logged, and tried again in the next. */
  async run(): Promise<void> {
    const { due, queue, logger } = this.#options;
    const failed: string[] = [];
    try {
      while (!this.#stopping.signal.aborted) {
        const taken = await due.takeNext(failed, (schedule, client) => this.#settle(schedule, client));
        if (taken.outcome === 'none') return;
        if (taken.outcome === 'failed') {
          const { scheduleId, error } = taken;
          failed.push(scheduleId);
          logger.warn({ err: error, scheduleId }, 'a schedule could not be run; it will be tried again');
          continue;
        }
        const { outcome, missed, exportId, reason, made } = taken.run;
        const facts = { scheduleId: taken.schedule.id, outcome, missed, exportId, code: reason?.code };
        logger.info(facts, 'a schedule was due');
        if (made === undefined) continue;
        // The row is the promise; what the queue does not take now the janitor brings there.
        queue.add(made).catch((error: unknown) => {
          logger.warn({ err: error, exportId }, 'the queue did not take an export; the janitor will add it');
        });
      }
    } catch (error) {
      logger.warn({ err: error }, 'schedules could not be looked for');
    }
  }

  async #settle(schedule: DueSchedule, client: PoolClient): Promise<SettledRun> {
    let timetable: Timetable;
    try {
      timetable = new Timetable(schedule.cron, schedule.timeZone);
    } catch (error) {
      // A time zone may be renamed, an expression read in another way than when it was made.
      return { ...refused(error), plannedAt: schedule.nextAt, missed: 0, nextAt: undefined };
    }
    const { plannedAt, missed } = timetable.due(schedule.nextAt, schedule.now);
    const { pause = false, ...asked } = await this.#ask(schedule, client);
    return { ...asked, plannedAt, missed, nextAt: pause ? undefined : timetable.next(schedule.now) };
  }

  async #ask(schedule: DueSchedule, client: PoolClient): Promise<Asked> {
    const { tenant, role, subject, keyId, emails, dataset, formats, params, options } = schedule;
    try {
      await this.#checkRights(schedule);
    } catch (error) {
      return { ...refused(error), pause: true };
    }
    const webhook = this.#options.webhookOf(schedule);
    const notify = emails.length === 0 && webhook === undefined ? undefined : { emails, webhook };
    const key = keyId === null ? {} : { keyId };
    const content = { dataset, formats, params, options };
    const values = { tenant, role, subject, ...key, ...content, notify };
    await client.query('savepoint asked');
    try {
      const answer = await this.#options.requests.requestWithin(
        client,
        { ...values, scheduleId: schedule.id },
        { kind: 'schedule', subject, role, ...key },
      );
      if (answer.outcome === 'limited') {
        const { name, text } = answer.limit;
        const reason = { code: name, message: text };
        return { outcome: 'limited', exportId: null, reason, made: undefined };
      }
      const { export: asked } = answer;
      const isNew = answer.outcome === 'created';
      const made = isNew ? asked : undefined;
      return { outcome: isNew ? 'requested' : 'joined', exportId: asked.id, reason: undefined, made };
    } catch (error) {
      // Not for ever: the export that is under way ends.
      if (!(error instanceof AppError) || error.code !== 'too_many_targets') throw error;
      await client.query('rollback to savepoint asked');
      return refused(error);
    }
  }

  async #checkRights(schedule: DueSchedule): Promise<void> {
    const { datasets, apiKeys } = this.#options;
    const { dataset, params } = askedNow(datasets, schedule);
    const gone = schedule.formats.find((format) => !dataset.formats.includes(format));
    if (gone !== undefined) {
      const message = `The dataset "${dataset.name}" has no format ${gone} any more.`;
      throw new AppError('params_outdated', message);
    }
    await checkRights(schedule, dataset, params, apiKeys);
  }
}

/** @throws what is no verdict, such as a database that is away */
function refused(error: unknown): Asked {
  if (!(error instanceof AppError) || error.retryable) throw error;
  const reason = { code: error.code, message: error.message };
  return { outcome: 'refused', exportId: null, reason, made: undefined };
}
