import { describe, inject } from 'vitest';
import { runCommand, startCommand } from './command.ts';
import type { RunningCommand } from './command.ts';
import { freePort } from './free-port.ts';
import { newQueuePrefix } from './queue-prefix.ts';
import type { TestDatabase } from './test-database.ts';
import type { TestStore } from './test-store.ts';

/** The environment of an installation of its own: the file's database, its bucket, its queue. */
export function deploymentEnvironment(
  database: TestDatabase,
  { options }: TestStore,
  redisUrl?: string,
): Record<string, string> {
  return {
    DATABASE_URL: database.url,
    S3_ENDPOINT: options.endpoint ?? '',
    S3_BUCKET: options.bucket,
    S3_REGION: options.region,
    S3_FORCE_PATH_STYLE: 'true',
    AWS_ACCESS_KEY_ID: options.credentials?.accessKeyId ?? '',
    AWS_SECRET_ACCESS_KEY: options.credentials?.secretAccessKey ?? '',
    WORKER_LOCK_SECONDS: '5',
    JANITOR_INTERVAL_SECONDS: '1',
    EXPORT_RETRY_DELAY_SECONDS: '0',
    ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl, QUEUE_PREFIX: newQueuePrefix() }),
  };
}

/** Defines the same tests over both queues, told apart by nothing but REDIS_URL. */
export function describeDeployments(define: (redisUrl: string | undefined) => void): void {
  const { redisUrl } = inject('services');
  describe('with the queue in PostgreSQL', () => define(undefined));
  if (redisUrl === undefined) {
    describe.skip('with the queue in Redis (SKIPPED: no Redis; set REDIS_URL, start Docker or install redis-server)', () =>
      define('redis://127.0.0.1:1'));
  } else {
    describe('with the queue in Redis', () => define(redisUrl));
  }
}

/** Makes a key by the command line and returns it. */
export async function createKey(
  role: string,
  subject: string,
  env: Record<string, string>,
  scopes: readonly string[] = [],
): Promise<string> {
  const chosen = scopes.flatMap((scope) => ['--scope', scope]);
  const args = ['keys', 'create', '--role', role, '--subject', subject, ...chosen];
  const { stdout, stderr } = await runCommand(args, env);
  const key = /^key +(\S+)$/m.exec(stdout.toString())?.[1];
  if (key === undefined) throw new Error(`no key was printed: ${stderr}`);
  return key;
}

export async function startApi(
  env: Record<string, string>,
): Promise<{ url: string; command: RunningCommand }> {
  const port = await freePort();
  const command = startCommand(['api'], { ...env, PORT: String(port), LOG_LEVEL: 'info' });
  await command.printed(/the API is listening/);
  return { url: `http://127.0.0.1:${port}`, command };
}

export async function startWorker(env: Record<string, string>): Promise<RunningCommand> {
  const command = startCommand(['worker'], { LOG_LEVEL: 'info', ...env });
  await command.printed(/the worker is taking exports/);
  return command;
}
