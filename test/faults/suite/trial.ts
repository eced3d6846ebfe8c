import { startHttpFaultProxy } from '../../support/http-fault-proxy.ts';
import type { HttpFaultProxy } from '../../support/http-fault-proxy.ts';
import type { RedisServer } from '../../support/redis-server.ts';
import { referenceOf, rowsPieces } from '../../support/rows.ts';
import type { TcpProxy } from '../../support/tcp-proxy.ts';
import type { ExportRequest, ExportResource } from '../lab/client.ts';
import type { PostgresServer } from '../lab/postgres-server.ts';
import { startService } from '../lab/service.ts';
import type { Service } from '../lab/service.ts';
import type { Backend, Site } from '../lab/site.ts';
import type { AskedExport, Expected } from './expected.ts';
import type { Scale } from './scale.ts';
import type { SiteChoice } from './site-choice.ts';
import type { OwnServers } from './own-servers.ts';
import type { Random } from './random.ts';
import { until } from './until.ts';
import { cleanVerdict } from './verdict.ts';

export interface TrialOptions {
  site: Site;
  servers: SiteChoice;
  own: OwnServers;
  random: Random;
  index: number;
  scale: Scale;
}

/** One run of one fault: what a case is given to work with, and what it has asked for so far. */
export class Trial {
  readonly site: Site;
  readonly own: OwnServers;
  readonly random: Random;
  /** Counts from 0. */
  readonly index: number;
  readonly scale: Scale;
  /** Between the workers and the database they export from. Its bytes count from the start of the run. */
  readonly source: TcpProxy & { url: string };
  /** Between the workers and the storage. */
  readonly storage: HttpFaultProxy;
  readonly asked: AskedExport[] = [];
  readonly services: Service[] = [];
  /** What is worth knowing beside the verdict, in words. */
  readonly notes: string[] = [];
  /** What the case itself has found. */
  readonly verdict = cleanVerdict();
  readonly #servers: SiteChoice;
  #injectedAt: number | undefined;

  private constructor(options: TrialOptions, source: TcpProxy & { url: string }, storage: HttpFaultProxy) {
    this.site = options.site;
    this.own = options.own;
    this.random = options.random;
    this.index = options.index;
    this.scale = options.scale;
    this.#servers = options.servers;
    this.source = source;
    this.storage = storage;
  }

  static async begin(options: TrialOptions): Promise<Trial> {
    const { own, site } = options;
    const source = await own.proxy(site.databaseUrl);
    const storage = await startHttpFaultProxy(site.storage.url);
    own.defer(() => storage.close());
    const trial = new Trial(options, source, storage);
    own.defer(() => Promise.all(trial.services.map((service) => service.end())));
    return trial;
  }

  get backend(): Backend {
    return this.site.backend;
  }

  /** Which of so many variants this run takes: all of them by turns, and not the same on both queues. */
  variant(count: number): number {
    return variantOf({ index: this.index, backend: this.backend }, count);
  }

  /** The Redis that the case chose for its installation. */
  get redis(): RedisServer {
    if (this.#servers.redis === undefined) throw new Error('the case has no Redis of its own');
    return this.#servers.redis;
  }

  /** The PostgreSQL that the case chose for its installation. */
  get postgres(): PostgresServer {
    if (this.#servers.postgres === undefined) throw new Error('the case has no PostgreSQL of its own');
    return this.#servers.postgres;
  }

  /** What the case chose to cut. */
  get line(): TcpProxy {
    if (this.#servers.line === undefined) throw new Error('the case has no line of its own');
    return this.#servers.line;
  }

  /** Starts a worker that goes through both proxies, and waits until it takes exports. It is gone when the run is over. */
  async worker(settings: Record<string, string> = {}): Promise<Service> {
    const env = {
      ...this.site.env,
      SOURCE_DATABASE_URL: this.source.url,
      S3_ENDPOINT: this.storage.url,
      ...settings,
    };
    const worker = await startService('worker', env, /the worker is taking exports/);
    this.services.push(worker);
    return worker;
  }

  /** Asks for an export, which is to be accepted and has to end as expected. */
  async ask(request: ExportRequest, expected: Expected): Promise<string> {
    const { url } = this.site.hooks;
    const { status, body } = await until('the request is taken', async () => {
      const answer = await this.site.client.ask({ ...request, notify: { webhook: { url } } });
      // On a busy machine the line of a tenant moves slowly and PostgreSQL answers late; who is told so comes again.
      return answer.status !== 429 && answer.status !== 503 && answer;
    });
    if (status !== 202) throw new Error(`the request is answered by ${status}: ${JSON.stringify(body)}`);
    const { id } = body as ExportResource;
    this.asked.push({ id, expected, heard: true });
    return id;
  }

  /** Numbered rows: 100 bytes each, 10 MB/s without a nap. */
  async askForRows(count: number, { napMs = 0 }: { napMs?: number } = {}): Promise<string> {
    return this.ask({ dataset: 'rows', params: { count, napMs } }, await rowsExpected(count));
  }

  /** Waits until the export is under way. */
  async running(id: string): Promise<void> {
    await until(`export ${id} runs`, async () => (await this.row(id)).status === 'running');
  }

  /** Waits until everything that was asked for so far has ended. */
  async ended(seconds = 60): Promise<void> {
    const ids = this.asked.map(({ id }) => id);
    const look = async () => {
      const { rows } = await this.site.pool.query(
        `select from rowferry.exports where id = any ($1::uuid[]) and status in ('queued', 'running')`,
        [ids],
      );
      return rows.length === 0;
    };
    await until('the exports end', look, seconds);
  }

  /** The export as the records have it. */
  async row(id: string): Promise<{ status: string; attempt: number; released: number }> {
    const { rows } = await this.site.pool.query<{ status: string; attempt: number; released: number }>(
      'select status, attempt, released from rowferry.exports where id = $1',
      [id],
    );
    const [row] = rows;
    if (row === undefined) throw new Error(`there is no export ${id}`);
    return row;
  }

  /** Connections on which the export is read just now. */
  async backends(id: string): Promise<number[]> {
    const { rows } = await this.site.pool.query<{ pid: number }>(
      'select pid from pg_stat_activity where application_name = $1',
      [`rowferry-export ${id}`],
    );
    return rows.map(({ pid }) => pid);
  }

  /** Recovery is measured from here to the end of the last export. */
  injected(): void {
    this.#injectedAt = performance.now();
  }

  get injectedAt(): number | undefined {
    return this.#injectedAt;
  }

  /** Notes a promise that was broken, if it was. */
  promise(kept: boolean, what: string): void {
    if (!kept) this.verdict.problems.push(what);
  }
}

export function variantOf({ index, backend }: { index: number; backend: Backend }, count: number): number {
  return (index + (backend === 'postgres' ? 1 : 0)) % count;
}

export async function rowsExpected(count: number): Promise<Extract<Expected, { status: 'completed' }>> {
  return { status: 'completed', file: await referenceOf(rowsPieces(count)) };
}
