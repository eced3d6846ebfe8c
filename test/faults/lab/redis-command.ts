import { Redis } from 'ioredis';

/** Sends one command to a Redis, past every fault. */
export async function redisCommand(url: string, name: string, ...args: string[]): Promise<void> {
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1 });
  try {
    await redis.connect();
    await redis.call(name, ...args);
  } finally {
    redis.disconnect();
  }
}
