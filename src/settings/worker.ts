import { integer } from './kinds.ts';

export const worker = {
  heading: 'Worker, janitor and shutdown',
  settings: {
    WORKER_CONCURRENCY: integer(1, 100)
      .default(4)
      .describe(
        'Exports of one tenant that one worker process runs at a time, besides those in the fast lane; fewer while other tenants use the worker. One slot more is for those.',
      ),
    WORKER_FAST_LANE_CONCURRENCY: integer(1, 100)
      .default(4)
      .describe('Small exports of one tenant that it runs at a time besides those, by the same rules.'),
    WORKER_BULK_LANE_CONCURRENCY: integer(1, 100)
      .default(4)
      .describe(
        'Exports of bulk exports of one tenant that it runs at a time besides those, by the same rules.',
      ),
    FAST_LANE_MAX_ROWS: integer(0, 1_000_000)
      .default(20_000)
      .describe(
        'Exports that are expected to have no more rows than this wait in a lane of their own. One that turns out to have twice as many is started again in the other. 0: there are none.',
      ),
    FAST_LANE_MAX_SECONDS: integer(1, 3600)
      .default(10)
      .describe('An export that takes longer leaves the fast lane too.'),
    FAST_LANE_ESTIMATE_TIMEOUT_MS: integer(10, 1000)
      .default(200)
      .describe(
        'Time a request may spend on finding out how many rows to expect; without an answer it is not for the fast lane.',
      ),
    FAST_LANE_ESTIMATE_CONNECTIONS: integer(1, 100)
      .default(2)
      .describe('Connections to each source over which an API process asks for that.'),
    WORKER_LOCK_SECONDS: integer(5, 600)
      .default(30)
      .describe('A worker silent for this long is taken for dead and its exports are started again.'),
    WORKER_HEALTH_PORT: integer(0, 65_535)
      .optional()
      .describe('Port of the worker’s own `/livez`, `/readyz` and `/metrics`. Not set: none.'),
    JANITOR_INTERVAL_SECONDS: integer(1, 3600)
      .default(15)
      .describe('How often lost jobs, dead attempts, orphaned uploads and expired files are looked for.'),
    JANITOR_ORPHAN_AGE_SECONDS: integer(60, 30 * 86_400)
      .default(86_400)
      .describe(
        'Age at which an object or upload that no export knows is removed. What an export left that has ended is removed at once.',
      ),
    JANITOR_ORPHAN_INTERVAL_SECONDS: integer(1, 30 * 86_400)
      .default(3600)
      .describe(
        'How often such objects are looked for, by all workers together: it lists everything under `S3_KEY_PREFIX`.',
      ),
    SHUTDOWN_GRACE_SECONDS: integer(1, 3600)
      .default(25)
      .describe('Time running exports have to end after SIGTERM; then they go back into the queue.'),
  },
};
