import { integer } from './kinds.ts';

export const schedules = {
  heading: 'Schedules',
  text: 'See [schedules.md](schedules.md).',
  settings: {
    SCHEDULE_INTERVAL_SECONDS: integer(1, 3600)
      .default(5)
      .describe('How often each worker looks for schedules that are due.'),
    SCHEDULE_MIN_INTERVAL_MINUTES: integer(1, 7 * 24 * 60)
      .default(15)
      .describe('Shortest time between two runs of a schedule.'),
    SCHEDULE_MAX_PER_SUBJECT: integer(1, 100_000)
      .default(20)
      .describe('Schedules that one subject may have.'),
    SCHEDULE_MAX_PER_TENANT: integer(1, 1_000_000)
      .default(1000)
      .describe('Schedules that all subjects of one tenant may have together.'),
  },
};
