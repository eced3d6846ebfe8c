import { describe, inject } from 'vitest';
import type { QueueBackendOptions } from '../../src/queue/queue-backend.ts';
import { newQueuePrefix } from './queue-prefix.ts';
import { TEST_PREFIX } from './template-database.ts';
import type { TestDatabase } from './test-database.ts';

/** Defines the same tests over both backends. Where Redis is missing its half is skipped, and says so. */
export function describeQueueBackends(
  database: TestDatabase,
  define: (backend: QueueBackendOptions) => void,
): void {
  describe('on PostgreSQL', () => {
    define({ kind: 'postgres', connectionString: database.url, prefix: TEST_PREFIX });
  });
  const { redisUrl } = inject('services');
  if (redisUrl === undefined) {
    describe.skip('on Redis (SKIPPED: no Redis; set REDIS_URL, start Docker or install redis-server)', () => {
      define({ kind: 'redis', url: 'redis://127.0.0.1:1', prefix: TEST_PREFIX });
    });
    return;
  }
  describe('on Redis', () => {
    define({ kind: 'redis', url: redisUrl, prefix: newQueuePrefix() });
  });
}
