import { Redis } from 'ioredis';
import { messageOf } from '../errors.ts';
import { fail, ok, warn } from './finding.ts';
import type { Finding } from './finding.ts';

const TIMEOUT_MS = 5000;
const OLDEST_VERSION: readonly [number, number] = [6, 2];

/** Redis as BullMQ needs it: it may lose nothing. */
export async function checkRedis(url: string): Promise<Finding[]> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: TIMEOUT_MS,
    commandTimeout: TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    // INFO rather than CONFIG GET, which hosted Redis servers do not allow.
    const info = parseInfo(await redis.info());
    return [version(info), eviction(info), persistence(info)];
  } catch (error) {
    const remedy = 'Check REDIS_URL: host, port, password, TLS (rediss://), and that the server runs.';
    return [{ ...fail('redis', `Redis does not answer: ${messageOf(error)}`, remedy), away: true }];
  } finally {
    redis.disconnect();
  }
}

function parseInfo(text: string): Map<string, string> {
  const lines = text.split(/\r?\n/).filter((line) => line.includes(':'));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]));
}

function version(info: Map<string, string>): Finding {
  const name = info.get('redis_version') ?? 'of unknown version';
  const [major = 0, minor = 0] = name.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_VERSION;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor))
    return ok('redis', `Redis ${name}`);
  return fail(
    'redis',
    `Redis ${name} is too old.`,
    `Use Redis ${OLDEST_VERSION.join('.')} or newer, or Valkey.`,
  );
}

function eviction(info: Map<string, string>): Finding {
  const policy = info.get('maxmemory_policy') ?? 'unknown';
  if (policy === 'noeviction') return ok('redis', 'maxmemory-policy noeviction');
  return fail(
    'redis',
    `maxmemory-policy is ${policy}: Redis may drop jobs when memory runs short.`,
    'Set `maxmemory-policy noeviction` in its configuration.',
  );
}

function persistence(info: Map<string, string>): Finding {
  if (info.get('aof_enabled') === '1') return ok('redis', 'append-only file on');
  return warn(
    'redis',
    'The append-only file is off: a crash of Redis loses waiting jobs, which the janitor then has to add again.',
    'Set `appendonly yes` in its configuration.',
  );
}
