import { PostgreSqlContainer } from '@testcontainers/postgresql';
import { RedisContainer } from '@testcontainers/redis';
import { getContainerRuntimeClient } from 'testcontainers';

const POSTGRES_IMAGE = 'postgres:18-alpine';
const REDIS_IMAGE = 'redis:8-alpine';

export interface StartedService {
  image: string;
  url: string;
  stop(): Promise<unknown>;
}

/** True where a Docker engine can be reached, by whatever way testcontainers finds it. */
export async function dockerAnswers(): Promise<boolean> {
  try {
    await getContainerRuntimeClient();
    return true;
  } catch {
    return false;
  }
}

export async function startPostgresContainer(): Promise<StartedService> {
  const container = await new PostgreSqlContainer(POSTGRES_IMAGE)
    .withCommand(['postgres', '-c', 'fsync=off'])
    .start();
  return { image: POSTGRES_IMAGE, url: container.getConnectionUri(), stop: () => container.stop() };
}

export async function startRedisContainer(): Promise<StartedService> {
  const container = await new RedisContainer(REDIS_IMAGE).start();
  return { image: REDIS_IMAGE, url: container.getConnectionUrl(), stop: () => container.stop() };
}
