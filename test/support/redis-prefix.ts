import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';

/** What every key in Redis of this run begins with, and of no other run. */
export function newRunPrefix(): string {
  return `rowferry_test_${randomBytes(4).toString('hex')}`;
}

/** Deletes what the queues of a run have left. */
export async function deleteKeys(url: string, prefix: string): Promise<void> {
  const redis = new Redis(url);
  try {
    for await (const keys of redis.scanStream({ match: `${prefix}_*`, count: 1000 }) as AsyncIterable<
      string[]
    >) {
      if (keys.length > 0) await redis.unlink(keys);
    }
  } finally {
    redis.disconnect();
  }
}
