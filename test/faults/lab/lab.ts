import { rmSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { compiledProgram, compileProgram } from '../../support/compiled-program.ts';
import { endWithProcess } from '../../support/end-with-process.ts';
import { startRedisServer } from '../../support/redis-server.ts';
import type { RedisServer } from '../../support/redis-server.ts';
import { administer, createTemplate, databaseUrl } from '../../support/template-database.ts';
import { HookReceiver } from './hook-receiver.ts';
import { startPostgresServer } from './postgres-server.ts';
import type { PostgresServer } from './postgres-server.ts';
import { Site } from './site.ts';
import type { Backend, SiteOptions } from './site.ts';
import { startStorage } from './storage.ts';
import type { Storage } from './storage.ts';

/** Sites beside each other hold far more connections than the 100 of the default. */
const MAX_CONNECTIONS = '400';

/** The servers of one run of the suite, all its own, and the installations on them. */
export class Lab {
  readonly directory: string;
  readonly postgres: PostgresServer;
  readonly storage: Storage;
  readonly hooks: HookReceiver;
  /** Undefined where there is no redis-server on PATH. */
  readonly redis: RedisServer | undefined;
  readonly #template: string;
  readonly #idle: Site[] = [];
  #servers = 0;

  private constructor(
    directory: string,
    servers: Pick<Lab, 'postgres' | 'storage' | 'redis' | 'hooks'> & { template: string },
  ) {
    this.directory = directory;
    this.postgres = servers.postgres;
    this.storage = servers.storage;
    this.hooks = servers.hooks;
    this.redis = servers.redis;
    this.#template = servers.template;
  }

  static async open(): Promise<Lab> {
    const directory = await mkdtemp(join(tmpdir(), 'rowferry-faults-'));
    // As root the embedded PostgreSQL runs as another user, who has to reach its data in here.
    await chmod(directory, 0o711);
    endWithProcess(() => rmSync(directory, { recursive: true, force: true }));
    if (compiledProgram() === undefined) await compileProgram(join(directory, 'program'));
    const [postgres, redis, storage, hooks] = await Promise.all([
      startPostgresServer(join(directory, 'postgres'), { max_connections: MAX_CONNECTIONS }),
      startRedisServer({ directory: join(directory, 'redis') }),
      startStorage(join(directory, 's3')),
      HookReceiver.open(),
    ]);
    const { name: template } = await createTemplate(postgres.url);
    return new Lab(directory, { postgres, redis, storage, hooks, template });
  }

  /** An installation on the shared servers: one that is idle, or a new one. */
  async borrow(backend: Backend): Promise<Site> {
    const index = this.#idle.findIndex((site) => site.backend === backend);
    const [idle] = index < 0 ? [] : this.#idle.splice(index, 1);
    return idle ?? this.openSite({ backend });
  }

  /** For the next run; only when everything that was asked of it has ended well. */
  giveBack(site: Site): void {
    this.#idle.push(site);
  }

  /** A new installation, on the shared servers as far as no others are named. */
  async openSite(
    options: Partial<Omit<SiteOptions, 'backend'>> & { backend: Backend; postgres?: PostgresServer },
  ): Promise<Site> {
    const { postgres, ...rest } = options;
    const redisUrl = this.redis?.url ?? '';
    const url = postgres === undefined ? await this.#cloneDatabase() : await newDatabase(postgres);
    return Site.open({ databaseUrl: url, redisUrl, storage: this.storage, hooks: this.hooks, ...rest });
  }

  /** A folder for a server of a run's own. */
  newDirectory(): string {
    return join(this.directory, `own-${++this.#servers}`);
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#idle.map((site) => site.close()));
    await Promise.allSettled([
      this.postgres.stop(),
      this.redis?.stop(),
      this.storage.stop(),
      this.hooks.close(),
    ]);
    await rm(this.directory, { recursive: true, force: true });
  }

  async #cloneDatabase(): Promise<string> {
    const name = `site_${randomBytes(6).toString('hex')}`;
    await administer(this.postgres.url, `create database ${name} template ${this.#template}`);
    return databaseUrl(this.postgres.url, name);
  }
}

async function newDatabase(postgres: PostgresServer): Promise<string> {
  const { name } = await createTemplate(postgres.url);
  return databaseUrl(postgres.url, name);
}
