import { z } from 'zod';
import { integer, url, postgresUrl, NAMED_SOURCE } from './kinds.ts';

export const connections = {
  heading: 'PostgreSQL, Redis and the queue',
  settings: {
    DATABASE_URL: postgresUrl
      .optional()
      .describe('PostgreSQL (14 or newer) that keeps the export records. Not set: an embedded one.'),
    DATABASE_POOL_SIZE: integer(5, 200)
      .default(10)
      .describe(
        'Connections to `DATABASE_URL` a process may hold, besides one a running export. With fewer than 5 a worker that tidies up, and holds two while it does, would keep its exports waiting.',
      ),
    SOURCE_DATABASE_URL: postgresUrl
      .optional()
      .describe('PostgreSQL that is exported from; may be a read replica. Default: `DATABASE_URL`.'),
    [NAMED_SOURCE]: postgresUrl
      .optional()
      .describe(
        "Another PostgreSQL to export from, for the datasets that name it: `SOURCE_REPLICA_DATABASE_URL` for `source: 'replica'`. As many as you like, in capitals, with `_` for `-`.",
      ),
    REDIS_URL: url(/^rediss?$/)
      .optional()
      .describe(
        'Redis (6.2 or newer, `maxmemory-policy noeviction`) for the queue. Not set: the queue is in `DATABASE_URL`.',
      ),
    QUEUE_PREFIX: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,30}$/, 'lower-case letters, digits and _ only, at most 31')
      .default('rowferry')
      .describe('Namespace of the queue: Redis key prefix, or PostgreSQL schema `<prefix>_queue`.'),
    QUEUE_ADD_TIMEOUT_MS: integer(50, 30_000)
      .default(1500)
      .describe(
        'Time the queue gets to take a job or to answer; after it the janitor delivers the job. No request waits for it.',
      ),
  },
};
