import { startThrottleProxy } from '../../../bench/pipeline/process/throttle-proxy.ts';
import type { ThrottleProxy } from '../../../bench/pipeline/process/throttle-proxy.ts';
import { startRedisServer } from '../../support/redis-server.ts';
import type { RedisServer } from '../../support/redis-server.ts';
import { startTcpProxy } from '../../support/tcp-proxy.ts';
import type { TcpProxy } from '../../support/tcp-proxy.ts';
import type { Lab } from '../lab/lab.ts';
import { startPostgresServer } from '../lab/postgres-server.ts';
import type { PostgresServer, PostgresSettings } from '../lab/postgres-server.ts';

type Undo = () => unknown;

/** Servers and proxies that belong to one run and end with it, in the reverse order of their start. */
export class OwnServers {
  readonly #lab: Lab;
  readonly #undo: Undo[] = [];

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  async redis(options: { appendOnly?: boolean } = {}): Promise<RedisServer> {
    const server = await startRedisServer({ directory: this.newDirectory(), ...options });
    if (server === undefined) throw new Error('there is no redis-server on PATH');
    this.defer(() => server.stop());
    return server;
  }

  async postgres(settings: PostgresSettings = {}): Promise<PostgresServer> {
    const server = await startPostgresServer(this.newDirectory(), settings);
    this.defer(() => server.stop());
    return server;
  }

  /** In front of the server that `url` names; `url` of the result leads through it. */
  async proxy(url: string): Promise<TcpProxy & { url: string }> {
    const through = new URL(url);
    const proxy = await startTcpProxy({ host: through.hostname, port: Number(through.port) });
    this.defer(() => proxy.close());
    through.hostname = '127.0.0.1';
    through.port = String(proxy.port);
    return Object.assign(proxy, { url: through.href });
  }

  /** In front of an HTTP server: what is sent to it passes at this speed. */
  async throttle(url: string, bytesPerSecond: number): Promise<ThrottleProxy> {
    const throttle = await startThrottleProxy(url, bytesPerSecond);
    this.defer(() => throttle.close());
    return throttle;
  }

  /** The Redis that everybody shares. */
  get sharedRedisUrl(): string {
    return this.#lab.redis?.url ?? '';
  }

  newDirectory(): string {
    return this.#lab.newDirectory();
  }

  /** Has this done when the run is over. */
  defer(undo: Undo): void {
    this.#undo.push(undo);
  }

  async close(): Promise<void> {
    for (const undo of this.#undo.splice(0).reverse()) await undo();
  }
}
