import { MIB, integer } from './kinds.ts';

export const bulk = {
  heading: 'Bulk exports',
  text: 'See [bulk-exports.md](bulk-exports.md).',
  settings: {
    BULK_MAX_SUBJECTS: integer(1, 1_000_000)
      .default(20_000)
      .describe('Subjects that one bulk export may have. One with more fails before any export is made.'),
    BULK_MAX_IN_FLIGHT: integer(1, 1000)
      .default(16)
      .describe(
        'Exports of one bulk export that are queued or running at a time; each one’s end brings the next. They wait in a lane of their own, of which a worker runs `WORKER_BULK_LANE_CONCURRENCY` at a time.',
      ),
    BULK_CONCURRENCY: integer(1, 100)
      .default(2)
      .describe(
        'Bulk exports one worker process looks after at a time, apart from their exports; each takes a connection while its subjects are found.',
      ),
    BULK_MAX_OPEN_PER_TENANT: integer(1, 1000)
      .default(5)
      .describe('Bulk exports of one tenant that may be under way.'),
    BULK_BODY_MAX_BYTES: integer(1024, 64 * MIB)
      .default(2 * MIB)
      .describe('Largest body of a request for a bulk export, which may list its subjects.'),
    BULK_GIVE_UP_AFTER_HOURS: integer(1, 24 * 365)
      .default(168)
      .describe(
        'Subjects whose turn has not come so long after the start are given up; so is a manifest that cannot be stored.',
      ),
  },
};
