import { Redis } from 'ioredis';

/** Sends one command to a Redis, past every fault, and resolves to the answer as text. */
export async function redisCommand(url: string, name: string, ...args: string[]): Promise<string> {
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1 });
  try {
    await redis.connect();
    return String(await redis.call(name, ...args));
  } finally {
    redis.disconnect();
  }
}
