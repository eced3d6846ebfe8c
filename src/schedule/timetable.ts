import { Cron } from 'croner';
import { AppError } from '../errors.ts';

/** Longest expression that anybody means. */
const MAX_CRON_LENGTH = 100;
/** IANA names; engines take offsets such as `+02:00` too, which know no summer time. */
const ZONE = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/;
/** Runs ahead that are looked at for the shortest time between two. */
const GAPS_CHECKED = 50;
/** Times that are counted one by one. */
const MOST_COUNTED = 1000;

/** The due times of a schedule. They are the times of a clock on the wall in its zone; docs/schedules.md has the details. */
export class Timetable {
  readonly #cron: Cron;

  /**
   * @param cron five fields: minute, hour, day of the month, month, day of the week
   * @param timeZone an IANA name
   * @throws AppError `bad_schedule`; `details.field` says which of both it is
   */
  constructor(cron: string, timeZone: string) {
    checkZone(timeZone);
    if (cron.length > MAX_CRON_LENGTH) throw bad('cron', `is longer than ${MAX_CRON_LENGTH} characters`);
    try {
      // Paused: it only ever calculates, and no timer is started.
      this.#cron = new Cron(cron, { timezone: timeZone, mode: '5-part', paused: true });
    } catch (error) {
      throw bad('cron', 'is no cron expression of five fields, such as 0 6 * * 1', error);
    }
  }

  /** The first due time after another; undefined when there is none. */
  next(after: Date): Date | undefined {
    return this.#cron.nextRun(after) ?? undefined;
  }

  nextRuns(count: number, after: Date): Date[] {
    return this.#cron.nextRuns(count, after);
  }

  /** Shortest time between two of the next runs, in milliseconds. */
  shortestGapMs(after: Date): number {
    const times = this.nextRuns(GAPS_CHECKED, after).map((time) => time.getTime());
    return Math.min(...times.slice(1).map((time, index) => time - (times[index] ?? 0)));
  }

  /** The newest time that is due, counted from the first that is, and how many before it are left out. */
  due(first: Date, now: Date): { plannedAt: Date; missed: number } {
    let plannedAt = first;
    let missed = 0;
    for (; missed < MOST_COUNTED; missed++) {
      const following = this.next(plannedAt);
      if (following === undefined || following > now) return { plannedAt, missed };
      plannedAt = following;
    }
    // After so long the number says enough.
    return { plannedAt: this.#cron.previousRuns(1, now)[0] ?? plannedAt, missed };
  }
}

function checkZone(timeZone: string): void {
  try {
    if (!ZONE.test(timeZone)) throw new RangeError('not a name');
    new Intl.DateTimeFormat('en', { timeZone });
  } catch (error) {
    throw bad('timeZone', 'is no time zone of the IANA database, such as Europe/Berlin', error);
  }
}

function bad(field: 'cron' | 'timeZone', detail: string, cause?: unknown): AppError {
  return new AppError('bad_schedule', `${field} ${detail}.`, { details: { field, detail }, cause });
}
