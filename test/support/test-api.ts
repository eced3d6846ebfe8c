import { pino } from 'pino';
import { afterAll, beforeAll } from 'vitest';
import { startApi } from '../../src/cli/api-process.ts';
import { projectDatasets } from '../../src/cli/context.ts';
import { loadConfig } from '../../src/config.ts';
import { ApiKeys } from '../../src/db/api-keys.ts';
import type { Logger } from '../../src/logger.ts';
import type { QueueBackendOptions } from '../../src/queue/queue-backend.ts';
import { shutDown } from '../../src/shutdown.ts';
import { checkContract } from './contract.ts';
import { TEST_PREFIX } from './template-database.ts';
import type { TestDatabase } from './test-database.ts';
import type { TestStore } from './test-store.ts';

export interface TestApi {
  url: string;
  /** Keys of user 1, user 2 and an admin. */
  keys: { first: string; second: string; admin: string };
  /** Every answer is held against docs/openapi.json, of `call` too. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Sends JSON with a key, by default the first user's. */
  call(
    method: string,
    path: string,
    options?: { key?: string; body?: unknown; headers?: Record<string, string> },
  ): Promise<Response>;
  /** Shuts it down before the tests are over. */
  stop(): Promise<void>;
}

export interface TestApiOptions {
  settings?: Record<string, string>;
  /** Default: a silent one. */
  logger?: Logger;
}

/** The API in this process, on a free port, over real parts. */
export function useTestApi(
  database: TestDatabase,
  { options }: TestStore,
  queue: QueueBackendOptions = { kind: 'postgres', connectionString: database.url, prefix: TEST_PREFIX },
  { settings = {}, logger = pino({ level: 'silent' }) }: TestApiOptions = {},
): TestApi {
  const fixed = { PORT: '0', QUEUE_ADD_TIMEOUT_MS: '500', DATABASE_URL: database.url };
  const config = loadConfig({ ...fixed, ...settings });
  const api: TestApi = {
    url: '',
    keys: { first: '', second: '', admin: '' },
    async fetch(path, init = {}) {
      const response = await fetch(api.url + path, { redirect: 'manual', ...init });
      await checkContract(init.method ?? 'GET', api.url + path, response);
      return response;
    },
    call: (method, path, { key = api.keys.first, body, headers = {} } = {}) =>
      api.fetch(path, {
        method,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    stop: () => (stopped ??= stop()),
  };
  let stop: () => Promise<void> = () => Promise.resolve();
  let stopped: Promise<void> | undefined;
  beforeAll(async () => {
    const endpoints = {
      databaseUrl: database.url,
      sources: { ...config.namedSources, default: config.SOURCE_DATABASE_URL ?? database.url },
      queue,
      s3: options,
      close: () => Promise.resolve(),
    };
    const process = await startApi(config, endpoints, await projectDatasets(config), logger);
    stop = () => shutDown(process.phases, { info: () => undefined, warn: () => undefined });
    api.url = process.url.replace('localhost', '127.0.0.1');
    const keys = new ApiKeys(database.pool);
    api.keys.first = (await keys.create({ role: 'user', subject: '1' })).key;
    api.keys.second = (await keys.create({ role: 'user', subject: '2' })).key;
    api.keys.admin = (await keys.create({ role: 'admin', subject: 'operator' })).key;
  });
  afterAll(() => api.stop());
  return api;
}
