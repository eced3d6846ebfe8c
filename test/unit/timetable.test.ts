// When schedules are due, across the change of clocks too.
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { Timetable } from '../../src/schedule/timetable.ts';

const times = (cron: string, timeZone: string, after: string, count: number) =>
  new Timetable(cron, timeZone).nextRuns(count, new Date(after)).map((time) => time.toISOString());

describe('in Berlin', () => {
  it('keeps the time of the clock on the wall, summer and winter', () => {
    expect(times('0 6 * * *', 'Europe/Berlin', '2026-10-24T00:00:00Z', 2)).toEqual([
      '2026-10-24T04:00:00.000Z',
      '2026-10-25T05:00:00.000Z',
    ]);
  });

  it('is due at 3:00 on the day that has no 2:30', () => {
    expect(times('30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', 2)).toEqual([
      '2026-03-29T01:00:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ]);
  });

  it('is due once, at the first of both, on the day that has 2:30 twice', () => {
    expect(times('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', 2)).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ]);
  });

  it.each(['2026-03-28T23:45:00Z', '2026-10-24T23:45:00Z'])(
    'is due every half hour without a gap when that is what it says, from %s',
    (after) => {
      const due = times('*/30 * * * *', 'Europe/Berlin', after, 8).map((time) => Date.parse(time));
      const gaps = due.slice(1).map((time, index) => (time - (due[index] ?? 0)) / 60_000);
      expect(new Set(gaps)).toEqual(new Set([30]));
    },
  );
});

it('finds the newest time that is due, and how many were left out', () => {
  const daily = new Timetable('0 3 * * *', 'UTC');
  const first = new Date('2026-11-01T03:00:00Z');
  expect(daily.due(first, new Date('2026-11-01T03:00:00Z'))).toEqual({ plannedAt: first, missed: 0 });
  expect(daily.due(first, new Date('2026-11-04T02:59:59Z'))).toEqual({
    plannedAt: new Date('2026-11-03T03:00:00Z'),
    missed: 2,
  });
  const often = new Timetable('*/15 * * * *', 'UTC');
  expect(often.due(first, new Date('2027-11-01T03:07:00Z'))).toEqual({
    plannedAt: new Date('2027-11-01T03:00:00Z'),
    missed: 1000,
  });
  expect(often.due(first, new Date('2027-11-01T03:00:00.004Z')).plannedAt).toEqual(
    new Date('2027-11-01T03:00:00Z'),
  );
});

it('finds two times that are close, however far apart the others are', () => {
  const gap = (cron: string) => new Timetable(cron, 'UTC').shortestGapMs(new Date('2026-11-01T00:00:00Z'));
  expect(gap('0,5 0 1 1 *')).toBe(5 * 60_000);
  expect(gap('0 6 * * 1')).toBe(7 * 86_400_000);
});

it.each([
  ['* * * * * *', 'UTC', 'cron'],
  ['61 * * * *', 'UTC', 'cron'],
  ['now', 'UTC', 'cron'],
  [`0${' '.repeat(200)}* * * *`, 'UTC', 'cron'],
  ['0 0 * * *', 'Mars/Base', 'timeZone'],
  ['0 0 * * *', '+02:00', 'timeZone'],
  ['0 0 * * *', '', 'timeZone'],
])('does not take "%s" in "%s"', (cron, timeZone, field) => {
  const thrown = (() => {
    try {
      return new Timetable(cron, timeZone);
    } catch (error) {
      return error;
    }
  })();
  expect(thrown).toBeInstanceOf(AppError);
  expect(thrown).toMatchObject({ code: 'bad_schedule', details: { field } });
});
