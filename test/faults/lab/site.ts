import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Pool } from 'pg';
import { ApiKeys } from '../../../src/db/api-keys.ts';
import type { QueueBackendOptions } from '../../../src/queue/queue-backend.ts';
import { lastingPort } from '../../support/free-port.ts';
import { TEST_PREFIX } from '../../support/template-database.ts';
import { FaultClient } from './client.ts';
import { HOOK_SETTINGS } from './hook-receiver.ts';
import type { HookReceiver } from './hook-receiver.ts';
import { keepBooks } from './publications.ts';
import { startService } from './service.ts';
import type { Service } from './service.ts';
import type { Storage } from './storage.ts';

export type Backend = 'redis' | 'postgres';

export interface SiteOptions {
  backend: Backend;
  /** A database with rowferry's tables, this site's alone. */
  databaseUrl: string;
  /** For the backend `redis`. */
  redisUrl: string;
  storage: Storage;
  hooks: HookReceiver;
  /** Of the API and of every worker, over those of the suite. */
  settings?: Record<string, string>;
  /** Of the API alone. */
  apiSettings?: Record<string, string>;
}

/** Times of failure short enough to be waited for; everything else is as in production. */
const SETTINGS = {
  DATASETS_DIR: fileURLToPath(new URL('../datasets', import.meta.url)),
  WORKER_LOCK_SECONDS: '5',
  JANITOR_INTERVAL_SECONDS: '1',
  // Parts as small as S3 allows, so that files of some megabytes have several; a higher limit would need larger ones.
  S3_PART_BYTES: String(5 * 1024 ** 2),
  EXPORT_MAX_BYTES: '10000000000',
  // One subject asks for everything.
  LIMIT_SUBJECT_WRITES_PER_MINUTE: '1000000',
  LIMIT_TENANT_WRITES_PER_MINUTE: '1000000',
  LIMIT_SUBJECT_CONCURRENT_EXPORTS: '1000',
  LIMIT_SUBJECT_EXPORTS_PER_HOUR: '1000000',
  LIMIT_TENANT_EXPORTS_PER_HOUR: '1000000',
  EXPORT_RETRY_DELAY_SECONDS: '0',
};

/** An installation: records, queue and files of its own, and an API as a process. Workers are started by each run. */
export class Site {
  readonly backend: Backend;
  readonly storage: Storage;
  /** Hears how exports end that were asked for with it. */
  readonly hooks: HookReceiver;
  /** Start of every key. */
  readonly keyPrefix: string;
  readonly env: Readonly<Record<string, string>>;
  readonly databaseUrl: string;
  /** Looks into the records, past every fault. */
  readonly pool: Pool;
  #api: Service;
  #apiEnv: Record<string, string>;
  readonly #key: string;

  private constructor(
    options: SiteOptions,
    rest: {
      keyPrefix: string;
      env: Record<string, string>;
      apiEnv: Record<string, string>;
      pool: Pool;
      api: Service;
      key: string;
    },
  ) {
    this.backend = options.backend;
    this.storage = options.storage;
    this.hooks = options.hooks;
    this.databaseUrl = options.databaseUrl;
    this.keyPrefix = rest.keyPrefix;
    this.env = rest.env;
    this.pool = rest.pool;
    this.#api = rest.api;
    this.#apiEnv = rest.apiEnv;
    this.#key = rest.key;
  }

  static async open(options: SiteOptions): Promise<Site> {
    const { backend, databaseUrl, redisUrl, storage, settings = {}, apiSettings = {} } = options;
    const name = randomBytes(4).toString('hex');
    const keyPrefix = `site-${name}/`;
    const env = {
      ...SETTINGS,
      ...HOOK_SETTINGS,
      ...storage.env,
      DATABASE_URL: databaseUrl,
      S3_KEY_PREFIX: keyPrefix,
      ...(backend === 'redis'
        ? { REDIS_URL: redisUrl, QUEUE_PREFIX: `t_${name}` }
        : { QUEUE_PREFIX: TEST_PREFIX }),
      ...settings,
    };
    const pool = new Pool({ connectionString: databaseUrl, max: 3 });
    // Faults kill these connections too.
    pool.on('error', () => undefined);
    try {
      await keepBooks(pool);
      const { key } = await new ApiKeys(pool).create({ role: 'admin', subject: 'operator' });
      const apiEnv = { ...env, ...apiSettings, PORT: String(await lastingPort()) };
      const api = await startApi(apiEnv);
      return new Site(options, { keyPrefix, env, apiEnv, pool, api, key });
    } catch (error) {
      await pool.end();
      throw error;
    }
  }

  get api(): Service {
    return this.#api;
  }

  get client(): FaultClient {
    return this.clientAt(`http://127.0.0.1:${this.#apiEnv['PORT'] ?? ''}`);
  }

  /** Of another API over the same records. */
  clientAt(url: string): FaultClient {
    return new FaultClient(url, this.#key);
  }

  /** Where the queue is, for one who adds to it past the API. */
  get queue(): QueueBackendOptions {
    const { REDIS_URL: url, QUEUE_PREFIX: prefix = '' } = this.env;
    return url === undefined
      ? { kind: 'postgres', connectionString: this.databaseUrl, prefix }
      : { kind: 'redis', url, prefix };
  }

  /** Starts the API again after it was killed, at the same address. */
  async startApi(): Promise<void> {
    this.#api = await startApi(this.#apiEnv);
  }

  async close(): Promise<void> {
    await this.#api.end();
    await this.pool.end();
  }
}

function startApi(env: Record<string, string>): Promise<Service> {
  return startService('api', env, /the API is listening/);
}
