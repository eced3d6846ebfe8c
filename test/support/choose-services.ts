import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { startPostgres } from '../../src/embedded/postgres/launcher.ts';
import { startS3Process } from '../../src/embedded/s3-process.ts';
import { hasPgBouncer } from './pgbouncer.ts';
import { startRedisServer } from './redis-server.ts';
import { dockerAnswers, startPostgresContainer, startRedisContainer } from './containers.ts';

/** What the tests run on; `inject('services')` gives it to every file. */
export interface Services {
  /** An administrator's connection to the server on which every test file makes its own database. */
  postgresUrl: string;
  /** A database with rowferry's tables, cloned for each file. */
  templateDatabase: string;
  /** Undefined where none is to be had; the tests that need it are then skipped by name. */
  redisUrl: string | undefined;
  /** What the keys of this run in Redis begin with. */
  redisPrefix: string;
  s3: { endpoint: string; region: string; accessKeyId: string; secretAccessKey: string };
}

interface Lane {
  name: string;
  /** What is used, in words. */
  lane: string;
  missing?: boolean;
}

export interface ChosenServices extends Omit<Services, 'templateDatabase' | 'redisPrefix'> {
  lanes: Lane[];
  stop(): Promise<void>;
}

/**
 * Those the environment names; else Docker, where an engine answers; else Redis on 127.0.0.1:6379 or a redis-server on
 * PATH, and the embedded PostgreSQL. Storage is what the environment names, else the embedded server.
 */
export async function chooseServices(directory: string): Promise<ChosenServices> {
  const stops: (() => Promise<unknown>)[] = [];
  const lanes: Lane[] = [];
  const stop = async () => {
    for (const one of stops.reverse()) await one();
  };
  try {
    const docker = await dockerAnswers();
    const postgresUrl = await choosePostgres(directory, docker, lanes, stops);
    const redisUrl = await chooseRedis(directory, docker, lanes, stops);
    const s3 = await chooseS3(directory, lanes, stops);
    lanes.push(pooler());
    return { postgresUrl, redisUrl, s3, lanes, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Stops = (() => Promise<unknown>)[];

async function choosePostgres(
  directory: string,
  docker: boolean,
  lanes: Lane[],
  stops: Stops,
): Promise<string> {
  const named = process.env['DATABASE_URL'];
  if (named) {
    lanes.push({ name: 'postgres', lane: 'the one in DATABASE_URL' });
    return named;
  }
  if (docker) {
    const container = await startPostgresContainer();
    stops.push(() => container.stop());
    lanes.push({ name: 'postgres', lane: `Docker, ${container.image}` });
    return container.url;
  }
  const server = await startPostgres({ directory: join(directory, 'postgres') });
  stops.push(() => server.stop());
  lanes.push({ name: 'postgres', lane: `embedded, ${server.version}` });
  return server.url;
}

async function chooseRedis(
  directory: string,
  docker: boolean,
  lanes: Lane[],
  stops: Stops,
): Promise<string | undefined> {
  const name = 'redis';
  const named = process.env['REDIS_URL'];
  if (named) {
    lanes.push({ name, lane: 'the one in REDIS_URL' });
    return named;
  }
  if (docker) {
    const container = await startRedisContainer();
    stops.push(() => container.stop());
    lanes.push({ name, lane: `Docker, ${container.image}` });
    return container.url;
  }
  if (await accepts(6379)) {
    lanes.push({ name, lane: '127.0.0.1:6379' });
    return 'redis://127.0.0.1:6379';
  }
  const own = await startRedisServer({ directory: join(directory, 'redis') });
  if (own === undefined) {
    const lane = 'MISSING: its tests are skipped. Set REDIS_URL, start Docker, or install redis-server.';
    lanes.push({ name, lane, missing: true });
    return undefined;
  }
  stops.push(() => own.stop());
  lanes.push({ name, lane: 'redis-server on PATH' });
  return own.url;
}

async function chooseS3(directory: string, lanes: Lane[], stops: Stops): Promise<Services['s3']> {
  const { S3_ENDPOINT: endpoint, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, S3_REGION } = process.env;
  const region = S3_REGION ?? 'us-east-1';
  if (endpoint && AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY) {
    lanes.push({ name: 's3', lane: `the one in S3_ENDPOINT` });
    return { endpoint, region, accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  }
  const credentials = { accessKeyId: 'TESTACCESSKEY', secretAccessKey: randomBytes(20).toString('hex') };
  const server = await startS3Process({ directory: join(directory, 's3'), region, ...credentials });
  stops.push(() => server.stop());
  lanes.push({ name: 's3', lane: 'embedded' });
  return { endpoint: server.url, region, ...credentials };
}

function pooler(): Lane {
  const name = 'pgbouncer';
  if (hasPgBouncer()) return { name, lane: 'on PATH' };
  return { name, lane: 'MISSING: its test is skipped. Install pgbouncer.', missing: true };
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
